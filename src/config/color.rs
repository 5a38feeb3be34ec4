//! The brand color, and a readable text color for it.

use serde::{Deserialize, Deserializer, de::Error};

/// A color as `#rrggbb`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Color(String);

impl Color {
    /// Parses `#rrggbb`.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('#')?;
        let fits = digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        fits.then(|| Self(text.to_owned()))
    }

    /// Returns the color as it was given.
    pub fn text(&self) -> &str {
        &self.0
    }

    /// Returns white or black, whichever is readable on it. The contrast is at least 4.5:1 on every color.
    pub fn ink(&self) -> &'static str {
        // The luminance, in millionths, at which white and black have the same contrast.
        const THRESHOLD: i64 = 179_129;
        let channel = |from: usize| {
            let digits = self.0.get(from..from + 2).unwrap_or_default();
            linear(i64::from_str_radix(digits, 16).unwrap_or_default())
        };
        let luminance = (2126 * channel(1) + 7152 * channel(3) + 722 * channel(5)) / 10_000;
        if luminance < THRESHOLD {
            "#ffffff"
        } else {
            "#000000"
        }
    }
}

/// Returns the linear light of a color channel, in millionths, from its value of 0 to 255: sRGB's curve as a cubic.
/// That is accurate enough, because both text colors meet the contrast for every luminance from 175000 to 183333.
fn linear(value: i64) -> i64 {
    let square = value * (305_306 * value / 255 + 682_171) / 255;
    value * (square + 12_523) / 255
}

impl<'de> Deserialize<'de> for Color {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| {
            D::Error::custom(
                "a color is written as \"#\" and six digits of 0-9 and a-f, such as \"#0b5c56\"",
            )
        })
    }
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests {
    use super::*;

    /// sRGB's curve (WCAG 2.2, relative luminance) in millionths, in integer arithmetic: `((c + 0.055) / 1.055) ^ 2.4`
    /// is the fifth root of the twelfth power.
    fn exact_linear(value: u128) -> u128 {
        const ONE: u128 = 1_000_000_000_000_000_000;
        if value <= 10 {
            return value * 1_000_000 * 100 / (255 * 1292);
        }
        let base = (value * 1000 + 14_025) * ONE / 269_025;
        let power = (0..11).fold(base, |power, _| power * base / ONE);
        let root = (0..=10_000u128)
            .rev()
            .find(|root| root.pow(5) <= power * 100)
            .unwrap_or_default();
        root * 100
    }

    #[test]
    fn the_text_color_is_readable_on_every_color() {
        let curve: Vec<u128> = (0..256).map(exact_linear).collect();
        assert!(curve[255] >= 999_000 && curve[119].abs_diff(184_475) < 200);
        for red in (0..256).step_by(5) {
            for green in (0..256).step_by(3) {
                for blue in (0..256).step_by(5) {
                    let color = Color(format!("#{red:02x}{green:02x}{blue:02x}"));
                    let luminance =
                        (2126 * curve[red] + 7152 * curve[green] + 722 * curve[blue]) / 10_000;
                    let luminance = luminance + 50_000;
                    // In hundredths; integer division rounds down.
                    let contrast = match color.ink() {
                        "#ffffff" => 105_000_000 / luminance,
                        _ => luminance * 100 / 50_000,
                    };
                    assert!(contrast >= 450, "{color:?} {}: {contrast}", color.ink());
                }
            }
        }
    }

    #[test]
    fn a_color_has_six_hex_digits() {
        for text in ["#0b5c56", "#FFFFFF"] {
            assert!(Color::parse(text).is_some(), "{text}");
        }
        for text in [
            "",
            "0b5c56",
            "#0b5",
            "#0b5c5g",
            "#0b5c5é",
            "red",
            "#0b5c5600",
        ] {
            assert!(Color::parse(text).is_none(), "{text}");
        }
    }
}

//! Reads numbers, timestamps, notes and ids on their own.

use credit_desk::units::{
    IdempotencyKey, OrganizationId, Separators, input_text, moment_ms, parse_credits,
    parse_minutes, parse_rate, read_number, utc_moment, utc_offset,
};
use credit_desk::wire::notes;
use fastrand::Rng;

use super::{outcome_of, same};
use crate::{
    digits::digits,
    hostile, mutate,
    run::{Outcome, Reader},
};

struct Numbers;
struct TypedNumbers;
struct Timestamps;
struct Notes;
struct Ids;

/// Returns one reader per kind of value.
pub fn all() -> Vec<Box<dyn Reader>> {
    vec![
        Box::new(Numbers),
        Box::new(TypedNumbers),
        Box::new(Timestamps),
        Box::new(Notes),
        Box::new(Ids),
    ]
}

impl Reader for Numbers {
    fn name(&self) -> &'static str {
        "figures"
    }

    fn draw(&self, rng: &mut Rng) -> String {
        let text = hostile::number(rng);
        if rng.u8(..4) == 0 {
            mutate::characters(rng, &text)
        } else {
            text
        }
    }

    fn large(&self, bytes: usize) -> String {
        format!("0.{}", "0".repeat(bytes))
    }

    fn read(&self, text: &str) -> Outcome {
        let Ok(number) = read_number(text) else {
            return Outcome::Rejected;
        };
        let written = number.to_string();
        if let Err(what) = same("reread", &Ok(number), &read_number(&written)) {
            return Outcome::Wrong(what);
        }
        // `+1` and `.5` are not JSON, so `digits` may fail; if it doesn't, the digits must match.
        let expected = digits(text);
        if expected.is_some() && expected != digits(&written) {
            return Outcome::Wrong(format!("{text} was read as {written}"));
        }
        Outcome::Accepted
    }
}

impl Reader for TypedNumbers {
    fn name(&self) -> &'static str {
        "typed figures"
    }

    fn draw(&self, rng: &mut Rng) -> String {
        match rng.u8(..3) {
            0 => hostile::text(rng),
            1 => hostile::number(rng),
            _ => {
                let pieces = [
                    "1", "12", "345", "000", ",", ".", "'", " ", "\u{a0}", "\u{202f}", "٣", "-",
                    "e",
                ];
                (0..rng.u8(1..9))
                    .map(|_| hostile::pick(rng, &pieces))
                    .collect()
            }
        }
    }

    fn large(&self, bytes: usize) -> String {
        "123.".repeat(bytes / 4)
    }

    fn read(&self, text: &str) -> Outcome {
        let of = |decimal, group| Separators { decimal, group };
        let locales = [
            Separators::PLAIN,
            of(',', '.'),
            of(',', '\u{202f}'),
            of('.', '’'),
        ];
        let mut outcome = Outcome::Rejected;
        for separators in locales {
            if let Ok(rate) = parse_rate(text, separators) {
                outcome = Outcome::Accepted;
                let reparsed = parse_rate(&input_text(&rate.to_string(), separators), separators);
                if let Err(what) = same("reparsed", &Ok(rate), &reparsed) {
                    return Outcome::Wrong(what);
                }
            }
            if let Ok(minutes) = parse_minutes(text, separators) {
                outcome = Outcome::Accepted;
                let reparsed = parse_minutes(&minutes.to_string(), separators);
                if let Err(what) = same("reparsed", &Ok(minutes), &reparsed) {
                    return Outcome::Wrong(what);
                }
            }
            if let Ok(credits) = parse_credits(text, separators) {
                let reparsed = parse_credits(&credits.to_string(), separators);
                if let Err(what) = same("reparsed", &Ok(credits), &reparsed) {
                    return Outcome::Wrong(what);
                }
            }
        }
        outcome
    }
}

impl Reader for Timestamps {
    fn name(&self) -> &'static str {
        "moments"
    }

    fn draw(&self, rng: &mut Rng) -> String {
        let two_digits = |rng: &mut Rng, end: u8| format!("{:02}", rng.u8(..end));
        let year = rng.u16(..10_000);
        let (month, day) = (two_digits(rng, 15), two_digits(rng, 34));
        let time = format!(
            "{}:{}:{}",
            two_digits(rng, 26),
            two_digits(rng, 62),
            two_digits(rng, 62)
        );
        let fraction = match rng.bool() {
            true => format!(".{}", rng.u32(..)),
            false => String::new(),
        };
        let zone = match rng.u8(..3) {
            0 => "Z".to_owned(),
            1 => format!("+{}:{}", two_digits(rng, 26), two_digits(rng, 62)),
            _ => format!("-{}{}", two_digits(rng, 26), two_digits(rng, 62)),
        };
        let text = format!("{year:04}-{month}-{day}T{time}{fraction}{zone}");
        match rng.u8(..4) {
            0 => mutate::characters(rng, &text),
            1 => hostile::text(rng),
            _ => text,
        }
    }

    fn large(&self, bytes: usize) -> String {
        format!("2026-01-15T16:34:40.{}Z", "9".repeat(bytes))
    }

    fn read(&self, text: &str) -> Outcome {
        let Some(ms) = moment_ms(text) else {
            return outcome_of(same("the zone", &utc_offset(text), &None)).into_rejected();
        };
        if utc_offset(text).is_none() {
            return Outcome::Wrong("a timestamp without a zone".to_owned());
        }
        // Years before 0 cannot be written, but a zone offset can lead there.
        if !(-62_167_219_200_000..253_402_300_800_000).contains(&ms) {
            return Outcome::Accepted;
        }
        outcome_of(same("reread", &Some(ms), &moment_ms(&utc_moment(ms))))
    }
}

impl Reader for Notes {
    fn name(&self) -> &'static str {
        "notes"
    }

    fn draw(&self, rng: &mut Rng) -> String {
        let (minutes, rate) = (hostile::number(rng), hostile::number(rng));
        let verb = hostile::pick(rng, &["Transfer", "Revert", "", "minutes"]);
        let text = format!("{verb} of {minutes} minutes at {rate}/min");
        match rng.u8(..4) {
            0 => mutate::characters(rng, &text),
            1 => format!("{text}{}", hostile::text(rng)),
            _ => text,
        }
    }

    fn large(&self, bytes: usize) -> String {
        format!(
            "Transfer of 20 minutes at 0.20/min {}",
            "1/min ".repeat(bytes / 6)
        )
    }

    fn read(&self, text: &str) -> Outcome {
        let (minutes, rate) = (notes::minutes(text), notes::rate(text));
        let rewritten = match (minutes, rate) {
            (Some(minutes), Some(rate)) => format!("Transfer of {minutes} minutes at {rate}/min"),
            (None, None) => return Outcome::Rejected,
            _ => return Outcome::Accepted,
        };
        let reread = (notes::minutes(&rewritten), notes::rate(&rewritten));
        outcome_of(same("reread", &(minutes, rate), &reread))
    }
}

impl Reader for Ids {
    fn name(&self) -> &'static str {
        "ids and keys"
    }

    fn draw(&self, rng: &mut Rng) -> String {
        let id = format!(
            "{:08x}-{:04x}-4{:03x}-8{:03x}-{:012x}",
            rng.u32(..),
            rng.u16(..),
            rng.u16(..4096),
            rng.u16(..4096),
            rng.u64(..1 << 48)
        );
        let head = hostile::pick(rng, &["", "org_", "ORG_", "urn:uuid:", "{"]);
        let text = format!("{head}{id}");
        match rng.u8(..4) {
            0 => mutate::characters(rng, &text),
            1 => hostile::text(rng),
            _ => text,
        }
    }

    fn large(&self, bytes: usize) -> String {
        "org_".repeat(bytes / 4)
    }

    fn read(&self, text: &str) -> Outcome {
        let (key, typed) = (IdempotencyKey::parse(text), OrganizationId::parse(text));
        let given = OrganizationId::given(text);
        if let Some(key) = &key
            && let Err(what) = same(
                "reread",
                &Some(key.clone()),
                &IdempotencyKey::parse(key.as_str()),
            )
        {
            return Outcome::Wrong(what);
        }
        for id in typed.iter().chain(&given) {
            let is_one_segment =
                !id.as_str().contains(['/', '\\', '?', '#', '%', '.']) && !id.as_str().is_empty();
            if !is_one_segment {
                return Outcome::Wrong(format!("{id} would be used in a path"));
            }
        }
        match (key, typed, given) {
            (None, None, None) => Outcome::Rejected,
            _ => Outcome::Accepted,
        }
    }
}

impl Outcome {
    /// Turns `Accepted` into `Rejected`, and keeps a failed check.
    fn into_rejected(self) -> Self {
        match self {
            Self::Accepted => Self::Rejected,
            other => other,
        }
    }
}

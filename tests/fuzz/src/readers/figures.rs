//! Figures, moments and notes by themselves.

use credit_desk::units::{
    IdempotencyKey, OrganizationId, Separators, input_text, moment_ahead, moment_ms, parse_credits,
    parse_minutes, parse_rate, read_number, utc_moment,
};
use credit_desk::wire::notes;
use fastrand::Rng;

use super::{judged, same};
use crate::{
    digits::digits,
    hostile, mutate,
    run::{Outcome, Reader},
};

struct Figure;
struct Typed;
struct Moment;
struct Notes;
struct Ids;

/// One reader for each.
pub fn all() -> Vec<Box<dyn Reader>> {
    vec![
        Box::new(Figure),
        Box::new(Typed),
        Box::new(Moment),
        Box::new(Notes),
        Box::new(Ids),
    ]
}

impl Reader for Figure {
    fn name(&self) -> &'static str {
        "figures"
    }

    fn draw(&self, rng: &mut Rng) -> String {
        let text = hostile::number(rng);
        if rng.u8(..4) == 0 {
            mutate::bytes(rng, &text)
        } else {
            text
        }
    }

    fn large(&self, bytes: usize) -> String {
        format!("0.{}", "0".repeat(bytes))
    }

    fn read(&self, text: &str) -> Outcome {
        let Ok(read) = read_number(text) else {
            return Outcome::Refused;
        };
        let shown = read.to_string();
        if let Err(what) = same("read again", &Ok(read), &read_number(&shown)) {
            return Outcome::Wrong(what);
        }
        // `+1` and `.5` are no JSON, so the digits need not be readable; where they are, they are the same.
        let came = digits(text);
        if came.is_some() && came != digits(&shown) {
            return Outcome::Wrong(format!("{text} was read as {shown}"));
        }
        Outcome::Accepted
    }
}

impl Reader for Typed {
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
                    .map(|_| hostile::one(rng, &pieces))
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
        let mut outcome = Outcome::Refused;
        for separators in locales {
            if let Ok(rate) = parse_rate(text, separators) {
                outcome = Outcome::Accepted;
                let again = parse_rate(&input_text(&rate.to_string(), separators), separators);
                if let Err(what) = same("typed again", &Ok(rate), &again) {
                    return Outcome::Wrong(what);
                }
            }
            if let Ok(minutes) = parse_minutes(text, separators) {
                outcome = Outcome::Accepted;
                let again = parse_minutes(&minutes.to_string(), separators);
                if let Err(what) = same("typed again", &Ok(minutes), &again) {
                    return Outcome::Wrong(what);
                }
            }
            if let Ok(credits) = parse_credits(text, separators) {
                let again = parse_credits(&credits.to_string(), separators);
                if let Err(what) = same("typed again", &Ok(credits), &again) {
                    return Outcome::Wrong(what);
                }
            }
        }
        outcome
    }
}

impl Reader for Moment {
    fn name(&self) -> &'static str {
        "moments"
    }

    fn draw(&self, rng: &mut Rng) -> String {
        let two = |rng: &mut Rng, most: u8| format!("{:02}", rng.u8(..most));
        let year = rng.u16(..10_000);
        let (month, day) = (two(rng, 15), two(rng, 34));
        let time = format!("{}:{}:{}", two(rng, 26), two(rng, 62), two(rng, 62));
        let fraction = match rng.bool() {
            true => format!(".{}", rng.u32(..)),
            false => String::new(),
        };
        let zone = match rng.u8(..3) {
            0 => "Z".to_owned(),
            1 => format!("+{}:{}", two(rng, 26), two(rng, 62)),
            _ => format!("-{}{}", two(rng, 26), two(rng, 62)),
        };
        let text = format!("{year:04}-{month}-{day}T{time}{fraction}{zone}");
        match rng.u8(..4) {
            0 => mutate::bytes(rng, &text),
            1 => hostile::text(rng),
            _ => text,
        }
    }

    fn large(&self, bytes: usize) -> String {
        format!("2026-01-15T16:34:40.{}Z", "9".repeat(bytes))
    }

    fn read(&self, text: &str) -> Outcome {
        let Some(ms) = moment_ms(text) else {
            return judged(same("the zone", &moment_ahead(text), &None)).refused();
        };
        if moment_ahead(text).is_none() {
            return Outcome::Wrong("a moment without a zone".to_owned());
        }
        // Before the year 0 nothing can be written; a zone may push a moment there.
        if !(-62_167_219_200_000..253_402_300_800_000).contains(&ms) {
            return Outcome::Accepted;
        }
        judged(same("read again", &Some(ms), &moment_ms(&utc_moment(ms))))
    }
}

impl Reader for Notes {
    fn name(&self) -> &'static str {
        "notes"
    }

    fn draw(&self, rng: &mut Rng) -> String {
        let (minutes, rate) = (hostile::number(rng), hostile::number(rng));
        let verb = hostile::one(rng, &["Transfer", "Revert", "", "minutes"]);
        let text = format!("{verb} of {minutes} minutes at {rate}/min");
        match rng.u8(..4) {
            0 => mutate::bytes(rng, &text),
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
        let again = match (minutes, rate) {
            (Some(minutes), Some(rate)) => format!("Transfer of {minutes} minutes at {rate}/min"),
            (None, None) => return Outcome::Refused,
            _ => return Outcome::Accepted,
        };
        let read = (notes::minutes(&again), notes::rate(&again));
        judged(same("read again", &(minutes, rate), &read))
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
        let head = hostile::one(rng, &["", "org_", "ORG_", "urn:uuid:", "{"]);
        let text = format!("{head}{id}");
        match rng.u8(..4) {
            0 => mutate::bytes(rng, &text),
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
                "read again",
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
                return Outcome::Wrong(format!("{id} would go into a path"));
            }
        }
        match (key, typed, given) {
            (None, None, None) => Outcome::Refused,
            _ => Outcome::Accepted,
        }
    }
}

impl Outcome {
    /// Not taken, where nothing is wrong with that.
    fn refused(self) -> Self {
        match self {
            Self::Accepted => Self::Refused,
            other => other,
        }
    }
}

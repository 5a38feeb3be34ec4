//! Generated history: log rows whose balances are continuous and end at the current ones.
//!
//! The rows are generated backwards, from the known balances, so that every row leads to the next one and no balance is
//! negative; then they are written forwards.

use serde_json::json;

use super::names::NAMES;
use super::{Child, EXAMPLE_START, RESELLER_RATE};
use crate::units::Micro;

/// The rows are within this many days before the example.
pub(super) const DAYS: i64 = 240;
/// The rows end at the midnight before the example.
pub(super) const ANCHOR: i64 = EXAMPLE_START - 43_200;
const FIRST_EXTRA: i64 = 4003;
/// Possible rates of a child, in millionths: never below the reseller's (O4).
const RATES: [i128; 8] = [
    90_000, 100_000, 110_000, 120_000, 150_000, 180_000, 200_000, 250_000,
];
/// The channels that children other than 4002 can have together: the pool of 10 minus its 4.
const FREE_CHANNELS: i64 = 6;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Transfer,
    Revert,
    Channels,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Row {
    pub(super) kind: Kind,
    pub(super) party: usize,
    pub(super) minutes: i64,
    pub(super) rate: i128,
    /// In millionths, before and after.
    pub(super) reseller: (i128, i128),
    pub(super) child: (i128, i128),
    pub(super) channels: (i64, i64),
}

/// A child while the history is generated backwards.
#[derive(Clone, Copy, Debug)]
pub(super) struct Party {
    pub(super) id: i64,
    pub(super) end: i128,
    end_rate: i128,
    balance: i128,
    rate: i128,
    channels: i64,
}

/// A history with a number of rows; the same number always gives the same history.
#[derive(Debug)]
pub struct History {
    pub(super) parties: Vec<Party>,
    /// Oldest first.
    pub(super) rows: Vec<Row>,
    reseller: i128,
}

impl History {
    /// Generates `count` rows.
    pub fn new(count: u32) -> Self {
        let mut rng = Rng(0x5eed_0f5a_4d00_0001);
        let mut history = Self {
            parties: Vec::new(),
            rows: Vec::new(),
            reseller: super::BEFORE_WELCOME.micro(),
        };
        if count == 0 {
            return history;
        }
        history.parties = parties(&mut rng, count);
        for _ in 0..count {
            let row = history.previous_row(&mut rng);
            history.rows.push(row);
        }
        history.rows.reverse();
        history
    }

    /// Returns the children that exist only for the history.
    pub fn children(&self) -> Vec<Child> {
        let extra = self.parties.iter().filter(|party| party.id >= FIRST_EXTRA);
        let named = extra.zip(NAMES);
        let child = |(party, name): (&Party, &str)| Child {
            id: party.id,
            name: name.to_owned(),
            rate: Micro::from_micro(party.end_rate),
            balance: Micro::from_micro(party.end),
            channels: 0,
            timezone: "Europe/Berlin",
            created_date: "2025-05-02T09:30:00.000000".to_owned(),
            user: json!({
                "id": party.id - 2000, "name": format!("{name} Desk"),
                "email": format!("desk-{}@example.com", party.id), "phone": false,
                "login_date": "2026-01-12T08:00:00.000000", "is_active": true, "expiry_date": null,
                "access_level": false, "dashboard_menu_access": {"is_billing_menu_access": false},
            }),
        };
        named.map(child).collect()
    }

    /// Returns the reseller's balance before the first row, or `current` if there are no rows.
    pub fn reseller_start(&self, current: Micro) -> Micro {
        self.rows
            .first()
            .map_or(current, |_| Micro::from_micro(self.reseller))
    }

    /// Returns a child's balance before the first row.
    pub fn child_start(&self, id: i64) -> Option<Micro> {
        let party = self.parties.iter().find(|party| party.id == id)?;
        Some(Micro::from_micro(party.balance))
    }

    /// Returns the last second before the history.
    pub const fn start_second(&self) -> i64 {
        ANCHOR - DAYS * 86_400 - 1
    }

    /// Generates the row before the existing ones and undoes it on the balances.
    fn previous_row(&mut self, rng: &mut Rng) -> Row {
        let index = rng.below(self.parties.len());
        let party = &mut self.parties[index];
        let steps = i64::try_from(rng.below(60)).unwrap_or(0);
        let minutes = (steps + 1) * 10;
        let wholesale = RESELLER_RATE.micro() * i128::from(minutes);
        let credit = party.rate * i128::from(minutes);
        let random_kind = match rng.below(100) {
            0..70 => Kind::Transfer,
            70..92 => Kind::Revert,
            _ => Kind::Channels,
        };
        let kind = match random_kind {
            Kind::Transfer if party.balance < credit => Kind::Revert,
            other => other,
        };
        let kind = match kind {
            Kind::Revert if self.reseller < wholesale => Kind::Channels,
            other => other,
        };
        let mut row = Row {
            kind,
            party: index,
            minutes,
            rate: party.rate,
            reseller: (0, 0),
            child: (0, 0),
            channels: (0, 0),
        };
        match kind {
            Kind::Transfer => {
                row.reseller = (self.reseller + wholesale, self.reseller);
                row.child = (party.balance - credit, party.balance);
                // The transfer set the rate (O6); before it, a different rate may have applied.
                if rng.below(10) == 0 {
                    party.rate = RATES[rng.below(RATES.len())];
                }
            }
            Kind::Revert => {
                row.reseller = (self.reseller - wholesale, self.reseller);
                row.child = (party.balance + credit, party.balance);
            }
            Kind::Channels => return self.previous_channel_row(rng, row),
        }
        self.reseller = row.reseller.0;
        party.balance = row.child.0;
        row
    }

    /// Undoes a channel row: a child without channels had some before, one with channels had one fewer.
    fn previous_channel_row(&mut self, rng: &mut Rng, mut row: Row) -> Row {
        let used: i64 = self.parties.iter().map(|party| party.channels).sum();
        let free = FREE_CHANNELS - used;
        // With the pool used up, the row can only belong to a child that had fewer channels before.
        let with_channels = self.parties.iter().position(|party| party.channels > 0);
        row.party = if free > 0 {
            row.party
        } else {
            with_channels.unwrap_or(row.party)
        };
        let party = &mut self.parties[row.party];
        let before = match party.channels {
            0 => 1 + i64::from(rng.below(2) == 0 && free > 1),
            now => now - 1,
        };
        row.channels = (before, party.channels);
        party.channels = before;
        row
    }
}

/// Returns 4001 and the extra children, with their current balances.
fn parties(rng: &mut Rng, count: u32) -> Vec<Party> {
    let rows_each = i128::from(count) / (NAMES.len() as i128 + 1);
    let mut parties = vec![Party {
        id: 4001,
        end: 24_442_600_000,
        end_rate: 90_000,
        balance: 24_442_600_000,
        rate: 90_000,
        channels: 0,
    }];
    for id in (FIRST_EXTRA..).take(NAMES.len()) {
        let rate = RATES[rng.below(RATES.len())];
        let minutes = 100 + rng.below(4000) as i128 + rows_each * 80;
        parties.push(Party {
            id,
            end: minutes * rate,
            end_rate: rate,
            balance: minutes * rate,
            rate,
            channels: 0,
        });
    }
    parties
}

/// SplitMix64: small, and the same on every machine.
#[derive(Debug)]
struct Rng(u64);

impl Rng {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^= mixed >> 31;
        (mixed % bound.max(1) as u64) as usize
    }
}

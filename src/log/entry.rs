//! A row of the log as it is held, filtered, sorted and summed: small, because there may be a hundred thousand.

use crate::units::{Amount, Minutes, Rate, moment_in_zone, moment_ms};
use crate::wire::logs::{Kind, Party, Person, Row, Side, succeeded};
use crate::wire::notes;
use rust_decimal::Decimal;
use std::collections::HashMap;
use std::sync::Arc;

/// One row of the log. What the backend did not say is nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogEntry {
    /// The row's key.
    pub id: i64,
    /// When, in milliseconds since 1970 UTC.
    pub at: Option<i64>,
    /// The same moment with its offset: as the backend wrote it, or in the zone of [`Self::move_to_zone`].
    pub written: Option<Box<str>>,
    /// What it records.
    pub kind: Kind,
    /// Not unique (contract §1.4).
    pub reference: Option<Box<str>>,
    /// The only place of minutes and rate.
    pub notes: Option<Box<str>>,
    /// Whose account it is.
    pub reseller: Option<Arc<Party>>,
    /// Who gave.
    pub from: Option<Arc<Party>>,
    /// Who received.
    pub to: Option<Arc<Party>>,
    /// The side of the child, where that is certain.
    pub child_side: Option<Side>,
    /// Who made it.
    pub person: Option<Arc<Person>>,
    /// In the backend's word.
    pub status: Option<Arc<str>>,
    /// As written: the change of the child's balance, unsigned in a revert (contract §7, O8).
    pub credit: Option<Amount>,
    /// As written: the signed change of one's own balance.
    pub cost: Option<Amount>,
    /// The giver's balance before and after.
    pub from_balance: Balances,
    /// The receiver's balance before and after.
    pub to_balance: Balances,
    /// Minutes and rate, as the notes have them: read once, for sorting and summing ask often.
    pub terms: ParsedNotes,
    /// Of a change of channels: change, before, after.
    pub channels: Option<Box<[Option<i64>; 3]>>,
}

/// A balance before and after, where they were said.
pub type Balances = (Option<Amount>, Option<Amount>);

/// What the notes say of minutes and rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParsedNotes {
    /// The row records no movement, so there is nothing to say.
    None,
    /// The text does not fit.
    Unread,
    /// Both could be read, and the amounts bear out the rate.
    Read(Minutes, Rate),
    /// Both could be read, but the rate comes only from the notes, which round it to two decimals.
    Rounded(Minutes, Rate),
}

impl ParsedNotes {
    /// The minutes, where they could be read.
    pub fn minutes(self) -> Option<Minutes> {
        match self {
            Self::Read(minutes, _) | Self::Rounded(minutes, _) => Some(minutes),
            Self::None | Self::Unread => None,
        }
    }
}

/// All that the log says of a person.
type PersonKey = (Option<i64>, Option<String>, Option<String>);

/// Names that many rows share are held once.
#[derive(Debug, Default)]
pub struct SharedNames {
    parties: HashMap<(i64, Option<String>), Arc<Party>>,
    people: HashMap<PersonKey, Arc<Person>>,
    statuses: HashMap<String, Arc<str>>,
}

impl SharedNames {
    fn party(&mut self, party: &Option<Party>) -> Option<Arc<Party>> {
        let party = party.as_ref()?;
        let key = (party.id, party.name.clone());
        let held = self.parties.entry(key);
        Some(held.or_insert_with(|| Arc::new(party.clone())).clone())
    }

    fn person(&mut self, person: &Option<Person>) -> Option<Arc<Person>> {
        let person = person.as_ref()?;
        let key = (person.id, person.name.clone(), person.email.clone());
        let held = self.people.entry(key);
        Some(held.or_insert_with(|| Arc::new(person.clone())).clone())
    }

    fn status(&mut self, status: &Option<String>) -> Option<Arc<str>> {
        let status = status.as_ref()?;
        let held = self.statuses.entry(status.clone());
        Some(held.or_insert_with(|| status.as_str().into()).clone())
    }
}

/// What the notes of a row of this kind say. The rate in them is rounded to cents (contract §1.4), so it is recomputed from
/// `credit` where that makes an exact one that can have been printed so.
pub(super) fn terms(kind: &Kind, notes: Option<&str>, credit: Option<Amount>) -> ParsedNotes {
    if !matches!(kind, Kind::Transfer | Kind::Revert) {
        return ParsedNotes::None;
    }
    let notes = notes.unwrap_or_default();
    match notes::minutes(notes).zip(notes::rate(notes)) {
        Some((minutes, printed)) => {
            let exact = credit
                .and_then(|credit| Rate::of(size(credit), minutes))
                .filter(|exact| is_printed_as(*exact, printed));
            match exact {
                Some(exact) => ParsedNotes::Read(minutes, exact),
                None => ParsedNotes::Rounded(minutes, printed),
            }
        }
        None => ParsedNotes::Unread,
    }
}

fn size(amount: Amount) -> Amount {
    let negated = amount.minus(amount).and_then(|zero| zero.minus(amount));
    negated.map_or(amount, |negated| amount.max(negated))
}

/// Whether `exact` is less than a cent from what was printed.
fn is_printed_as(exact: Rate, printed: Rate) -> bool {
    let (a, b) = (Amount::new(exact.decimal()), Amount::new(printed.decimal()));
    let cent = Amount::new(Decimal::new(1, 2));
    a.max(b).minus(a.min(b)).is_ok_and(|apart| apart < cent)
}

impl LogEntry {
    /// Reads a row.
    pub fn of(row: &Row, names: &mut SharedNames) -> Self {
        let channels = [row.channels_count, row.previous_channels, row.new_channels];
        Self {
            id: row.id,
            at: row.transfer_date.as_deref().and_then(moment_ms),
            written: row.transfer_date.as_deref().map(Box::from),
            kind: row.transaction_type.clone(),
            reference: row.transfer_reference.as_deref().map(Box::from),
            notes: row.notes.as_deref().map(Box::from),
            reseller: names.party(&row.reseller_organization),
            from: names.party(&row.from_organization),
            to: names.party(&row.to_organization),
            child_side: row.child().map(|(_, side)| side),
            person: names.person(&row.performed_by),
            status: names.status(&row.status),
            credit: row.credit_amount,
            cost: row.cost_amount,
            from_balance: (row.from_balance_before, row.from_balance_after),
            to_balance: (row.to_balance_before, row.to_balance_after),
            terms: terms(
                &row.transaction_type,
                row.notes.as_deref(),
                row.credit_amount,
            ),
            channels: (row.transaction_type == Kind::Channels).then(|| Box::new(channels)),
        }
    }

    /// Writes its time, and so its day and month, in a zone that is `offset_at` minutes ahead of UTC at a moment.
    pub fn move_to_zone(&mut self, offset_at: impl Fn(i64) -> i64) {
        if let (Some(at), Some(written)) = (self.at, self.written.as_deref()) {
            self.written = moment_in_zone(written, offset_at(at)).map(String::into_boxed_str);
        }
    }

    /// Whether it moves no money: a change of channels carries zeros for balances, which would only mislead
    /// (contract §6, point 5).
    pub fn is_channels(&self) -> bool {
        self.kind == Kind::Channels
    }

    /// Whether it moved something: a transfer or a revert that succeeded, or does not say otherwise.
    pub fn moved(&self) -> bool {
        matches!(self.kind, Kind::Transfer | Kind::Revert) && self.succeeded()
    }

    /// Whether it says that it succeeded, or nothing else.
    pub fn succeeded(&self) -> bool {
        succeeded(self.status.as_deref())
    }

    /// The child, where that is certain.
    pub fn child(&self) -> Option<&Party> {
        match self.child_side? {
            Side::From => self.from.as_deref(),
            Side::To => self.to.as_deref(),
        }
    }

    /// One's own balance before and after.
    pub fn own_balance(&self) -> Balances {
        match self.child_side {
            _ if self.is_channels() => (None, None),
            Some(Side::From) => self.to_balance,
            Some(Side::To) => self.from_balance,
            None => (None, None),
        }
    }

    /// The child's balance before and after.
    pub fn child_balance(&self) -> Balances {
        match self.child_side {
            _ if self.is_channels() => (None, None),
            Some(Side::From) => self.from_balance,
            Some(Side::To) => self.to_balance,
            None => (None, None),
        }
    }

    /// What it changed the child's balance by: signed, by the balances where they are there (contract §7, O8), else by
    /// the amount and the kind.
    pub fn credit_change(&self) -> Option<Amount> {
        self.change(self.child_balance(), self.credit, Kind::Revert)
    }

    /// What it changed one's own balance by: signed, as [`Self::credit_change`].
    pub fn own_change(&self) -> Option<Amount> {
        self.change(self.own_balance(), self.cost, Kind::Transfer)
    }

    /// What its amount says that the child's balance changed by, whatever the balances say: signed by the kind.
    pub fn credit_written(&self) -> Option<Amount> {
        self.signed(self.credit, Kind::Revert)
    }

    /// What its amount says that one's own balance changed by, as [`Self::credit_written`].
    pub fn own_written(&self) -> Option<Amount> {
        self.signed(self.cost, Kind::Transfer)
    }

    /// `less` is the kind whose change is a loss.
    fn change(&self, balances: Balances, written: Option<Amount>, less: Kind) -> Option<Amount> {
        match balances {
            (Some(before), Some(after)) => after.minus(before).ok(),
            _ => self.signed(written, less),
        }
    }

    /// The amount with the sign of the kind, because the written one is not to be relied on (contract §7, O8).
    fn signed(&self, written: Option<Amount>, less: Kind) -> Option<Amount> {
        let written = written?;
        match &self.kind {
            Kind::Transfer | Kind::Revert => {
                let size = if written.is_negative() {
                    Amount::ZERO.minus(written).ok()?
                } else {
                    written
                };
                if self.kind == less {
                    Amount::ZERO.minus(size).ok()
                } else {
                    Some(size)
                }
            }
            _ => None,
        }
    }

    /// What the reseller earns by it: what the child is credited less what that costs; negative where a revert gives
    /// the margin back. Of transfers and reverts that succeeded.
    pub fn profit(&self) -> Option<Amount> {
        match self.kind {
            Kind::Transfer | Kind::Revert => self.credit_change()?.plus(self.own_change()?).ok(),
            _ => None,
        }
    }

    /// The day, `YYYY-MM-DD`: the first ten characters of what was written, so in the same zone.
    pub fn day(&self) -> Option<&str> {
        self.written.as_deref()?.get(..10)
    }

    /// The month, `YYYY-MM`, in the same zone.
    pub fn month(&self) -> Option<&str> {
        self.written.as_deref()?.get(..7)
    }

    /// Who made it, in one text.
    pub fn by(&self) -> Option<&str> {
        let person = self.person.as_deref()?;
        person.name.as_deref().or(person.email.as_deref())
    }
}

impl Party {
    /// Its name, or its number where it has none.
    pub fn title(&self) -> String {
        self.name.clone().unwrap_or_else(|| self.id.to_string())
    }
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
pub(crate) mod tests;

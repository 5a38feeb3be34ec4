//! Pure: a log entry as it is stored, filtered, sorted and summed. Compact, because there may be a hundred thousand.

use crate::units::{Amount, Minutes, Rate, moment_in_zone, moment_ms};
use crate::wire::logs::{Kind, Party, Person, Row, Side, succeeded};
use crate::wire::notes;
use rust_decimal::Decimal;
use std::collections::HashMap;
use std::sync::Arc;

/// One entry of the log. A field that the service left out is `None`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogEntry {
    /// The unique key of the entry.
    pub id: i64,
    /// When it was made, in milliseconds since 1970 UTC.
    pub at: Option<i64>,
    /// The same moment with its UTC offset, as the service wrote it, or in the zone set by [`Self::move_to_zone`].
    pub written: Option<Box<str>>,
    /// What the entry records.
    pub kind: Kind,
    /// Not unique (contract §1.4).
    pub reference: Option<Box<str>>,
    /// The only source of minutes and rate.
    pub notes: Option<Box<str>>,
    /// The reseller whose account this is.
    pub reseller: Option<Arc<Party>>,
    /// The sender.
    pub from: Option<Arc<Party>>,
    /// The recipient.
    pub to: Option<Arc<Party>>,
    /// The side that the child is on, if that is certain.
    pub child_side: Option<Side>,
    /// The user who made it.
    pub person: Option<Arc<Person>>,
    /// The status, in the service's own term.
    pub status: Option<Arc<str>>,
    /// As sent: the change of the child's balance, unsigned in a revert (contract §7, O8).
    pub credit: Option<Amount>,
    /// As sent: the signed change of the reseller's own balance.
    pub cost: Option<Amount>,
    /// The sender's balance before and after.
    pub from_balance: Balances,
    /// The recipient's balance before and after.
    pub to_balance: Balances,
    /// Minutes and rate from the notes. Parsed once, because sorting and summing need them often.
    pub parsed_notes: ParsedNotes,
    /// For a change of channels: the change, then the number before and after.
    pub channels: Option<Box<[Option<i64>; 3]>>,
}

/// A balance before and after, where known.
pub type Balances = (Option<Amount>, Option<Amount>);

/// The minutes and the rate in the notes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParsedNotes {
    /// The entry is not a transfer or revert, so its notes have none.
    None,
    /// The notes could not be parsed.
    Unparsed,
    /// Both were parsed, and the amounts confirm the rate.
    Read(Minutes, Rate),
    /// Both were parsed, but the rate comes only from the notes, which round it to two decimals.
    Rounded(Minutes, Rate),
}

impl ParsedNotes {
    /// Returns the minutes, if they were parsed.
    pub fn minutes(self) -> Option<Minutes> {
        match self {
            Self::Read(minutes, _) | Self::Rounded(minutes, _) => Some(minutes),
            Self::None | Self::Unparsed => None,
        }
    }
}

/// Everything that the log contains about a user.
type PersonKey = (Option<i64>, Option<String>, Option<String>);

/// Interns names that many entries share.
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
        let slot = self.parties.entry(key);
        Some(slot.or_insert_with(|| Arc::new(party.clone())).clone())
    }

    fn person(&mut self, person: &Option<Person>) -> Option<Arc<Person>> {
        let person = person.as_ref()?;
        let key = (person.id, person.name.clone(), person.email.clone());
        let slot = self.people.entry(key);
        Some(slot.or_insert_with(|| Arc::new(person.clone())).clone())
    }

    fn status(&mut self, status: &Option<String>) -> Option<Arc<str>> {
        let status = status.as_ref()?;
        let slot = self.statuses.entry(status.clone());
        Some(slot.or_insert_with(|| status.as_str().into()).clone())
    }
}

/// Parses the notes of an entry of this kind. The rate in them is rounded to cents (contract §1.4), so it is recomputed
/// from `credit` if that gives an exact rate that could have been printed this way.
pub(super) fn parse_notes(kind: &Kind, notes: Option<&str>, credit: Option<Amount>) -> ParsedNotes {
    if !matches!(kind, Kind::Transfer | Kind::Revert) {
        return ParsedNotes::None;
    }
    let notes = notes.unwrap_or_default();
    match notes::minutes(notes).zip(notes::rate(notes)) {
        Some((minutes, printed)) => {
            let exact = credit
                .and_then(|credit| Rate::of(abs(credit), minutes))
                .filter(|exact| is_printed_as(*exact, printed));
            match exact {
                Some(exact) => ParsedNotes::Read(minutes, exact),
                None => ParsedNotes::Rounded(minutes, printed),
            }
        }
        None => ParsedNotes::Unparsed,
    }
}

fn abs(amount: Amount) -> Amount {
    let negated = amount.minus(amount).and_then(|zero| zero.minus(amount));
    negated.map_or(amount, |negated| amount.max(negated))
}

/// Whether `exact` is within a cent of the printed rate.
fn is_printed_as(exact: Rate, printed: Rate) -> bool {
    let (a, b) = (Amount::new(exact.decimal()), Amount::new(printed.decimal()));
    let cent = Amount::new(Decimal::new(1, 2));
    a.max(b)
        .minus(a.min(b))
        .is_ok_and(|difference| difference < cent)
}

impl LogEntry {
    /// Converts a parsed log entry.
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
            parsed_notes: parse_notes(
                &row.transaction_type,
                row.notes.as_deref(),
                row.credit_amount,
            ),
            channels: (row.transaction_type == Kind::Channels).then(|| Box::new(channels)),
        }
    }

    /// Converts its time, and so its day and month, to another zone. `offset_at` returns how many minutes that
    /// zone is ahead of UTC at a given moment.
    pub fn move_to_zone(&mut self, offset_at: impl Fn(i64) -> i64) {
        if let (Some(at), Some(written)) = (self.at, self.written.as_deref()) {
            self.written = moment_in_zone(written, offset_at(at)).map(String::into_boxed_str);
        }
    }

    /// Whether it is a change of channels, which moves no money. Its balances are zero, which would be misleading
    /// (contract §6, point 5).
    pub fn is_channels(&self) -> bool {
        self.kind == Kind::Channels
    }

    /// Whether it moved something: a transfer or a revert that succeeded or has no status.
    pub fn moved(&self) -> bool {
        matches!(self.kind, Kind::Transfer | Kind::Revert) && self.succeeded()
    }

    /// Whether its status is success or missing.
    pub fn succeeded(&self) -> bool {
        succeeded(self.status.as_deref())
    }

    /// Returns the child, if it is certain.
    pub fn child(&self) -> Option<&Party> {
        match self.child_side? {
            Side::From => self.from.as_deref(),
            Side::To => self.to.as_deref(),
        }
    }

    /// Returns the reseller's own balance before and after.
    pub fn own_balance(&self) -> Balances {
        match self.child_side {
            _ if self.is_channels() => (None, None),
            Some(Side::From) => self.to_balance,
            Some(Side::To) => self.from_balance,
            None => (None, None),
        }
    }

    /// Returns the child's balance before and after.
    pub fn child_balance(&self) -> Balances {
        match self.child_side {
            _ if self.is_channels() => (None, None),
            Some(Side::From) => self.from_balance,
            Some(Side::To) => self.to_balance,
            None => (None, None),
        }
    }

    /// Returns the signed change of the child's balance: from the balances if they are present (contract §7, O8),
    /// otherwise from the amount and the kind.
    pub fn credit_change(&self) -> Option<Amount> {
        self.change(self.child_balance(), self.credit, Kind::Revert)
    }

    /// Returns the signed change of the reseller's own balance, like [`Self::credit_change`].
    pub fn own_change(&self) -> Option<Amount> {
        self.change(self.own_balance(), self.cost, Kind::Transfer)
    }

    /// Returns the change of the child's balance according to the amount alone, ignoring the balances, with the sign
    /// given by the kind.
    pub fn credit_written(&self) -> Option<Amount> {
        self.signed(self.credit, Kind::Revert)
    }

    /// Returns the change of the reseller's own balance according to the amount alone, like [`Self::credit_written`].
    pub fn own_written(&self) -> Option<Amount> {
        self.signed(self.cost, Kind::Transfer)
    }

    /// `negative_kind` is the kind whose change is negative.
    fn change(
        &self,
        balances: Balances,
        written: Option<Amount>,
        negative_kind: Kind,
    ) -> Option<Amount> {
        match balances {
            (Some(before), Some(after)) => after.minus(before).ok(),
            _ => self.signed(written, negative_kind),
        }
    }

    /// Returns the amount with the sign of the kind, because the sign that was sent isn't reliable (contract §7, O8).
    fn signed(&self, written: Option<Amount>, negative_kind: Kind) -> Option<Amount> {
        let written = written?;
        match &self.kind {
            Kind::Transfer | Kind::Revert => {
                let size = if written.is_negative() {
                    Amount::ZERO.minus(written).ok()?
                } else {
                    written
                };
                if self.kind == negative_kind {
                    Amount::ZERO.minus(size).ok()
                } else {
                    Some(size)
                }
            }
            _ => None,
        }
    }

    /// Returns the reseller's profit: the child's credit minus its cost; negative for a revert, which gives the margin
    /// back. Only for transfers and reverts.
    pub fn profit(&self) -> Option<Amount> {
        match self.kind {
            Kind::Transfer | Kind::Revert => self.credit_change()?.plus(self.own_change()?).ok(),
            _ => None,
        }
    }

    /// Returns the day, `YYYY-MM-DD`: the first ten characters of the written time, so in the same zone.
    pub fn day(&self) -> Option<&str> {
        self.written.as_deref()?.get(..10)
    }

    /// Returns the month, `YYYY-MM`, in the same zone.
    pub fn month(&self) -> Option<&str> {
        self.written.as_deref()?.get(..7)
    }

    /// Returns the name of the user who made it, or else their email address.
    pub fn performed_by(&self) -> Option<&str> {
        let person = self.person.as_deref()?;
        person.name.as_deref().or(person.email.as_deref())
    }
}

impl Party {
    /// Returns its name, or its id if it has no name.
    pub fn title(&self) -> String {
        self.name.clone().unwrap_or_else(|| self.id.to_string())
    }
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
pub(crate) mod tests;

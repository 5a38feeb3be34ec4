//! Pure: the columns of the log: what each one shows of an entry, how it sorts, and its name in the URL and in exports.

use crate::log::entry::{LogEntry, ParsedNotes};
use crate::units::{Amount, Rate};
use crate::wire::logs::Kind;
use std::cmp::Ordering;

/// A column of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Column {
    /// The id of the entry.
    Id,
    /// The time.
    When,
    /// The kind of entry: transfer, revert, channels.
    Kind,
    /// The child's name, or its id if it has no name.
    Child,
    /// The child's id.
    ChildId,
    /// The sender.
    From,
    /// The recipient.
    To,
    /// The minutes, from the notes.
    Minutes,
    /// What the child is charged per minute, from the notes.
    Rate,
    /// The change of the child's balance, signed.
    Credit,
    /// The change of the reseller's own balance, signed.
    Cost,
    /// What the reseller earns from it.
    Profit,
    /// The reseller's own balance before.
    OwnBefore,
    /// The reseller's own balance after.
    OwnAfter,
    /// The child's balance before.
    ChildBefore,
    /// The child's balance after.
    ChildAfter,
    /// Channels before and after.
    Channels,
    /// The user who made it.
    By,
    /// The status, in the service's own term.
    Status,
    /// The reference, which is not unique.
    Reference,
    /// The notes.
    Notes,
}

/// What a column shows of an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    /// The entry has no value.
    None,
    /// The entry has a value, but its text could not be parsed.
    Unparsed,
    /// A text.
    Text(String),
    /// A time as the service wrote it, and in milliseconds since 1970 if it could be parsed.
    Moment(String, Option<i64>),
    /// A count.
    Count(i128),
    /// Money.
    Money(Amount),
    /// Money per minute.
    PerMinute(Rate),
    /// Money per minute, rounded by the service.
    AboutPerMinute(Rate),
}

impl Column {
    /// All columns, in their default order.
    pub const ALL: [Self; 21] = [
        Self::Id,
        Self::When,
        Self::Kind,
        Self::Child,
        Self::Minutes,
        Self::Rate,
        Self::Credit,
        Self::Cost,
        Self::Profit,
        Self::OwnBefore,
        Self::OwnAfter,
        Self::ChildBefore,
        Self::ChildAfter,
        Self::Channels,
        Self::By,
        Self::Status,
        Self::Reference,
        Self::Notes,
        Self::ChildId,
        Self::From,
        Self::To,
    ];

    /// The columns shown by default.
    pub const SHOWN: [Self; 15] = [
        Self::Id,
        Self::When,
        Self::Kind,
        Self::Child,
        Self::Minutes,
        Self::Rate,
        Self::Credit,
        Self::Cost,
        Self::Profit,
        Self::OwnAfter,
        Self::ChildAfter,
        Self::By,
        Self::Status,
        Self::Reference,
        Self::Notes,
    ];

    /// Its name in the URL, in exports and in stored preferences.
    pub fn name(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::When => "date",
            Self::Kind => "type",
            Self::Child => "child",
            Self::ChildId => "child_id",
            Self::From => "from",
            Self::To => "to",
            Self::Minutes => "minutes",
            Self::Rate => "rate",
            Self::Credit => "credit",
            Self::Cost => "cost",
            Self::Profit => "profit",
            Self::OwnBefore => "balance_before",
            Self::OwnAfter => "balance_after",
            Self::ChildBefore => "child_before",
            Self::ChildAfter => "child_after",
            Self::Channels => "channels",
            Self::By => "by",
            Self::Status => "status",
            Self::Reference => "reference",
            Self::Notes => "notes",
        }
    }

    /// Returns the column with this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|column| column.name() == name)
    }

    /// Its heading in the table.
    pub fn label(self) -> &'static str {
        match self {
            Self::Id => "ID",
            Self::When => "Date",
            Self::Kind => "Type",
            Self::Child => "Client",
            Self::ChildId => "Client ID",
            Self::From => "From",
            Self::To => "To",
            Self::Minutes => "Minutes",
            Self::Rate => "Rate",
            Self::Credit => "Client credit",
            Self::Cost => "Your cost",
            Self::Profit => "Profit",
            Self::OwnBefore => "Your balance before",
            Self::OwnAfter => "Your balance after",
            Self::ChildBefore => "Client's balance before",
            Self::ChildAfter => "Client's balance after",
            Self::Channels => "Channels",
            Self::By => "Created by",
            Self::Status => "Status",
            Self::Reference => "Reference",
            Self::Notes => "Notes",
        }
    }

    /// Whether it contains numbers.
    pub fn is_number(self) -> bool {
        matches!(
            self,
            Self::Minutes
                | Self::Rate
                | Self::Credit
                | Self::Cost
                | Self::Profit
                | Self::OwnBefore
                | Self::OwnAfter
                | Self::ChildBefore
                | Self::ChildAfter
                | Self::Channels
        )
    }

    /// Returns the cell for `entry`.
    pub fn of(self, entry: &LogEntry) -> Cell {
        let text = |text: Option<&str>| text.map_or(Cell::None, |text| Cell::Text(text.to_owned()));
        let money = |amount: Option<Amount>| amount.map_or(Cell::None, Cell::Money);
        let own = entry.own_balance();
        let child = entry.child_balance();
        let party = |party: Option<&crate::wire::logs::Party>| {
            party.map_or(Cell::None, |party| Cell::Text(party.title()))
        };
        match self {
            Self::Id => Cell::Count(entry.id.into()),
            Self::When => match &entry.written {
                Some(written) => Cell::Moment(written.to_string(), entry.at),
                None => Cell::None,
            },
            Self::Kind => Cell::Text(kind_label(&entry.kind).to_owned()),
            Self::Child => party(entry.child()),
            Self::ChildId => match entry.child() {
                Some(child) => Cell::Count(child.id.into()),
                None => Cell::None,
            },
            Self::From => party(entry.from.as_deref()),
            Self::To => party(entry.to.as_deref()),
            Self::Minutes => match entry.parsed_notes {
                ParsedNotes::None => Cell::None,
                ParsedNotes::Unparsed => Cell::Unparsed,
                ParsedNotes::Read(minutes, _) | ParsedNotes::Rounded(minutes, _) => {
                    Cell::Count(minutes.get())
                }
            },
            Self::Rate => match entry.parsed_notes {
                ParsedNotes::None => Cell::None,
                ParsedNotes::Unparsed => Cell::Unparsed,
                ParsedNotes::Read(_, rate) => Cell::PerMinute(rate),
                ParsedNotes::Rounded(_, rate) => Cell::AboutPerMinute(rate),
            },
            Self::Credit => money(entry.credit_change()),
            Self::Cost => money(entry.own_change()),
            Self::Profit => money(entry.profit()),
            Self::OwnBefore => money(own.0),
            Self::OwnAfter => money(own.1),
            Self::ChildBefore => money(child.0),
            Self::ChildAfter => money(child.1),
            Self::Channels => match entry.channels.as_deref() {
                Some([_, Some(before), Some(after)]) => Cell::Text(format!("{before} → {after}")),
                _ => Cell::None,
            },
            Self::By => text(entry.performed_by()),
            Self::Status => text(entry.status.as_deref()),
            Self::Reference => text(entry.reference.as_deref()),
            Self::Notes => text(entry.notes.as_deref()),
        }
    }
}

/// Returns the label of a kind of entry.
pub fn kind_label(kind: &Kind) -> &str {
    match kind {
        Kind::Transfer => "Transfer",
        Kind::Revert => "Revert",
        Kind::Channels => "Channels",
        Kind::Other(name) => name,
        Kind::Unspecified => "Unknown",
    }
}

impl Cell {
    /// Returns the plain text for an export: numbers with all their digits, a decimal point and no grouping.
    pub fn plain(&self) -> String {
        match self {
            Self::None | Self::Unparsed => String::new(),
            Self::Text(text) | Self::Moment(text, _) => text.clone(),
            Self::Count(count) => count.to_string(),
            Self::Money(amount) => amount.to_string(),
            Self::PerMinute(rate) | Self::AboutPerMinute(rate) => rate.to_string(),
        }
    }

    /// Compares two cells of the same column. Missing values come last in either direction.
    pub fn order(&self, other: &Self, descending: bool) -> Ordering {
        let is_missing =
            |cell: &Self| matches!(cell, Self::None | Self::Unparsed | Self::Moment(_, None));
        match (is_missing(self), is_missing(other)) {
            (true, true) => return Ordering::Equal,
            (true, false) => return Ordering::Greater,
            (false, true) => return Ordering::Less,
            (false, false) => {}
        }
        let order = match (self, other) {
            (Self::Count(a), Self::Count(b)) => a.cmp(b),
            (Self::Money(a), Self::Money(b)) => a.cmp(b),
            (
                Self::PerMinute(a) | Self::AboutPerMinute(a),
                Self::PerMinute(b) | Self::AboutPerMinute(b),
            ) => a.cmp(b),
            (Self::Moment(_, a), Self::Moment(_, b)) => a.cmp(b),
            (Self::Text(a), Self::Text(b)) => a.cmp(b),
            _ => Ordering::Equal,
        };
        if descending { order.reverse() } else { order }
    }
}

//! The columns of the log: what each shows of a row, by what it is sorted, and what it is called in the URL and in an
//! export.

use crate::log::entry::{LogEntry, ParsedNotes};
use crate::units::{Amount, Rate};
use crate::wire::logs::Kind;
use std::cmp::Ordering;

/// A column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Column {
    /// The row's number.
    Id,
    /// When.
    When,
    /// Transfer, revert, channels.
    Kind,
    /// The child's name, or its id where it has none.
    Child,
    /// The child's id.
    ChildId,
    /// Who gave.
    From,
    /// Who received.
    To,
    /// From the notes.
    Minutes,
    /// From the notes: what the child is charged a minute.
    Rate,
    /// The change of the child's balance, signed.
    Credit,
    /// The change of one's own balance, signed.
    Cost,
    /// What the reseller earns by it.
    Profit,
    /// One's own balance before.
    OwnBefore,
    /// One's own balance after.
    OwnAfter,
    /// The child's balance before.
    ChildBefore,
    /// The child's balance after.
    ChildAfter,
    /// Channels before and after.
    Channels,
    /// Who made it.
    By,
    /// In the backend's word.
    Status,
    /// The reference, which is not unique.
    Reference,
    /// The notes.
    Notes,
}

/// What a column shows of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    /// The row does not say.
    None,
    /// The row says it in a text that does not fit.
    Unread,
    /// A text.
    Text(String),
    /// A moment, as the backend wrote it, and in milliseconds since 1970 where it could be read.
    Moment(String, Option<i64>),
    /// A count.
    Count(i128),
    /// Money.
    Money(Amount),
    /// Money a minute.
    PerMinute(Rate),
    /// Money a minute, rounded by the service.
    AboutPerMinute(Rate),
}

impl Column {
    /// Every column, in the order in which they stand unless somebody chooses otherwise.
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

    /// Those that are shown unless somebody chooses otherwise.
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

    /// Its name in the URL, in an export and in what is remembered.
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

    /// The column of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|column| column.name() == name)
    }

    /// Its heading.
    pub fn label(self) -> &'static str {
        match self {
            Self::Id => "Id",
            Self::When => "When",
            Self::Kind => "Type",
            Self::Child => "Child",
            Self::ChildId => "Child id",
            Self::From => "From",
            Self::To => "To",
            Self::Minutes => "Minutes",
            Self::Rate => "Rate",
            Self::Credit => "Credit",
            Self::Cost => "Cost",
            Self::Profit => "Profit",
            Self::OwnBefore => "Your balance before",
            Self::OwnAfter => "Your balance after",
            Self::ChildBefore => "Child's balance before",
            Self::ChildAfter => "Child's balance after",
            Self::Channels => "Channels",
            Self::By => "By",
            Self::Status => "Status",
            Self::Reference => "Reference",
            Self::Notes => "Notes",
        }
    }

    /// Whether it holds figures.
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

    /// What it shows of `entry`.
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
            Self::Kind => Cell::Text(kind(&entry.kind).to_owned()),
            Self::Child => party(entry.child()),
            Self::ChildId => match entry.child() {
                Some(child) => Cell::Count(child.id.into()),
                None => Cell::None,
            },
            Self::From => party(entry.from.as_deref()),
            Self::To => party(entry.to.as_deref()),
            Self::Minutes => match entry.terms {
                ParsedNotes::None => Cell::None,
                ParsedNotes::Unread => Cell::Unread,
                ParsedNotes::Read(minutes, _) | ParsedNotes::Rounded(minutes, _) => {
                    Cell::Count(minutes.get())
                }
            },
            Self::Rate => match entry.terms {
                ParsedNotes::None => Cell::None,
                ParsedNotes::Unread => Cell::Unread,
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
            Self::By => text(entry.by()),
            Self::Status => text(entry.status.as_deref()),
            Self::Reference => text(entry.reference.as_deref()),
            Self::Notes => text(entry.notes.as_deref()),
        }
    }
}

/// What a kind of row is called.
pub fn kind(kind: &Kind) -> &str {
    match kind {
        Kind::Transfer => "Transfer",
        Kind::Revert => "Revert",
        Kind::Channels => "Channels",
        Kind::Other(word) => word,
        Kind::Unsaid => "not said",
    }
}

impl Cell {
    /// Its plain text, for an export: figures with all their digits, a point for the decimals and no grouping.
    pub fn plain(&self) -> String {
        match self {
            Self::None | Self::Unread => String::new(),
            Self::Text(text) | Self::Moment(text, _) => text.clone(),
            Self::Count(count) => count.to_string(),
            Self::Money(amount) => amount.to_string(),
            Self::PerMinute(rate) | Self::AboutPerMinute(rate) => rate.to_string(),
        }
    }

    /// The order of two cells of one column. What is not said comes last, whichever way is sorted.
    pub fn order(&self, other: &Self, descending: bool) -> Ordering {
        let missing =
            |cell: &Self| matches!(cell, Self::None | Self::Unread | Self::Moment(_, None));
        match (missing(self), missing(other)) {
            (true, true) => return Ordering::Equal,
            (true, false) => return Ordering::Greater,
            (false, true) => return Ordering::Less,
            (false, false) => {}
        }
        let order = match (self, other) {
            (Self::Count(one), Self::Count(two)) => one.cmp(two),
            (Self::Money(one), Self::Money(two)) => one.cmp(two),
            (
                Self::PerMinute(one) | Self::AboutPerMinute(one),
                Self::PerMinute(two) | Self::AboutPerMinute(two),
            ) => one.cmp(two),
            (Self::Moment(_, one), Self::Moment(_, two)) => one.cmp(two),
            (Self::Text(one), Self::Text(two)) => one.cmp(two),
            _ => Ordering::Equal,
        };
        if descending { order.reverse() } else { order }
    }
}

//! Pure: which events of which wallet to show: read from the URL, written to it, and requested from the service; and
//! the events loaded so far.

use crate::log::days;
use crate::log::days::is_day;
use crate::log::dialect::Dialect;
use crate::log::zone::Zone;
use crate::units::{OrganizationId, moment_in_zone, moment_ms, shift_day, utc_moment};
use crate::wire::events::{Event, Page};
use std::collections::HashSet;
use std::sync::Arc;

/// Events per page.
const PAGE: u64 = 50;

/// The type of an event (contract §3.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventType {
    /// Credits moved between a parent and its child.
    Allocation,
    /// Credits used.
    Usage,
    /// Used credits refunded.
    Refund,
    /// Credits granted.
    Grant,
    /// Credits purchased.
    Purchase,
    /// A correction by the vendor.
    Adjustment,
}

impl EventType {
    /// All types, in the order in which they are listed.
    pub const ALL: [Self; 6] = [
        Self::Allocation,
        Self::Usage,
        Self::Refund,
        Self::Grant,
        Self::Purchase,
        Self::Adjustment,
    ];

    /// The name used in requests and in the URL.
    pub fn name(self) -> &'static str {
        match self {
            Self::Allocation => "allocation",
            Self::Usage => "usage",
            Self::Refund => "refund",
            Self::Grant => "grant",
            Self::Purchase => "purchase",
            Self::Adjustment => "adjustment",
        }
    }

    /// Returns the type with this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// The label shown to users.
    pub fn label(self) -> &'static str {
        match self {
            Self::Allocation => "Allocation",
            Self::Usage => "Usage",
            Self::Refund => "Refund",
            Self::Grant => "Grant",
            Self::Purchase => "Purchase",
            Self::Adjustment => "Adjustment",
        }
    }
}

/// Returns the label of the type of `event`. An unknown type keeps the service's term.
pub fn type_label(event: &Event) -> &str {
    let name = event.event_type.as_deref().unwrap_or("Unknown");
    match EventType::named(name) {
        Some(known) => known.label(),
        None => name,
    }
}

/// Which events of which wallet to show.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WalletQuery {
    /// The owner; `None` for the user's own wallet.
    pub organization: Option<OrganizationId>,
    /// The type; `None` for all.
    pub event_type: Option<EventType>,
    /// The first day, `YYYY-MM-DD`, inclusive.
    pub from: Option<String>,
    /// The last day, `YYYY-MM-DD`, inclusive.
    pub to: Option<String>,
    /// The zone of the days, and of the times shown.
    pub zone: Zone,
}

impl WalletQuery {
    /// All events of one wallet.
    pub fn of(organization: Option<OrganizationId>) -> Self {
        Self {
            organization,
            ..Self::default()
        }
    }

    /// Reads the URL parameters. Missing and invalid values are treated as not set.
    pub fn read<'a>(get: impl Fn(&str) -> Option<&'a str>) -> Self {
        let day = |name| get(name).filter(|text| is_day(text)).map(str::to_owned);
        Self {
            organization: get("organization").and_then(OrganizationId::given),
            event_type: get("type").and_then(EventType::named),
            from: day("from"),
            to: day("to"),
            zone: Zone::named(get("zone")),
        }
    }

    /// Returns the URL query including its question mark, without default values.
    pub fn write(&self) -> String {
        let mut parts = Vec::new();
        parts.extend(
            self.organization
                .iter()
                .map(|id| format!("organization={id}")),
        );
        parts.extend(
            self.event_type
                .iter()
                .map(|kind| format!("type={}", kind.name())),
        );
        parts.extend(self.from.iter().map(|day| format!("from={day}")));
        parts.extend(self.to.iter().map(|day| format!("to={day}")));
        parts.extend(self.zone.name().map(|zone| format!("zone={zone}")));
        if parts.is_empty() {
            String::new()
        } else {
            format!("?{}", parts.join("&"))
        }
    }

    /// Returns the service's parameters (contract §3.4). Both bounds are inclusive and must end in `Z`. Events have
    /// millisecond precision, so a day ends with its last millisecond. `local_start` returns the moment at which a day
    /// begins in this computer's time zone.
    pub fn wire(&self, local_start: impl Fn(&str) -> Option<i64>) -> Vec<(&'static str, String)> {
        let mut pairs = Vec::new();
        pairs.extend(
            self.event_type
                .map(|kind| ("eventType", kind.name().to_owned())),
        );
        let start = |day: &str| match self.zone {
            Zone::Service => moment_ms(&format!("{day}T00:00:00Z")),
            Zone::Local => local_start(day),
        };
        let since = self.from.as_deref().and_then(start);
        let after = self.to.as_deref().and_then(|day| shift_day(day, 1));
        let after = after.as_deref().and_then(start);
        pairs.extend(since.map(|at| ("since", utc_moment(at))));
        pairs.extend(after.map(|at| ("until", utc_moment(at - 1))));
        pairs.push(("limit", PAGE.to_string()));
        pairs
    }

    /// Returns an error message if the first day is after the last one.
    pub fn range_error(&self) -> Option<&'static str> {
        days::range_error(self.from.as_deref(), self.to.as_deref())
    }

    /// Whether some of the wallet's events are left out.
    pub fn is_filtered(&self) -> bool {
        self.event_type.is_some() || self.from.is_some() || self.to.is_some()
    }

    /// Returns the file name for an export of these events.
    pub fn file_name(&self) -> String {
        let owner = self
            .organization
            .as_ref()
            .map_or("own", OrganizationId::as_str);
        let mut parts = vec!["wallet", owner];
        parts.extend(self.event_type.map(EventType::name));
        let days = [("from", &self.from), ("to", &self.to)];
        for (name, day) in days {
            if let Some(day) = day {
                parts.extend([name, day.as_str()]);
            }
        }
        let has_days = self.from.is_some() || self.to.is_some();
        if has_days && self.zone == Zone::Local {
            parts.push("local-time");
        }
        format!("{}.csv", parts.join("-"))
    }
}

/// The events loaded so far, newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LoadedEvents {
    /// The query they belong to.
    pub query: WalletQuery,
    /// The events.
    pub events: Vec<Arc<Event>>,
    /// Cursor of the next page of older events; `None` at the end.
    pub next: Option<String>,
}

impl LoadedEvents {
    /// No events yet.
    pub fn new(query: WalletQuery) -> Self {
        Self {
            query,
            ..Self::default()
        }
    }

    /// Returns these events plus the next page, in the zone of the query. Events that are already loaded are skipped.
    /// `offset_at` returns how many minutes this computer's zone is ahead of UTC at a given moment.
    pub fn with_page(&self, page: Page, offset_at: impl Fn(i64) -> i64) -> Self {
        let mut events = self.events.clone();
        let mut known: HashSet<_> = events.iter().map(|event| event.event_id.clone()).collect();
        let items = page.items.into_iter();
        let in_zone = |iso: &String| moment_in_zone(iso, offset_at(moment_ms(iso)?));
        events.extend(
            items
                .filter(|event| known.insert(event.event_id.clone()))
                .map(|mut event| {
                    let local = event.created_at.as_ref().and_then(in_zone);
                    if self.query.zone == Zone::Local && local.is_some() {
                        event.created_at = local;
                    }
                    Arc::new(event)
                }),
        );
        Self {
            query: self.query.clone(),
            events,
            next: page.next_cursor,
        }
    }

    /// Returns the events as CSV, one record per item: numbers with all their digits, times in the zone of the query.
    pub fn csv(&self, dialect: Dialect) -> Vec<String> {
        let names = [
            "type",
            "credits",
            "balance_after_prepaid",
            "transaction",
            "description",
        ];
        let mut headings = vec!["id".to_owned()];
        headings.extend(dialect.moment_headings("date"));
        headings.extend(names.map(str::to_owned));
        let header = format!(
            "{}{}",
            dialect.byte_order_mark(),
            dialect.line(headings.into_iter())
        );
        let records = self.events.iter().map(|event| {
            let text = |text: &Option<String>| dialect.text(text.as_deref().unwrap_or_default());
            let after = event.balance_after_prepaid.map(|after| after.to_string());
            let mut cells = vec![dialect.text(&event.event_id)];
            cells.extend(dialect.moment(event.created_at.as_deref().unwrap_or_default()));
            cells.extend([
                text(&event.event_type),
                dialect.number(&event.credits.to_string()),
                dialect.number(&after.unwrap_or_default()),
                text(&event.transfer_id),
                text(&event.description),
            ]);
            dialect.line(cells.into_iter())
        });
        std::iter::once(header).chain(records).collect()
    }
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests;

//! Pure: which part of the log to show and how: read from the URL, written to it, and requested from the service.

use crate::log::columns::Column;
use crate::log::date_range::DateRange;
use crate::log::days;
use crate::log::days::is_day;
use crate::log::filter::{Filter, KindFilter};
use crate::log::group::Grouping;
use crate::log::presets::Preset;
use crate::log::sort::Sort;
use crate::log::zone::Zone;

/// Selectable page sizes, in entries; 100 is the service's maximum (contract §1.4).
pub const PAGE_SIZES: [u64; 4] = [10, 20, 50, 100];
const DEFAULT_SIZE: u64 = 20;
/// The largest page number. No log has more pages, and services and browsers can represent every number up to here.
const LAST_PAGE: u64 = u32::MAX as u64;

/// A view of the log. The service filters by days; filtering, sorting and grouping happen in the browser, on all
/// entries of those days.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogQuery {
    /// The page, from 1.
    pub page: u64,
    /// Entries per page, one of [`PAGE_SIZES`].
    pub size: u64,
    /// Days relative to today. They override `from` and `to`: see [`Self::on`].
    pub preset: Option<Preset>,
    /// The first day, `YYYY-MM-DD`, inclusive.
    pub from: Option<String>,
    /// The last day, `YYYY-MM-DD`, inclusive.
    pub to: Option<String>,
    /// The zone of the days, and of the times shown.
    pub zone: Zone,
    /// Whether to show all entries of these days instead of one page.
    pub all: bool,
    /// The filter.
    pub filter: Filter,
    /// The order; `None` for newest first.
    pub sort: Option<Sort>,
    /// What to group by, if anything.
    pub group: Option<Grouping>,
    /// The columns; `None` for the stored preference.
    pub columns: Option<Vec<Column>>,
}

impl Default for LogQuery {
    fn default() -> Self {
        Self {
            page: 1,
            size: DEFAULT_SIZE,
            preset: None,
            from: None,
            to: None,
            zone: Zone::default(),
            all: false,
            filter: Filter::default(),
            sort: None,
            group: None,
            columns: None,
        }
    }
}

impl LogQuery {
    /// Reads the URL parameters. Missing and invalid values are treated as not set.
    pub fn read<'a>(get: impl Fn(&str) -> Option<&'a str>) -> Self {
        let number = |name| get(name).and_then(|text| text.parse::<u64>().ok());
        let preset = get("days").and_then(Preset::named);
        let day = |name| {
            let day = get(name).filter(|text| preset.is_none() && is_day(text));
            day.map(str::to_owned)
        };
        let text = |name| {
            get(name)
                .map(str::trim)
                .filter(|text| !text.is_empty())
                .map(str::to_owned)
        };
        let flag = |name| get(name) == Some("1");
        Self {
            page: get("page").map_or(1, page_number),
            size: number("page_size")
                .filter(|size| PAGE_SIZES.contains(size))
                .unwrap_or(DEFAULT_SIZE),
            preset,
            from: day("from"),
            to: day("to"),
            zone: Zone::named(get("zone")),
            all: flag("all"),
            filter: Filter {
                kind: get("type").and_then(KindFilter::named),
                child: get("child").and_then(|text| text.parse().ok()),
                status: text("status"),
                person: text("by"),
                text: text("q"),
                broken: flag("breaks"),
            },
            sort: get("sort").and_then(read_sort),
            group: get("group").and_then(Grouping::named),
            columns: get("cols").and_then(read_columns),
        }
    }

    /// Returns the URL query including its question mark, without default values.
    pub fn write(&self) -> String {
        let defaults = Self::default();
        let mut parts = Vec::new();
        let mut push = |name: &str, value: Option<String>| {
            parts.extend(value.map(|value| format!("{name}={}", percent_encode(&value))));
        };
        let flag = |set: bool| set.then(|| "1".to_owned());
        push(
            "page",
            (self.page != defaults.page).then(|| self.page.to_string()),
        );
        push(
            "page_size",
            (self.size != defaults.size).then(|| self.size.to_string()),
        );
        match self.preset {
            Some(preset) => push("days", Some(preset.name().to_owned())),
            None => {
                push("from", self.from.clone());
                push("to", self.to.clone());
            }
        }
        push("zone", self.zone.name().map(str::to_owned));
        push("all", flag(self.all));
        push("type", self.filter.kind.map(|kind| kind.name().to_owned()));
        push("child", self.filter.child.map(|child| child.to_string()));
        push("status", self.filter.status.clone());
        push("by", self.filter.person.clone());
        push("q", self.filter.text.clone());
        push("breaks", flag(self.filter.broken));
        push("sort", self.sort.map(write_sort));
        push("group", self.group.map(|group| group.name().to_owned()));
        push("cols", self.columns.as_deref().map(write_columns));
        if parts.is_empty() {
            String::new()
        } else {
            format!("?{}", parts.join("&"))
        }
    }

    /// Resolves the preset, which is relative to today, to days.
    pub fn on(self, today: &str) -> Self {
        let Some(days) = self.preset.and_then(|preset| preset.days(today)) else {
            return self;
        };
        Self {
            from: Some(days.0),
            to: Some(days.1),
            ..self
        }
    }

    /// Whether every entry of these days is needed, to show them all or to filter, sort or sum them. The service
    /// filters only by days in its own time zone; the portal filters by days in any other zone.
    pub fn needs_all(&self) -> bool {
        self.all
            || !self.filter.is_empty()
            || self.sort.is_some()
            || self.group.is_some()
            || (self.zone == Zone::Local && (self.from.is_some() || self.to.is_some()))
    }

    /// Returns the range of days.
    pub fn range(&self) -> DateRange {
        DateRange {
            from: self.from.clone(),
            to: self.to.clone(),
            zone: self.zone,
        }
    }

    /// Returns the service's parameters for the page (contract §1.4).
    pub fn wire(&self) -> Vec<(&'static str, String)> {
        self.range().wire(self.page, self.size)
    }

    /// Returns an error message if the first day is after the last one.
    pub fn range_error(&self) -> Option<&'static str> {
        days::range_error(self.from.as_deref(), self.to.as_deref())
    }

    /// Returns the view with the next sort order for `column`: ascending, then descending, then newest first again.
    pub fn sorted_by(self, column: Column) -> Self {
        let sort = match self.sort {
            Some(sort) if sort.column == column && sort.descending => None,
            Some(sort) if sort.column == column => Some(Sort {
                column,
                descending: true,
            }),
            _ => Some(Sort {
                column,
                descending: false,
            }),
        };
        Self { sort, ..self }
    }
}

/// Parses a page number. Larger numbers become [`LAST_PAGE`]: the screen then reports that there is no such page and
/// links back.
fn page_number(text: &str) -> u64 {
    let is_count = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    match text.parse::<u64>() {
        Ok(page) => page.clamp(1, LAST_PAGE),
        Err(_) if is_count => LAST_PAGE,
        Err(_) => 1,
    }
}

fn read_sort(text: &str) -> Option<Sort> {
    let descending = text.starts_with('-');
    let column = Column::named(text.trim_start_matches('-'))?;
    Some(Sort { column, descending })
}

fn write_sort(sort: Sort) -> String {
    let prefix = if sort.descending { "-" } else { "" };
    format!("{prefix}{}", sort.column.name())
}

/// Parses the known columns, without duplicates; `None` if there are none.
pub fn read_columns(text: &str) -> Option<Vec<Column>> {
    let mut columns = Vec::new();
    for column in text.split('.').filter_map(Column::named) {
        if !columns.contains(&column) {
            columns.push(column);
        }
    }
    (!columns.is_empty()).then_some(columns)
}

/// Formats the columns as one text.
pub fn write_columns(columns: &[Column]) -> String {
    let names: Vec<_> = columns.iter().map(|column| column.name()).collect();
    names.join(".")
}

/// Percent-encodes a value for the URL query.
fn percent_encode(value: &str) -> String {
    let mut text = String::new();
    for byte in value.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                text.push(char::from(byte));
            }
            _ => text.push_str(&format!("%{byte:02X}")),
        }
    }
    text
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests;

//! Which part of the log, and how it is shown: read from the URL, written to it, and asked of the backend.

use crate::log::columns::Column;
use crate::log::date_range::DateRange;
use crate::log::days;
use crate::log::days::is_day;
use crate::log::filter::{Filter, KindFilter};
use crate::log::group::Grouping;
use crate::log::presets::Preset;
use crate::log::sort::Sort;
use crate::log::zone::Zone;

/// Rows a page that can be chosen; 100 is the backend's most (contract §1.4).
pub const PAGE_SIZES: [u64; 4] = [10, 20, 50, 100];
const DEFAULT_SIZE: u64 = 20;
/// No log has more pages, and no service or browser miscounts up to here.
const LAST_PAGE: u64 = u32::MAX as u64;

/// A view of the log. Days are asked of the backend; filter, order and groups are made in the browser, from every row
/// of those days.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogQuery {
    /// The page, from 1.
    pub page: u64,
    /// Rows a page, one of [`PAGE_SIZES`].
    pub size: u64,
    /// Days relative to today. They decide about `from` and `to`: see [`Self::on`].
    pub preset: Option<Preset>,
    /// The first day, `YYYY-MM-DD`, inclusive.
    pub from: Option<String>,
    /// The last day, `YYYY-MM-DD`, inclusive.
    pub to: Option<String>,
    /// Whose days they are, and whose times are shown.
    pub zone: Zone,
    /// Whether every row of these days is wanted rather than a page of them.
    pub all: bool,
    /// Which rows.
    pub filter: Filter,
    /// In which order; nothing for the newest first.
    pub sort: Option<Sort>,
    /// Summed up by what.
    pub group: Option<Grouping>,
    /// The columns; nothing for those that are remembered.
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
    /// Reads the URL's parameters. What is missing or makes no sense is taken as not said.
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

    /// The URL's query, from its question mark, without what goes without saying.
    pub fn write(&self) -> String {
        let plain = Self::default();
        let mut parts = Vec::new();
        let mut say = |name: &str, value: Option<String>| {
            parts.extend(value.map(|value| format!("{name}={}", encoded(&value))));
        };
        let flag = |set: bool| set.then(|| "1".to_owned());
        say(
            "page",
            (self.page != plain.page).then(|| self.page.to_string()),
        );
        say(
            "page_size",
            (self.size != plain.size).then(|| self.size.to_string()),
        );
        match self.preset {
            Some(preset) => say("days", Some(preset.name().to_owned())),
            None => {
                say("from", self.from.clone());
                say("to", self.to.clone());
            }
        }
        say("zone", self.zone.name().map(str::to_owned));
        say("all", flag(self.all));
        say("type", self.filter.kind.map(|kind| kind.name().to_owned()));
        say("child", self.filter.child.map(|child| child.to_string()));
        say("status", self.filter.status.clone());
        say("by", self.filter.person.clone());
        say("q", self.filter.text.clone());
        say("breaks", flag(self.filter.broken));
        say("sort", self.sort.map(write_sort));
        say("group", self.group.map(|group| group.name().to_owned()));
        say("cols", self.columns.as_deref().map(write_columns));
        if parts.is_empty() {
            String::new()
        } else {
            format!("?{}", parts.join("&"))
        }
    }

    /// The same view on a day, which decides what its preset means.
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

    /// Whether every row of these days is needed: to show them, or to filter, order or sum them. The service
    /// only filters by days in its own time zone; for days in another zone, the portal filters.
    pub fn needs_all(&self) -> bool {
        self.all
            || !self.filter.is_empty()
            || self.sort.is_some()
            || self.group.is_some()
            || (self.zone == Zone::Local && (self.from.is_some() || self.to.is_some()))
    }

    /// The days.
    pub fn range(&self) -> DateRange {
        DateRange {
            from: self.from.clone(),
            to: self.to.clone(),
            zone: self.zone,
        }
    }

    /// The backend's parameters for a page (contract §1.4).
    pub fn wire(&self) -> Vec<(&'static str, String)> {
        self.range().wire(self.page, self.size)
    }

    /// What is wrong with the days, if anything.
    pub fn fault(&self) -> Option<&'static str> {
        days::fault(self.from.as_deref(), self.to.as_deref())
    }

    /// The same view, sorted by `column`: ascending first, then descending, then newest first again.
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

/// A page. One that no log can have is the last that could be: there the screen says so and leads back.
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
    let mark = if sort.descending { "-" } else { "" };
    format!("{mark}{}", sort.column.name())
}

/// The columns that can be read, each once; nothing where none can.
pub fn read_columns(text: &str) -> Option<Vec<Column>> {
    let mut columns = Vec::new();
    for column in text.split('.').filter_map(Column::named) {
        if !columns.contains(&column) {
            columns.push(column);
        }
    }
    (!columns.is_empty()).then_some(columns)
}

/// The columns as one text.
pub fn write_columns(columns: &[Column]) -> String {
    let names: Vec<_> = columns.iter().map(|column| column.name()).collect();
    names.join(".")
}

/// A value as it may stand in a URL's query.
fn encoded(value: &str) -> String {
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

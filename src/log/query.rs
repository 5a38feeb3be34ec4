//! Which part of the log: read from the URL, written to it, and asked of the backend.

use super::days::{self, is_day};

/// Rows a page that can be chosen; 100 is the backend's most (contract §1.4).
pub const PAGE_SIZES: [u64; 4] = [10, 20, 50, 100];
const DEFAULT_SIZE: u64 = 20;

/// A part of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogQuery {
    /// The page, from 1.
    pub page: u64,
    /// Rows a page, one of [`PAGE_SIZES`].
    pub size: u64,
    /// The first day, `YYYY-MM-DD`, inclusive.
    pub from: Option<String>,
    /// The last day, `YYYY-MM-DD`, inclusive.
    pub to: Option<String>,
}

impl Default for LogQuery {
    fn default() -> Self {
        Self {
            page: 1,
            size: DEFAULT_SIZE,
            from: None,
            to: None,
        }
    }
}

impl LogQuery {
    /// Reads the URL's parameters. What is missing or makes no sense is taken as not said.
    pub fn read<'a>(get: impl Fn(&str) -> Option<&'a str>) -> Self {
        let number = |name| get(name).and_then(|text| text.parse::<u64>().ok());
        let day = |name| get(name).filter(|text| is_day(text)).map(str::to_owned);
        Self {
            page: number("page").filter(|page| *page >= 1).unwrap_or(1),
            size: number("page_size")
                .filter(|size| PAGE_SIZES.contains(size))
                .unwrap_or(DEFAULT_SIZE),
            from: day("from"),
            to: day("to"),
        }
    }

    /// The URL's query, from its question mark, without what goes without saying.
    pub fn write(&self) -> String {
        let plain = Self::default();
        let mut parts = Vec::new();
        if self.page != plain.page {
            parts.push(format!("page={}", self.page));
        }
        if self.size != plain.size {
            parts.push(format!("page_size={}", self.size));
        }
        parts.extend(self.from.iter().map(|day| format!("from={day}")));
        parts.extend(self.to.iter().map(|day| format!("to={day}")));
        if parts.is_empty() {
            String::new()
        } else {
            format!("?{}", parts.join("&"))
        }
    }

    /// The backend's parameters (contract §1.4).
    pub fn wire(&self) -> Vec<(&'static str, String)> {
        let mut pairs = vec![
            ("page", self.page.to_string()),
            ("page_size", self.size.to_string()),
        ];
        pairs.extend(self.from.iter().map(|day| ("date_from", day.clone())));
        pairs.extend(self.to.iter().map(|day| ("date_to", day.clone())));
        pairs
    }

    /// What is wrong with the days, if anything.
    pub fn fault(&self) -> Option<&'static str> {
        days::fault(self.from.as_deref(), self.to.as_deref())
    }
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::HashMap;

    fn read(query: &str) -> LogQuery {
        let pairs: HashMap<&str, &str> = query
            .trim_start_matches('?')
            .split('&')
            .filter_map(|pair| pair.split_once('='))
            .collect();
        LogQuery::read(|name| pairs.get(name).copied())
    }

    #[test]
    fn nonsense_is_taken_as_not_said() {
        assert_eq!(read(""), LogQuery::default());
        for query in [
            "?page=0",
            "?page=-1",
            "?page=x",
            "?page_size=30",
            "?from=2026-02-29",
            "?to=2026-13-01",
            "?to=1",
        ] {
            assert_eq!(read(query), LogQuery::default(), "{query}");
        }
        assert_eq!(read("?from=2024-02-29").from.as_deref(), Some("2024-02-29"));
    }

    #[test]
    fn days_in_the_wrong_order_are_told() {
        assert!(read("?from=2026-02-02&to=2026-02-01").fault().is_some());
        assert!(read("?from=2026-02-01&to=2026-02-01").fault().is_none());
    }

    proptest! {
        #[test]
        fn the_url_holds_the_whole_query(
            page in 1u64..1_000_000, size in 0usize..4,
            from in proptest::option::of((2000u32..2100, 1u32..13, 1u32..29)),
            to in proptest::option::of((2000u32..2100, 1u32..13, 1u32..29)),
        ) {
            let day = |(y, m, d): (u32, u32, u32)| format!("{y}-{m:02}-{d:02}");
            let query = LogQuery { page, size: PAGE_SIZES[size], from: from.map(day), to: to.map(day) };
            prop_assert_eq!(read(&query.write()), query);
        }
    }
}

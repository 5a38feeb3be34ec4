//! How the credit log and the wallet events show their rows, as SQL: when a row appears, with which time, and with
//! which id. Stored data never changes.

use rusqlite::Connection;
use rusqlite::functions::FunctionFlags;

use crate::clock;
use crate::settings::{LogIds, Settings};

/// Odd, so that multiplying by it modulo a power of two maps ids one to one.
const ID_FACTOR: u32 = 1_103_515_245;
/// Scattered ids stay below 2^31.
const ID_MODULUS: u32 = 1 << 31;

/// The view selected by the settings, as columns and conditions of a query.
#[derive(Clone, Copy, Debug)]
pub struct LogView {
    /// Rows written after this time are not shown yet, in microseconds of this machine's clock.
    written_until: Option<i64>,
    skew_ms: u64,
    ids: LogIds,
}

impl LogView {
    /// Returns the view as of now.
    pub fn new(settings: &Settings) -> Self {
        let lag = i64::try_from(settings.log_lag_ms).unwrap_or(i64::MAX);
        let written_until = clock::system_now().saturating_sub(lag.saturating_mul(1000));
        Self {
            written_until: (lag > 0).then_some(written_until),
            skew_ms: settings.log_skew_ms,
            ids: settings.log_ids,
        }
    }

    /// Returns the condition under which a row is shown.
    pub fn is_visible(self, written_at: &str) -> String {
        match self.written_until {
            Some(moment) => format!("{written_at} <= {moment}"),
            None => "true".to_owned(),
        }
    }

    /// Returns the microsecond that a row shows, based on its own time and its id.
    pub fn micros(self, at: &str, id: &str) -> String {
        match self.skew_ms {
            // The bare column, so that its index can be used.
            0 => at.to_owned(),
            max => format!("({at} + 1000 * row_skew({id}, {max}))"),
        }
    }

    /// Returns the second that a row of the credit log `l` shows.
    pub fn log_second(self) -> String {
        if self.skew_ms == 0 {
            return "l.second".to_owned();
        }
        let at = "(SELECT at FROM movement WHERE id = l.movement_id)";
        format!("({} / 1000000)", self.micros(at, "l.id"))
    }

    /// Returns the id that a row of the credit log `l` shows.
    pub fn log_id(self) -> String {
        match self.ids {
            LogIds::Growing => "l.id".to_owned(),
            LogIds::Scattered => format!("(l.id * {ID_FACTOR} % {ID_MODULUS})"),
        }
    }
}

/// Adds `row_skew(id, n)` to SQLite: an integer from -n to n that depends only on `id`.
///
/// # Errors
/// Errors from SQLite.
pub fn register(connection: &Connection) -> rusqlite::Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
    connection.create_scalar_function("row_skew", 2, flags, |context| {
        let (id, max): (i64, i64) = (context.get(0)?, context.get(1)?);
        let span = max.saturating_mul(2).saturating_add(1).max(1);
        Ok(spread(id).rem_euclid(span) - max)
    })
}

/// The finalizer of SplitMix64: neighboring ids end up far apart.
fn spread(id: i64) -> i64 {
    let mut mixed = id.cast_unsigned();
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    (mixed ^ (mixed >> 31)).cast_signed()
}

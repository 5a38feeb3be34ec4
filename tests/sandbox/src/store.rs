//! The ledger file: one SQLite database, one writer, and no SQL on the async threads.

mod check;
mod idempotency;
mod ledger;

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags, Transaction, TransactionBehavior};
use tokio::sync::Mutex;

use crate::log_view;

pub use check::{Check, check};
pub use idempotency::{StoredReply, find_reply, store_reply};
pub use ledger::{Entry, Movement, adjust, balance, open_account, post};

/// The schema version of this build, stored in the file's `user_version`.
const SCHEMA_VERSION: i64 = 2;
/// Identifies sandbox ledgers in the file's `application_id`: "CDsk".
const APPLICATION_ID: i64 = 0x4344_736b;

/// Errors below the endpoints.
#[derive(Debug)]
pub enum Error {
    /// An error from SQLite.
    Sql(rusqlite::Error),
    /// The write lock was not released in time (L4).
    Busy,
    /// A balance would be out of the range that can be stored.
    Overflow,
    /// A bug in the sandbox, such as a movement whose postings do not sum to zero or that names an unknown account.
    Broken(&'static str),
    /// This build cannot use the file.
    Unusable(String),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sql(error) => write!(f, "SQLite: {error}"),
            Self::Busy => f.write_str("the ledger is busy"),
            Self::Overflow => f.write_str("a balance would be too large to store"),
            Self::Broken(what) => write!(f, "broken movement: {what}"),
            Self::Unusable(why) => f.write_str(why),
        }
    }
}

impl std::error::Error for Error {}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        // Another program holds the file's lock; nothing was done.
        if error.sqlite_error_code() == Some(rusqlite::ErrorCode::DatabaseBusy) {
            return Self::Busy;
        }
        Self::Sql(error)
    }
}

/// The open ledger. Writers queue for one connection, which serializes two operations of one reseller (O12); reads have
/// a separate connection.
#[derive(Clone, Debug)]
pub struct Store {
    writer: Arc<Mutex<Connection>>,
    reader: Arc<Mutex<Connection>>,
}

impl Store {
    /// Opens or creates the file at `path`. The flag is true if the file is new and needs its opening data.
    ///
    /// # Errors
    /// If the file cannot be opened, is not a sandbox ledger, or was created by a newer build.
    pub fn open(path: &Path) -> Result<(Self, bool), Error> {
        if let Some(folder) = path
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty())
        {
            std::fs::create_dir_all(folder).map_err(|error| {
                Error::Unusable(format!(
                    "cannot make the folder {}: {error}",
                    folder.display()
                ))
            })?;
        }
        let mut writer = connect(path)?;
        let new = prepare(&mut writer, path)?;
        let store = Self {
            writer: Arc::new(Mutex::new(writer)),
            reader: Arc::new(Mutex::new(connect(path)?)),
        };
        Ok((store, new))
    }

    /// Runs `work` in one immediate transaction: commits if it succeeds, rolls back if it fails.
    ///
    /// # Errors
    /// The errors of `work`, and [`Error::Busy`] if the lock is not available within `timeout`.
    pub async fn write<T, E, F>(&self, timeout: Duration, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
        F: FnOnce(&Transaction<'_>) -> Result<T, E> + Send + 'static,
    {
        let lock = Arc::clone(&self.writer).lock_owned();
        let Ok(mut connection) = tokio::time::timeout(timeout, lock).await else {
            return Err(Error::Busy.into());
        };
        blocking(move || run(&mut connection, TransactionBehavior::Immediate, work)).await
    }

    /// Runs `work` on one consistent snapshot of the file.
    ///
    /// # Errors
    /// The errors of `work`, and errors from SQLite.
    pub async fn read<T, E, F>(&self, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
        F: FnOnce(&Transaction<'_>) -> Result<T, E> + Send + 'static,
    {
        let mut connection = Arc::clone(&self.reader).lock_owned().await;
        blocking(move || run(&mut connection, TransactionBehavior::Deferred, work)).await
    }
}

async fn blocking<T, E>(work: impl FnOnce() -> Result<T, E> + Send + 'static) -> Result<T, E>
where
    T: Send + 'static,
    E: From<Error> + Send + 'static,
{
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        Err(_) => Err(Error::Broken("the ledger thread stopped").into()),
    }
}

fn run<T, E: From<Error>>(
    connection: &mut Connection,
    behavior: TransactionBehavior,
    work: impl FnOnce(&Transaction<'_>) -> Result<T, E>,
) -> Result<T, E> {
    let transaction = connection
        .transaction_with_behavior(behavior)
        .map_err(Error::from)?;
    // Dropping the transaction without a commit rolls it back.
    let value = work(&transaction)?;
    transaction.commit().map_err(Error::from)?;
    Ok(value)
}

fn connect(path: &Path) -> Result<Connection, Error> {
    let connection = Connection::open_with_flags(
        path,
        OpenFlags::SQLITE_OPEN_READ_WRITE
            | OpenFlags::SQLITE_OPEN_CREATE
            | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?;
    connection.busy_timeout(Duration::from_secs(10))?;
    check::register(&connection)?;
    log_view::register(&connection)?;
    Ok(connection)
}

/// Rejects files that are not sandbox ledgers before changing anything in them.
fn prepare(connection: &mut Connection, path: &Path) -> Result<bool, Error> {
    let path_text = path.display();
    let pragma = |name: &str| -> Result<i64, Error> {
        connection
            .pragma_query_value(None, name, |row| row.get(0))
            .map_err(|error| {
                Error::Unusable(format!("{path_text} is not a sandbox ledger: {error}"))
            })
    };
    let (application, version) = (pragma("application_id")?, pragma("user_version")?);
    let tables: i64 =
        connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    if version > SCHEMA_VERSION && application == APPLICATION_ID {
        return Err(Error::Unusable(format!(
            "{path_text} was made by a newer sandbox (schema {version}, this one knows {SCHEMA_VERSION}); \
             use that one, another --db, or --fresh to start over"
        )));
    }
    if tables > 0 && application != APPLICATION_ID {
        return Err(Error::Unusable(format!(
            "{path_text} is an SQLite file of another program; name another --db"
        )));
    }
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    if tables == 0 || version < SCHEMA_VERSION {
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        if tables == 0 {
            transaction.execute_batch(include_str!("store/schema.sql"))?;
            transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
        } else {
            transaction.execute_batch(include_str!("store/schema_2.sql"))?;
        }
        transaction.pragma_update(None, "user_version", SCHEMA_VERSION)?;
        transaction.commit()?;
    }
    // A file whose creation was interrupted has its tables but no data.
    let accounts: i64 =
        connection.query_row("SELECT count(*) FROM account", [], |row| row.get(0))?;
    Ok(accounts == 0)
}

/// Removes the file and the two files that SQLite keeps next to it.
///
/// # Errors
/// If one exists and cannot be removed.
pub fn remove(path: &Path) -> std::io::Result<()> {
    for suffix in ["", "-wal", "-shm"] {
        let mut name = path.as_os_str().to_owned();
        name.push(suffix);
        match std::fs::remove_file(PathBuf::from(name)) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    Ok(())
}

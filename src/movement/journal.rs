//! The journal: stores every submission of this browser in IndexedDB before its first byte is sent (see
//! [`crate::movement`]).
//!
//! Each record is a text under its idempotency key, written with strict durability. The database is opened for each
//! operation and closed after it, so that a page of a later version never has to wait for an old tab.

pub mod record;
pub mod support_text;

use crate::browser::clock::sleep;
use crate::movement::submission::Submission;
use crate::movement::submissions::CurrentAccount;
use crate::units::{IdempotencyKey, sort};
use futures::future::{Either, select};
use indexed_db_futures::database::Database;
use indexed_db_futures::prelude::*;
use indexed_db_futures::transaction::{TransactionDurability, TransactionMode, TransactionOptions};
use std::fmt::Display;
use std::ops::Deref;
use wasm_bindgen::JsValue;

/// The name of the database.
const DATABASE_NAME: &str = "credit-desk";
/// The version of the database. A change to its stores adds a step to [`upgrade`].
const DATABASE_VERSION: u32 = 1;
/// The store of the records, by idempotency key.
const SUBMISSIONS: &str = "submissions";
/// How long a settled submission is kept, in milliseconds.
const MAX_AGE: i64 = 90 * 24 * 60 * 60 * 1000;
/// How long the browser's storage may take for one operation on a submission, in milliseconds.
pub const LIMIT: i64 = 20_000;
/// How many settled submissions are kept.
const MAX_SETTLED: usize = 500;

/// Why a submission was not inserted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InsertError {
    /// Another submission of the same kind and account is unresolved.
    Taken(Box<Submission>),
    /// The journal has an unresolved submission of any kind from a later version of the portal.
    Newer,
    /// The journal can't be written. Holds the browser's error message.
    Unwritten(String),
}

/// The contents of the journal.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct JournalContents {
    /// The submissions that can be read.
    pub submissions: Vec<Submission>,
    /// The records that can't be read: key and text. They stay unchanged.
    pub unreadable: Vec<(String, String)>,
}

/// Reads the whole journal.
///
/// # Errors
/// The browser's error message if there is no journal.
pub async fn all() -> Result<JournalContents, String> {
    let database = open().await?;
    let transaction = database
        .transaction(SUBMISSIONS)
        .build()
        .map_err(to_message)?;
    let store = transaction.object_store(SUBMISSIONS).map_err(to_message)?;
    let keys = store.get_all_keys::<JsValue>().await.map_err(to_message)?;
    let values = store.get_all::<JsValue>().await.map_err(to_message)?;
    let mut contents = JournalContents::default();
    for (key, value) in keys.zip(values) {
        let (key, value) = (key.map_err(to_message)?, value.map_err(to_message)?);
        let text = value.as_string();
        match text.as_deref().map(record::read) {
            Some(Ok(submission)) => contents.submissions.push(submission),
            _ => contents.unreadable.push((
                display_value(&key),
                text.unwrap_or_else(|| display_value(&value)),
            )),
        }
    }
    sort::sort_by_key(&mut contents.submissions, |submission| submission.confirmed);
    Ok(contents)
}

/// Reads the submission with this key.
///
/// # Errors
/// Why it can't be read.
pub async fn get(key: &str) -> Result<Option<Submission>, String> {
    within_limit(read(key)).await
}

async fn read(key: &str) -> Result<Option<Submission>, String> {
    let database = open().await?;
    let transaction = database
        .transaction(SUBMISSIONS)
        .build()
        .map_err(to_message)?;
    let store = transaction.object_store(SUBMISSIONS).map_err(to_message)?;
    let text: Option<String> = store
        .get(key)
        .primitive()
        .map_err(to_message)?
        .await
        .map_err(to_message)?;
    text.map(|text| record::read(&text)).transpose()
}

/// Inserts a new submission unless another one of its kind and account is unresolved in any tab. The check and the
/// write are one transaction. `knows_of_newer` says whether the user knows that a newer version of the portal has an
/// unresolved submission.
///
/// # Errors
/// Why it was not inserted. It must not be sent then.
pub async fn insert_if_free(
    submission: &Submission,
    current_account: &CurrentAccount,
    knows_of_newer: bool,
) -> Result<(), InsertError> {
    let unwritten = InsertError::Unwritten;
    let text = record::write(submission).map_err(|error| unwritten(error.to_string()))?;
    let database = open().await.map_err(unwritten)?;
    let transaction = strict_transaction(&database).map_err(unwritten)?;
    let store = transaction
        .object_store(SUBMISSIONS)
        .map_err(|error| unwritten(to_message(error)))?;
    let values = store
        .get_all::<JsValue>()
        .await
        .map_err(|error| unwritten(to_message(error)))?;
    for text in values.filter_map(|value| value.ok()?.as_string()) {
        match record::read(&text) {
            Ok(other) if is_open_rival(&other, submission, current_account) => {
                return Err(InsertError::Taken(Box::new(other)));
            }
            Err(_) if !knows_of_newer && record::is_newer_and_open(&text) => {
                return Err(InsertError::Newer);
            }
            _ => {}
        }
    }
    put_into(&store, submission.key.as_str(), text).map_err(unwritten)?;
    transaction
        .commit()
        .await
        .map_err(|error| unwritten(to_message(error)))
}

/// Whether `other` is unresolved and of the same kind and account as `submission`.
fn is_open_rival(
    other: &Submission,
    submission: &Submission,
    current_account: &CurrentAccount,
) -> bool {
    other.is_open()
        && other.movement.kind() == submission.movement.kind()
        && other.key != submission.key
        && current_account.owns(other)
}

/// Deletes a submission that was not sent.
///
/// # Errors
/// Why it can't be deleted.
pub async fn forget(key: &str) -> Result<(), String> {
    let database = open().await?;
    let transaction = strict_transaction(&database)?;
    let store = transaction.object_store(SUBMISSIONS).map_err(to_message)?;
    store.delete(key).build().map_err(to_message)?;
    transaction.commit().await.map_err(to_message)
}

/// Writes the current state of a submission.
///
/// # Errors
/// Why it can't be written.
pub async fn put(submission: &Submission) -> Result<(), String> {
    within_limit(write(submission)).await
}

async fn write(submission: &Submission) -> Result<(), String> {
    let text = record::write(submission).map_err(to_message)?;
    let database = open().await?;
    let transaction = strict_transaction(&database)?;
    let store = transaction.object_store(SUBMISSIONS).map_err(to_message)?;
    put_into(&store, submission.key.as_str(), text)?;
    transaction.commit().await.map_err(to_message)
}

/// Deletes settled submissions that are too old or too many. Unresolved submissions and unreadable records stay.
///
/// # Errors
/// Why the journal can't be written.
pub async fn prune(contents: &JournalContents, now: i64) -> Result<(), String> {
    let old = outdated(&contents.submissions, now);
    if old.is_empty() {
        return Ok(());
    }
    let database = open().await?;
    let transaction = strict_transaction(&database)?;
    let store = transaction.object_store(SUBMISSIONS).map_err(to_message)?;
    for key in old {
        store.delete(key.as_str()).build().map_err(to_message)?;
    }
    transaction.commit().await.map_err(to_message)
}

/// Deletes the submissions with these keys, except those that are unresolved according to the journal: another tab may
/// have changed them.
///
/// # Errors
/// Why they can't be deleted.
pub async fn forget_finished(keys: &[IdempotencyKey]) -> Result<(), String> {
    let database = open().await?;
    let transaction = strict_transaction(&database)?;
    let store = transaction.object_store(SUBMISSIONS).map_err(to_message)?;
    for key in keys {
        let text: Option<String> = store
            .get(key.as_str())
            .primitive()
            .map_err(to_message)?
            .await
            .map_err(to_message)?;
        let is_finished = text
            .and_then(|text| record::read(&text).ok())
            .is_some_and(|submission| submission.is_finished());
        if is_finished {
            store.delete(key.as_str()).build().map_err(to_message)?;
        }
    }
    transaction.commit().await.map_err(to_message)
}

/// Returns the keys of the submissions that don't need to be kept.
fn outdated(submissions: &[Submission], now: i64) -> Vec<String> {
    let end = |submission: &Submission| {
        let sent = submission.sent().latest;
        sent.unwrap_or_else(|| submission.ended.unwrap_or(submission.confirmed))
    };
    let mut settled: Vec<_> = submissions
        .iter()
        .filter(|submission| submission.is_finished())
        .collect();
    sort::sort_by_key(&mut settled, |submission| end(submission));
    let excess = settled.len().saturating_sub(MAX_SETTLED);
    settled
        .iter()
        .enumerate()
        .filter(|(index, submission)| *index < excess || now - end(submission) > MAX_AGE)
        .map(|(_, submission)| submission.key.to_string())
        .collect()
}

/// Applies [`LIMIT`]: a browser whose storage never responds must not block a submission forever.
async fn within_limit<T>(work: impl Future<Output = Result<T, String>>) -> Result<T, String> {
    let limit = Box::pin(sleep(LIMIT));
    match select(Box::pin(work), limit).await {
        Either::Left((result, _)) => result,
        Either::Right(_) => Err("The browser's storage didn't respond in time.".to_owned()),
    }
}

/// The database, opened for one operation. It is closed on drop, once its transactions are done.
struct OpenDatabase(Database);

impl Deref for OpenDatabase {
    type Target = Database;

    fn deref(&self) -> &Database {
        &self.0
    }
}

impl Drop for OpenDatabase {
    fn drop(&mut self) {
        self.0.clone().close();
    }
}

async fn open() -> Result<OpenDatabase, String> {
    Database::open(DATABASE_NAME)
        .with_version(DATABASE_VERSION)
        .with_on_upgrade_needed(|event, database| upgrade(event.old_version() as u32, &database))
        .await
        .map(OpenDatabase)
        .map_err(to_message)
}

/// Upgrades the stores of an older version, step by step.
fn upgrade(from: u32, database: &Database) -> Result<(), indexed_db_futures::error::Error> {
    if from < 1 {
        database.create_object_store(SUBMISSIONS).build()?;
    }
    Ok(())
}

/// Starts a read-write transaction with strict durability.
fn strict_transaction(
    database: &Database,
) -> Result<indexed_db_futures::transaction::Transaction<'_>, String> {
    database
        .transaction(SUBMISSIONS)
        .with_mode(TransactionMode::Readwrite)
        .with_options(TransactionOptions::new().with_durability(TransactionDurability::Strict))
        .build()
        .map_err(to_message)
}

fn put_into(
    store: &indexed_db_futures::object_store::ObjectStore<'_>,
    key: &str,
    text: String,
) -> Result<(), String> {
    let request = store.put(text).with_key(key.to_owned()).build();
    request.map(drop).map_err(to_message)
}

/// Formats a value that may not be a string.
fn display_value(value: &JsValue) -> String {
    value.as_string().unwrap_or_else(|| format!("{value:?}"))
}

fn to_message(error: impl Display) -> String {
    error.to_string()
}

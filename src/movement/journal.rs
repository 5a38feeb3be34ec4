//! The journal: every submission of this browser, in IndexedDB, before its first byte leaves (design §3).
//!
//! A text for each key, written with strict durability. The database is opened for each use and closed again: a
//! page of a later version never has to wait for an old tab.

pub mod record;
pub mod support_text;

use crate::browser::clock::sleep;
use crate::movement::submission::Submission;
use crate::movement::submissions::Home;
use crate::units::{IdempotencyKey, sort};
use futures::future::{Either, select};
use indexed_db_futures::database::Database;
use indexed_db_futures::prelude::*;
use indexed_db_futures::transaction::{TransactionDurability, TransactionMode, TransactionOptions};
use std::fmt::Display;
use std::ops::Deref;
use wasm_bindgen::JsValue;

/// The database's name.
const DATABASE: &str = "credit-desk";
/// The version of its stores. A change of the stores is one more step in [`upgrade`].
const STORES: u32 = 1;
/// The texts, by idempotency key.
const SUBMISSIONS: &str = "submissions";
/// For how long a submission is kept that came to its end, in milliseconds.
const KEPT_FOR: i64 = 90 * 24 * 60 * 60 * 1000;
/// How long the browser's storage may take for one submission, in milliseconds.
pub const LIMIT: i64 = 20_000;
/// How many of those are kept.
const KEPT: usize = 500;

/// Why a submission was not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InsertError {
    /// Another one of its kind and account is unresolved.
    Taken(Box<Submission>),
    /// A later version of the portal holds one that is unresolved, of whatever kind.
    Newer,
    /// The journal cannot be written: why, in the browser's words.
    Unwritten(String),
}

/// What the journal holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct JournalContents {
    /// What can be read.
    pub submissions: Vec<Submission>,
    /// What cannot: key and text. It is kept as it is.
    pub unreadable: Vec<(String, String)>,
}

/// Everything in the journal.
///
/// # Errors
/// Why there is no journal, in the browser's words.
pub async fn all() -> Result<JournalContents, String> {
    let database = open().await?;
    let transaction = database.transaction(SUBMISSIONS).build().map_err(said)?;
    let store = transaction.object_store(SUBMISSIONS).map_err(said)?;
    let keys = store.get_all_keys::<JsValue>().await.map_err(said)?;
    let values = store.get_all::<JsValue>().await.map_err(said)?;
    let mut kept = JournalContents::default();
    for (key, value) in keys.zip(values) {
        let (key, value) = (key.map_err(said)?, value.map_err(said)?);
        let text = value.as_string();
        match text.as_deref().map(record::read) {
            Some(Ok(submission)) => kept.submissions.push(submission),
            _ => kept
                .unreadable
                .push((plain(&key), text.unwrap_or_else(|| plain(&value)))),
        }
    }
    sort::sort_by_key(&mut kept.submissions, |submission| submission.confirmed);
    Ok(kept)
}

/// What the journal holds under a key.
///
/// # Errors
/// Why it cannot be read.
pub async fn get(key: &str) -> Result<Option<Submission>, String> {
    within_limit(read(key)).await
}

async fn read(key: &str) -> Result<Option<Submission>, String> {
    let database = open().await?;
    let transaction = database.transaction(SUBMISSIONS).build().map_err(said)?;
    let store = transaction.object_store(SUBMISSIONS).map_err(said)?;
    let text: Option<String> = store
        .get(key)
        .primitive()
        .map_err(said)?
        .await
        .map_err(said)?;
    text.map(|text| record::read(&text)).transpose()
}

/// Takes a new submission, unless another one of its kind and account is unresolved, in whatever tab: looking
/// and writing are one transaction. `knows_of_newer` says whether the person knows that a newer
/// version of the portal holds an unresolved submission.
///
/// # Errors
/// Why it was not taken; then it must not be sent.
pub async fn insert_if_free(
    submission: &Submission,
    home: &Home,
    knows_of_newer: bool,
) -> Result<(), InsertError> {
    let unwritten = InsertError::Unwritten;
    let text = record::write(submission).map_err(|error| unwritten(error.to_string()))?;
    let database = open().await.map_err(unwritten)?;
    let transaction = strict(&database).map_err(unwritten)?;
    let store = transaction
        .object_store(SUBMISSIONS)
        .map_err(|error| unwritten(said(error)))?;
    let values = store
        .get_all::<JsValue>()
        .await
        .map_err(|error| unwritten(said(error)))?;
    for text in values.filter_map(|value| value.ok()?.as_string()) {
        match record::read(&text) {
            Ok(held) if is_open_rival(&held, submission, home) => {
                return Err(InsertError::Taken(Box::new(held)));
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
        .map_err(|error| unwritten(said(error)))
}

fn is_open_rival(held: &Submission, submission: &Submission, home: &Home) -> bool {
    held.is_open()
        && held.movement.kind() == submission.movement.kind()
        && held.key != submission.key
        && home.owns(held)
}

/// Forgets a submission that was not sent.
///
/// # Errors
/// Why it cannot be forgotten.
pub async fn forget(key: &str) -> Result<(), String> {
    let database = open().await?;
    let transaction = strict(&database)?;
    let store = transaction.object_store(SUBMISSIONS).map_err(said)?;
    store.delete(key).build().map_err(said)?;
    transaction.commit().await.map_err(said)
}

/// Writes how a submission stands.
///
/// # Errors
/// Why it cannot be written.
pub async fn put(submission: &Submission) -> Result<(), String> {
    within_limit(write(submission)).await
}

async fn write(submission: &Submission) -> Result<(), String> {
    let text = record::write(submission).map_err(said)?;
    let database = open().await?;
    let transaction = strict(&database)?;
    let store = transaction.object_store(SUBMISSIONS).map_err(said)?;
    put_into(&store, submission.key.as_str(), text)?;
    transaction.commit().await.map_err(said)
}

/// Forgets what came to its end long ago, or is one of too many. What is unresolved or unreadable stays.
///
/// # Errors
/// Why it cannot be written.
pub async fn prune(kept: &JournalContents, now: i64) -> Result<(), String> {
    let old = outdated(&kept.submissions, now);
    if old.is_empty() {
        return Ok(());
    }
    let database = open().await?;
    let transaction = strict(&database)?;
    let store = transaction.object_store(SUBMISSIONS).map_err(said)?;
    for key in old {
        store.delete(key.as_str()).build().map_err(said)?;
    }
    transaction.commit().await.map_err(said)
}

/// Forgets those of these submissions that are settled by the journal's own record, which another tab may have changed.
///
/// # Errors
/// Why they cannot be deleted.
pub async fn forget_past(keys: &[IdempotencyKey]) -> Result<(), String> {
    let database = open().await?;
    let transaction = strict(&database)?;
    let store = transaction.object_store(SUBMISSIONS).map_err(said)?;
    for key in keys {
        let text: Option<String> = store
            .get(key.as_str())
            .primitive()
            .map_err(said)?
            .await
            .map_err(said)?;
        let is_past = text
            .and_then(|text| record::read(&text).ok())
            .is_some_and(|held| held.is_past());
        if is_past {
            store.delete(key.as_str()).build().map_err(said)?;
        }
    }
    transaction.commit().await.map_err(said)
}

/// The keys of what need not be kept.
fn outdated(submissions: &[Submission], now: i64) -> Vec<String> {
    let end = |held: &Submission| {
        let sent = held.sent().latest;
        sent.unwrap_or_else(|| held.ended.unwrap_or(held.confirmed))
    };
    let mut ended: Vec<_> = submissions.iter().filter(|held| held.is_past()).collect();
    sort::sort_by_key(&mut ended, |held| end(held));
    let too_many = ended.len().saturating_sub(KEPT);
    ended
        .iter()
        .enumerate()
        .filter(|(place, held)| *place < too_many || now - end(held) > KEPT_FOR)
        .map(|(_, held)| held.key.to_string())
        .collect()
}

/// A browser whose storage never answers must not hold up a submission for ever.
async fn within_limit<T>(work: impl Future<Output = Result<T, String>>) -> Result<T, String> {
    let limit = Box::pin(sleep(LIMIT));
    match select(Box::pin(work), limit).await {
        Either::Left((done, _)) => done,
        Either::Right(_) => Err("The browser's storage didn't respond in time.".to_owned()),
    }
}

/// The database for one use. It is closed at its end, once its transactions are done.
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
    Database::open(DATABASE)
        .with_version(STORES)
        .with_on_upgrade_needed(|event, database| upgrade(event.old_version() as u32, &database))
        .await
        .map(OpenDatabase)
        .map_err(said)
}

/// Brings the stores of an older version up to date, step by step.
fn upgrade(from: u32, database: &Database) -> Result<(), indexed_db_futures::error::Error> {
    if from < 1 {
        database.create_object_store(SUBMISSIONS).build()?;
    }
    Ok(())
}

fn strict(database: &Database) -> Result<indexed_db_futures::transaction::Transaction<'_>, String> {
    database
        .transaction(SUBMISSIONS)
        .with_mode(TransactionMode::Readwrite)
        .with_options(TransactionOptions::new().with_durability(TransactionDurability::Strict))
        .build()
        .map_err(said)
}

fn put_into(
    store: &indexed_db_futures::object_store::ObjectStore<'_>,
    key: &str,
    text: String,
) -> Result<(), String> {
    let request = store.put(text).with_key(key.to_owned()).build();
    request.map(drop).map_err(said)
}

/// What is no text, as far as it can be shown.
fn plain(value: &JsValue) -> String {
    value.as_string().unwrap_or_else(|| format!("{value:?}"))
}

fn said(error: impl Display) -> String {
    error.to_string()
}

//! Reads a service's log: the credit log of the reseller API (contract §1.4) or the events of a wallet (§3.5).

mod complete;

pub use complete::has_seen_enough;

use crate::client::{Client, Failure, FailureKind};
use crate::movement::Movement;
use crate::movement::reconcile::{LedgerEntry, LedgerRead};
use crate::movement::submission::Submission;
use crate::units::{OrganizationId, Value};
use crate::wire::events::Page;

/// The page size of a search: the services' maximum.
const PAGE_SIZE: u64 = 100;
/// The maximum number of pages to read. No log grows by ten thousand entries after an attempt.
const MAX_PAGES: u64 = 100;
/// How many entries are recorded as known at a confirmation.
pub const KNOWN: u64 = 50;

/// Reads the newest entries, newest first, of the log that `movement` will appear in.
///
/// # Errors
/// Any [`Failure`].
pub async fn newest(client: &Client, movement: &Movement) -> Result<Vec<LedgerEntry>, Failure> {
    match movement {
        Movement::Transfer { .. } | Movement::Revert { .. } => {
            let query = vec![("page", "1".to_owned()), ("page_size", KNOWN.to_string())];
            let page = client.logs(query).await?;
            Ok(page.logs.iter().map(LedgerEntry::from_row).collect())
        }
        Movement::Allocate { organization, .. } => {
            let page = read_allocations(client, organization, KNOWN, None).await?;
            let entry = |event| LedgerEntry::from_event(event, organization);
            Ok(page.items.iter().map(entry).collect())
        }
    }
}

/// Reads the log since the first attempt of `submission`, and the user's own balance. `settled_for` is how many
/// milliseconds ago the submission's requests could last take effect; `None` if they still can.
///
/// It uses no date filter, because that would depend on which clock and time zone define the days.
///
/// # Errors
/// Any [`Failure`].
pub async fn since(
    client: &Client,
    submission: &Submission,
    settled_for: Option<i64>,
) -> Result<LedgerRead, Failure> {
    let (entries, complete, own_balance) = match &submission.movement {
        Movement::Transfer { .. } | Movement::Revert { .. } => {
            let (entries, complete) = read_rows(client, submission).await?;
            let balance = client
                .balance()
                .await
                .map(|read| Value::Money(read.balance.amount));
            (entries, complete, balance)
        }
        Movement::Allocate { organization, .. } => {
            let (entries, complete) = read_events(client, organization, submission).await?;
            let wallet = client.wallet(None).await;
            let balance = wallet.map(|read| Value::Credits(read.prepaid_balance));
            (entries, complete, balance)
        }
    };
    let own_balance = match own_balance {
        Ok(balance) => Some(balance),
        // A key may have permission to move credits but not to read the balance (contract §1.6).
        Err(failure) if matches!(failure.kind, FailureKind::Forbidden | FailureKind::NotFound) => {
            None
        }
        Err(failure) => return Err(failure),
    };
    Ok(LedgerRead {
        entries,
        complete,
        own_balance,
        settled_for,
    })
}

async fn read_rows(
    client: &Client,
    submission: &Submission,
) -> Result<(Vec<LedgerEntry>, bool), Failure> {
    let mut entries: Vec<LedgerEntry> = Vec::new();
    for page in 1..=MAX_PAGES {
        let query = vec![
            ("page", page.to_string()),
            ("page_size", PAGE_SIZE.to_string()),
        ];
        let read = client.logs(query).await?;
        for row in &read.logs {
            let entry = LedgerEntry::from_row(row);
            // New rows push older ones to the next page, where they appear again.
            if entries.iter().all(|known| known.id != entry.id) {
                entries.push(entry);
            }
        }
        let is_end = read.logs.is_empty() || page >= read.total_pages;
        if is_end || has_seen_enough(submission, &entries, false) {
            let complete = has_seen_enough(submission, &entries, is_end);
            return Ok((entries, complete));
        }
    }
    Ok((entries, false))
}

/// Reads a page of the allocations in a child's wallet, newest first.
async fn read_allocations(
    client: &Client,
    organization: &OrganizationId,
    limit: u64,
    cursor: Option<String>,
) -> Result<Page, Failure> {
    let query = vec![
        ("eventType", "allocation".to_owned()),
        ("limit", limit.to_string()),
    ];
    client
        .wallet_events(Some(organization), query, cursor)
        .await
}

async fn read_events(
    client: &Client,
    organization: &OrganizationId,
    submission: &Submission,
) -> Result<(Vec<LedgerEntry>, bool), Failure> {
    let mut entries: Vec<LedgerEntry> = Vec::new();
    let mut cursor = None;
    for _ in 0..MAX_PAGES {
        let read = read_allocations(client, organization, PAGE_SIZE, cursor).await?;
        for event in &read.items {
            let entry = LedgerEntry::from_event(event, organization);
            if entries.iter().all(|known| known.id != entry.id) {
                entries.push(entry);
            }
        }
        cursor = read.next_cursor;
        let is_end = cursor.is_none();
        if is_end || has_seen_enough(submission, &entries, false) {
            let complete = has_seen_enough(submission, &entries, is_end);
            return Ok((entries, complete));
        }
    }
    Ok((entries, false))
}

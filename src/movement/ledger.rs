//! Reads a service's log: the credit log of the reseller API (contract §1.4), the events of a wallet (§3.5).

use crate::client::{Client, Failure, FailureKind};
use crate::movement::Movement;
use crate::movement::reconcile::{LedgerEntry, LedgerRead, has_seen_enough};
use crate::movement::submission::Submission;
use crate::units::{OrganizationId, Value};
use crate::wire::events::Page;

/// Rows of a page while searching; the backends' most.
const PAGE: u64 = 100;
/// Pages read at most: ten thousand rows since an attempt are more than any log takes in.
const PAGES: u64 = 100;
/// Entries that are noted as known at a confirmation.
pub const KNOWN: u64 = 50;

/// The newest lines of the books that `movement` will come into, the newest first.
///
/// # Errors
/// Every [`Failure`].
pub async fn newest(client: &Client, movement: &Movement) -> Result<Vec<LedgerEntry>, Failure> {
    match movement {
        Movement::Transfer { .. } | Movement::Revert { .. } => {
            let query = vec![("page", "1".to_owned()), ("page_size", KNOWN.to_string())];
            let page = client.logs(query).await?;
            Ok(page.logs.iter().map(LedgerEntry::from_row).collect())
        }
        Movement::Allocate { organization, .. } => {
            let page = allocations(client, organization, KNOWN, None).await?;
            let line = |event| LedgerEntry::from_event(event, organization);
            Ok(page.items.iter().map(line).collect())
        }
    }
}

/// The log since the first attempt of `submission`, and one's own balance. `settled_for` says for how many milliseconds
/// nothing that was sent could take effect any more.
///
/// No date filter is used: it would depend on whose clock and zone the days are.
///
/// # Errors
/// Every [`Failure`].
pub async fn since(
    client: &Client,
    submission: &Submission,
    settled_for: Option<i64>,
) -> Result<LedgerRead, Failure> {
    let (entries, complete, own_balance) = match &submission.movement {
        Movement::Transfer { .. } | Movement::Revert { .. } => {
            let (entries, complete) = rows(client, submission).await?;
            let balance = client
                .balance()
                .await
                .map(|read| Value::Money(read.balance.amount));
            (entries, complete, balance)
        }
        Movement::Allocate { organization, .. } => {
            let (entries, complete) = events(client, organization, submission).await?;
            let wallet = client.wallet(None).await;
            let balance = wallet.map(|read| Value::Credits(read.prepaid_balance));
            (entries, complete, balance)
        }
    };
    let own_balance = match own_balance {
        Ok(balance) => Some(balance),
        // A key may be allowed to move and yet not to see the balance (contract §1.6).
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

async fn rows(
    client: &Client,
    submission: &Submission,
) -> Result<(Vec<LedgerEntry>, bool), Failure> {
    let mut entries: Vec<LedgerEntry> = Vec::new();
    for page in 1..=PAGES {
        let query = vec![("page", page.to_string()), ("page_size", PAGE.to_string())];
        let read = client.logs(query).await?;
        for row in &read.logs {
            let line = LedgerEntry::from_row(row);
            // New rows push old ones to the next page.
            if entries.iter().all(|held| held.id != line.id) {
                entries.push(line);
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

/// A page of the allocations in a child's wallet, newest first.
async fn allocations(
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

async fn events(
    client: &Client,
    organization: &OrganizationId,
    submission: &Submission,
) -> Result<(Vec<LedgerEntry>, bool), Failure> {
    let mut entries: Vec<LedgerEntry> = Vec::new();
    let mut cursor = None;
    for _ in 0..PAGES {
        let read = allocations(client, organization, PAGE, cursor).await?;
        for event in &read.items {
            let line = LedgerEntry::from_event(event, organization);
            if entries.iter().all(|held| held.id != line.id) {
                entries.push(line);
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

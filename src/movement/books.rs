//! Reading a backend's books: the log of the reseller API (contract §1.4), the events of a wallet (§3.5).

use super::machine::Submission;
use super::plan::Movement;
use super::reconcile::{Reading, SKEW, Trace};
use crate::client::{Client, Effect, Failure};
use crate::units::{OrganizationId, Value, utc_day};
use crate::wire::events::Page;

/// Rows of a page while searching; the backends' most.
const PAGE: u64 = 100;
/// Pages read at most: ten thousand rows since an attempt are more than anybody's books take in.
const PAGES: u64 = 100;
/// A day, in milliseconds: the log's days may be in any zone.
const DAY: i64 = 24 * 60 * 60 * 1000;

/// The newest lines of the books that `movement` will come into, the newest first.
///
/// # Errors
/// Every [`Failure`].
pub async fn newest(client: &Client, movement: &Movement) -> Result<Vec<Trace>, Failure> {
    match movement {
        Movement::Transfer { .. } | Movement::Revert { .. } => {
            let query = vec![("page", "1".to_owned()), ("page_size", "50".to_owned())];
            let page = client.logs(query).await?;
            Ok(page.logs.iter().map(Trace::of_row).collect())
        }
        Movement::Allocate { organization, .. } => {
            let page = allocations(client, organization, 50, None).await?;
            let line = |event| Trace::of_event(event, organization);
            Ok(page.items.iter().map(line).collect())
        }
    }
}

/// Everything in the books since the first attempt of `submission`, and one's own balance. `settled` says
/// whether nothing can come into them any more.
///
/// # Errors
/// Every [`Failure`].
pub async fn since(
    client: &Client,
    submission: &Submission,
    settled: bool,
) -> Result<Reading, Failure> {
    let first = submission.first_attempt();
    let (traces, complete, own_balance) = match &submission.movement {
        Movement::Transfer { .. } | Movement::Revert { .. } => {
            let (traces, complete) = rows(client, submission.mark.as_deref(), first).await?;
            let balance = client
                .balance()
                .await
                .map(|read| Value::Money(read.balance.amount));
            (traces, complete, balance)
        }
        Movement::Allocate { organization, .. } => {
            let mark = submission.mark.as_deref();
            let (traces, complete) = events(client, organization, mark, first).await?;
            let wallet = client.wallet(None).await;
            let balance = wallet.map(|read| Value::Credits(read.prepaid_balance));
            (traces, complete, balance)
        }
    };
    let own_balance = match own_balance {
        Ok(balance) => Some(balance),
        // A key may be allowed to move and yet not to see the balance (contract §1.6).
        Err(failure) if failure.effect() == Effect::Nothing => None,
        Err(failure) => return Err(failure),
    };
    Ok(Reading {
        traces,
        complete,
        own_balance,
        settled,
    })
}

/// Whether the search can stop at `line`: it was there before the first attempt.
fn is_before(line: &Trace, mark: Option<&str>, first: i64) -> bool {
    match mark {
        Some(mark) => {
            let (line, mark) = (line.id.parse::<i64>(), mark.parse::<i64>());
            matches!((line, mark), (Ok(line), Ok(mark)) if line <= mark)
        }
        None => line.at.is_some_and(|at| at < first - SKEW),
    }
}

async fn rows(
    client: &Client,
    mark: Option<&str>,
    first: i64,
) -> Result<(Vec<Trace>, bool), Failure> {
    let mut traces: Vec<Trace> = Vec::new();
    for page in 1..=PAGES {
        let query = vec![
            ("page", page.to_string()),
            ("page_size", PAGE.to_string()),
            ("date_from", utc_day(first - SKEW - DAY)),
        ];
        let read = client.logs(query).await?;
        for row in &read.logs {
            let line = Trace::of_row(row);
            if is_before(&line, mark, first) {
                return Ok((traces, true));
            }
            // New rows push old ones to the next page.
            if traces.iter().all(|held| held.id != line.id) {
                traces.push(line);
            }
        }
        if read.logs.is_empty() || page >= read.total_pages {
            return Ok((traces, true));
        }
    }
    Ok((traces, false))
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
    mark: Option<&str>,
    first: i64,
) -> Result<(Vec<Trace>, bool), Failure> {
    let mut traces = Vec::new();
    let mut cursor = None;
    for _ in 0..PAGES {
        let read = allocations(client, organization, PAGE, cursor).await?;
        for event in &read.items {
            let line = Trace::of_event(event, organization);
            if mark == Some(line.id.as_str()) {
                return Ok((traces, true));
            }
            if mark.is_none() && is_before(&line, None, first) {
                return Ok((traces, true));
            }
            traces.push(line);
        }
        cursor = read.next_cursor;
        if cursor.is_none() {
            return Ok((traces, true));
        }
    }
    Ok((traces, false))
}

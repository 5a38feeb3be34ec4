//! An organization and its wallet within a transaction, and writing its events.

use rusqlite::{OptionalExtension, Row, Transaction, params};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Caller, Failure, prepaid};
use crate::clock;
use crate::store;
use crate::units::Micro;

const COLUMNS: &str = "id, parent_id, name, status, metadata, billing_email, included, \
    included_period, used_period, reserved, projects, api_keys, credit_config, created_at, \
    updated_at, archived_at, archive_reply";

/// A row of the table, together with the prepaid balance.
#[derive(Clone, Debug)]
pub struct Organization {
    /// `org_<uuid>`.
    pub id: String,
    parent: Option<String>,
    /// The name.
    pub name: String,
    /// active, suspended or archived.
    pub status: String,
    metadata: String,
    billing_email: Option<String>,
    included: i64,
    included_period: i64,
    used_period: i64,
    reserved: i64,
    projects: i64,
    /// The number of API keys, which are revoked when it is archived.
    pub api_keys: i64,
    credit_config: String,
    /// Creation time in microseconds.
    pub created_at: i64,
    updated_at: i64,
    archived_at: Option<i64>,
    /// The response to archiving it, which is repeated for later requests (L11).
    pub archive_reply: Option<String>,
    /// The prepaid credits.
    pub prepaid: Micro,
}

impl Organization {
    /// Returns the included and prepaid credits together (contract §3.2).
    pub fn balance(&self) -> Result<Micro, Failure> {
        let sum = Micro::from_units(self.included).plus(self.prepaid);
        sum.ok_or_else(|| store::Error::Overflow.into())
    }

    /// Returns what can be spent: the balance minus reserved credits, never below zero.
    pub fn available(&self) -> Result<Micro, Failure> {
        let free = self.balance()?.minus(Micro::from_units(self.reserved));
        let free = free.ok_or(store::Error::Overflow)?;
        Ok(free.max(Micro::ZERO))
    }

    /// Returns what can leave the wallet: prepaid credits that are not reserved (L8, L9).
    pub fn movable(&self) -> Result<Micro, Failure> {
        Ok(self.available()?.min(self.prepaid).max(Micro::ZERO))
    }

    /// Returns `Org` as JSON (contract §3.6).
    pub fn shown(&self) -> Value {
        json!({
            "id": self.id,
            "parentOrganizationId": self.parent,
            "name": self.name,
            "status": self.status,
            "metadata": stored(&self.metadata),
            "billingEmail": self.billing_email,
            "archivedAt": self.archived_at.map(clock::utc_micros),
            "createdAt": clock::utc_micros(self.created_at),
            "updatedAt": clock::utc_micros(self.updated_at),
        })
    }

    /// Returns `Org` with its summary as JSON (contract §3.7).
    pub fn shown_with_summary(&self) -> Result<Value, Failure> {
        let mut shown = self.shown();
        shown["summary"] = json!({
            "projectCount": self.projects,
            "balance": self.balance()?,
            "available": self.available()?,
            "creditConfig": stored(&self.credit_config),
        });
        Ok(shown)
    }

    /// Returns the wallet as JSON (contract §3.2).
    pub fn wallet(&self) -> Result<Value, Failure> {
        Ok(json!({
            "organizationId": self.id,
            "balance": self.balance()?,
            "available": self.available()?,
            "includedRemaining": self.included,
            "prepaidBalance": self.prepaid,
            "reservedCredits": self.reserved,
            "includedThisPeriod": self.included_period,
            "usedThisPeriod": self.used_period,
            "currentPeriod": {
                "start": "2026-06-01T00:00:00.000Z",
                "end": "2026-07-01T00:00:00.000Z",
                "usedCredits": self.used_period,
            },
            "subscriptionTier": "pro",
            "billingStatus": "active",
            "estimatedCreditsPerFormat": {
                "slideshow_builder": 50, "slideshow_remix": 50, "video_remix": 120,
                "ugc_remix": 120, "auto": 120,
            },
            "ingestCostsBilled": {"github": false, "website": false, "appstore": false},
        }))
    }
}

/// Returns the organization `id`, regardless of its parent.
pub fn organization(tx: &Transaction<'_>, id: &str) -> Result<Option<Organization>, Failure> {
    let sql = format!("SELECT {COLUMNS} FROM organization WHERE id = ?");
    let row = tx
        .prepare_cached(&sql)?
        .query_row([id], from_row)
        .optional()?;
    row.map(|row| with_balance(tx, row)).transpose()
}

/// Returns the caller's own organization.
pub fn own(tx: &Transaction<'_>, caller: Caller) -> Result<Organization, Failure> {
    organization(tx, caller.organization)?.ok_or_else(Failure::not_found)
}

/// Returns a direct child of the caller.
pub fn child(tx: &Transaction<'_>, caller: Caller, id: &str) -> Result<Organization, Failure> {
    organization(tx, id)?
        .filter(|found| found.parent.as_deref() == Some(caller.organization))
        .ok_or_else(Failure::not_found)
}

/// Returns up to `limit` direct children after the position `after`, newest first.
pub fn children(
    tx: &Transaction<'_>,
    caller: Caller,
    status: Option<&str>,
    after: Option<(i64, String)>,
    limit: i64,
) -> Result<Vec<Organization>, Failure> {
    let sql = format!(
        "SELECT {COLUMNS} FROM organization
         WHERE parent_id = ?1 AND (?2 IS NULL OR status = ?2) AND (created_at, id) < (?3, ?4)
         ORDER BY created_at DESC, id DESC LIMIT ?5"
    );
    let (created, id) = after.unwrap_or((i64::MAX, String::new()));
    let rows = tx
        .prepare_cached(&sql)?
        .query_map(
            params![caller.organization, status, created, id, limit],
            from_row,
        )?
        .collect::<Result<Vec<_>, _>>()?;
    rows.into_iter().map(|row| with_balance(tx, row)).collect()
}

fn with_balance(tx: &Transaction<'_>, mut row: Organization) -> Result<Organization, Failure> {
    row.prepaid = store::balance(tx, &prepaid(&row.id))?;
    Ok(row)
}

fn from_row(row: &Row<'_>) -> rusqlite::Result<Organization> {
    Ok(Organization {
        id: row.get(0)?,
        parent: row.get(1)?,
        name: row.get(2)?,
        status: row.get(3)?,
        metadata: row.get(4)?,
        billing_email: row.get(5)?,
        included: row.get(6)?,
        included_period: row.get(7)?,
        used_period: row.get(8)?,
        reserved: row.get(9)?,
        projects: row.get(10)?,
        api_keys: row.get(11)?,
        credit_config: row.get(12)?,
        created_at: row.get(13)?,
        updated_at: row.get(14)?,
        archived_at: row.get(15)?,
        archive_reply: row.get(16)?,
        prepaid: Micro::ZERO,
    })
}

/// Parses JSON that the sandbox has stored, which is always valid.
pub fn stored(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_default()
}

/// Normalizes `org_<uuid>` or a bare UUID to `org_<uuid>` in lowercase (contract §3).
pub fn org_id(text: &str) -> Result<String, Failure> {
    let bare = text.strip_prefix("org_").unwrap_or(text);
    match Uuid::try_parse(bare) {
        Ok(uuid) if bare.len() == 36 => Ok(format!("org_{uuid}")),
        _ => Err(Failure::validation("orgId must be org_<uuid> or a UUID")),
    }
}

/// A wallet event to be written (contract §3.4, L10).
#[derive(Clone, Debug, Default)]
pub struct Event {
    /// The wallet's organization.
    pub organization: String,
    /// The change, with its sign.
    pub credits: i64,
    /// usage, refund, grant, purchase, adjustment or allocation.
    pub event_type: &'static str,
    /// The project that used the credits.
    pub project: Option<&'static str>,
    /// The format they were used for.
    pub format: Option<&'static str>,
    /// Credits used in the period after this event.
    pub usage_after: Option<i64>,
    /// Time in microseconds.
    pub at: i64,
    /// When it was written, by this machine's clock; 0 for opening data.
    pub written_at: i64,
    /// The allocation it belongs to.
    pub transfer: Option<String>,
    /// The description in the request.
    pub description: Option<String>,
    /// The metadata in the request, merged with the system's own keys.
    pub metadata: Value,
}

/// Writes an event with the current prepaid balance, which must already include the movement.
pub fn add_event(tx: &Transaction<'_>, event: &Event) -> Result<(), store::Error> {
    let after = store::balance(tx, &prepaid(&event.organization))?;
    tx.prepare_cached(
        "INSERT INTO wallet_event (event_id, organization_id, project_id, credits, event_type,
            format, balance_after_prepaid, usage_after_period, created_at, transfer_id,
            description, metadata, written_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )?
    .execute(params![
        Uuid::new_v4().to_string(),
        event.organization,
        event.project,
        event.credits,
        event.event_type,
        event.format,
        after,
        event.usage_after,
        event.at,
        event.transfer,
        event.description,
        event.metadata.to_string(),
        event.written_at,
    ])?;
    Ok(())
}

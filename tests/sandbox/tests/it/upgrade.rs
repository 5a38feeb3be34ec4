//! A ledger file created by an older build.

use serde_json::json;

use crate::command::start;

const TRANSFER: &str = "/reseller/credits/transfer";

#[tokio::test]
async fn schema_1_becomes_schema_2() {
    let folder = tempfile::tempdir().unwrap();
    let db = folder.path().join("l.db");
    let flags = ["--reseller-idempotency", "replay"];
    let mut running = start(&db, &flags).await;
    let body = json!({"to_organization_id": 4002, "minutes": 20, "cost_per_min": 0.2});
    let first = running.client.reseller_keyed(TRANSFER, "k", &body).await;
    let logs = running.client.reseller_get("/reseller/credits/logs").await;
    running.child.kill().await.unwrap();
    let connection = rusqlite::Connection::open(&db).unwrap();
    connection
        .execute_batch(
            "ALTER TABLE credit_log DROP COLUMN performed_by;
             ALTER TABLE credit_log DROP COLUMN written_at;
             ALTER TABLE wallet_event DROP COLUMN written_at;
             UPDATE idempotency SET scope = 'reseller POST /api/v1/reseller/credits/transfer';
             PRAGMA user_version = 1;",
        )
        .unwrap();
    drop(connection);

    let mut running = start(&db, &flags).await;
    let repeated = running.client.reseller_keyed(TRANSFER, "k", &body).await;
    assert_eq!(repeated.text, first.text, "a replay");
    let same = running.client.reseller_get("/reseller/credits/logs").await;
    assert_eq!(same.ok(), logs.ok());
    running.client.reseller_post(TRANSFER, body).await.ok();
    running.child.kill().await.unwrap();
    let running = start(&db, &flags).await;
    assert_eq!(running.client.balance("reseller:5678").await, "58.013");
}

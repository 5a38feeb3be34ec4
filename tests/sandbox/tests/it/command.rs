//! The program: its flags, its single line of output, and its exit codes.

use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use serde_json::json;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};
use tokio::process::{Child, Command};

use crate::bench::{Client, RequestOptions};

/// The running program.
pub struct Running {
    pub client: Client,
    pub child: Child,
    lines: tokio::io::Lines<BufReader<tokio::process::ChildStdout>>,
}

pub fn command(db: &Path, flags: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_credit-desk-sandbox"));
    command.args(["--port", "0", "--db"]).arg(db).args(flags);
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command.kill_on_drop(true);
    command
}

pub async fn start(db: &Path, flags: &[&str]) -> Running {
    let mut child = command(db, flags).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let line = tokio::time::timeout(Duration::from_secs(20), lines.next_line())
        .await
        .unwrap();
    let line = line.unwrap().unwrap();
    let base = line.strip_prefix("listening on ").unwrap().to_owned();
    assert!(base.starts_with("http://127.0.0.1:"), "{base}");
    Running {
        client: Client::new(base),
        child,
        lines,
    }
}

async fn failure(command: &mut Command) -> (Option<i32>, String) {
    let output = command.output().await.unwrap();
    assert!(output.stdout.is_empty());
    (
        output.status.code(),
        String::from_utf8(output.stderr).unwrap(),
    )
}

#[tokio::test]
async fn it_prints_one_line_and_stops_with_standard_input() {
    let folder = tempfile::tempdir().unwrap();
    let db = folder.path().join("new/ledger.db");
    let flags = [
        "--stop-with-stdin",
        "--reseller-key",
        "my-own-key",
        "--reseller-idempotency",
        "replay",
    ];
    let mut running = start(&db, &flags).await;
    let with = RequestOptions {
        bearer: Some("my-own-key"),
        ..RequestOptions::default()
    };
    running
        .client
        .send("GET", "/api/v1/account/balance", with, "")
        .await
        .unwrap()
        .ok();
    running
        .client
        .reseller_get("/account/balance")
        .await
        .expect_reseller_error(401, "unauthorized");
    let settings = running.client.admin("GET", "settings", json!(null)).await;
    assert_eq!(settings["reseller_idempotency"], "replay");
    drop(running.child.stdin.take());
    let status = tokio::time::timeout(Duration::from_secs(5), running.child.wait())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(status.code(), Some(0));
    assert_eq!(
        running.lines.next_line().await.unwrap(),
        None,
        "exactly one line"
    );
    let mut logged = String::new();
    running
        .child
        .stderr
        .take()
        .unwrap()
        .read_to_string(&mut logged)
        .await
        .unwrap();
    assert!(
        !logged.contains("my-own-key") && !logged.contains("lp_test"),
        "{logged}"
    );
}

#[cfg(unix)]
#[tokio::test]
async fn a_term_signal_stops_it_quickly_despite_open_connections() {
    let folder = tempfile::tempdir().unwrap();
    let mut running = start(&folder.path().join("l.db"), &[]).await;
    running
        .client
        .fault(json!({"route": "*", "fault": "delay", "delay_ms": 30_000}))
        .await;
    let client = running.client.clone();
    let slow = tokio::spawn(async move { client.reseller_get("/account/balance").await });
    let address = running
        .client
        .base
        .strip_prefix("http://")
        .unwrap()
        .to_owned();
    let _idle = tokio::net::TcpStream::connect(address).await.unwrap();
    tokio::time::sleep(Duration::from_millis(200)).await;
    let started = Instant::now();
    let id = running.child.id().unwrap().to_string();
    assert!(
        Command::new("kill")
            .args(["-TERM", &id])
            .status()
            .await
            .unwrap()
            .success()
    );
    let status = tokio::time::timeout(Duration::from_secs(8), running.child.wait())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(status.code(), Some(0));
    assert!(
        started.elapsed() < Duration::from_secs(6),
        "{:?}",
        started.elapsed()
    );
    assert!(slow.await.is_err(), "its connection was cut");
}

#[tokio::test]
async fn a_port_in_use_is_reported() {
    let folder = tempfile::tempdir().unwrap();
    let db = folder.path().join("l.db");
    let running = start(&db, &[]).await;
    let port = running.client.base.rsplit(':').next().unwrap().to_owned();
    let mut second = Command::new(env!("CARGO_BIN_EXE_credit-desk-sandbox"));
    second.args(["--port", &port, "--fresh", "--db"]).arg(&db);
    let (code, text) = failure(&mut second).await;
    assert_eq!(code, Some(2));
    assert!(text.contains(&port) && text.contains("--port"), "{text}");
    assert!(
        db.exists(),
        "--fresh removes nothing if the port is not available"
    );
}

#[tokio::test]
async fn the_ledger_survives_the_program_unless_fresh() {
    let folder = tempfile::tempdir().unwrap();
    let db = folder.path().join("l.db");
    let transfer = json!({"to_organization_id": 4002, "minutes": 20, "cost_per_min": 0.2});
    let mut running = start(&db, &["--rows", "50"]).await;
    running
        .client
        .reseller_post("/reseller/credits/transfer", transfer)
        .await
        .ok();
    running.child.kill().await.unwrap();
    let mut running = start(&db, &["--rows", "50"]).await;
    assert_eq!(running.client.balance("reseller:5678").await, "59.813");
    running.child.kill().await.unwrap();
    let running = start(&db, &["--fresh"]).await;
    assert_eq!(running.client.balance("reseller:5678").await, "61.613");
    let logs = running
        .client
        .reseller_get("/reseller/credits/logs")
        .await
        .ok();
    assert_eq!(logs["data"]["total_records"], 3);
}

#[tokio::test]
async fn files_of_others_are_not_touched() {
    let folder = tempfile::tempdir().unwrap();
    let newer = folder.path().join("newer.db");
    start(&newer, &[]).await.child.kill().await.unwrap();
    let connection = rusqlite::Connection::open(&newer).unwrap();
    connection.pragma_update(None, "user_version", 99).unwrap();
    drop(connection);
    let (code, text) = failure(&mut command(&newer, &[])).await;
    assert_eq!(code, Some(1));
    assert!(
        text.contains("newer") && text.contains("99") && text.contains("--fresh"),
        "{text}"
    );

    let foreign = folder.path().join("foreign.db");
    let connection = rusqlite::Connection::open(&foreign).unwrap();
    connection
        .execute_batch("CREATE TABLE recipes (id INTEGER)")
        .unwrap();
    drop(connection);
    let (code, text) = failure(&mut command(&foreign, &[])).await;
    assert!(
        code == Some(1) && text.contains("another program"),
        "{text}"
    );

    let prose = folder.path().join("prose.db");
    std::fs::write(
        &prose,
        "not a database at all, but long enough to look like one. ".repeat(40),
    )
    .unwrap();
    let (code, text) = failure(&mut command(&prose, &[])).await;
    assert!(
        code == Some(1) && text.contains("not a sandbox ledger"),
        "{text}"
    );
}

#[tokio::test]
async fn the_file_has_its_safety_settings() {
    let folder = tempfile::tempdir().unwrap();
    let db = folder.path().join("l.db");
    let _running = start(&db, &[]).await;
    let connection = rusqlite::Connection::open(&db).unwrap();
    let mode: String = connection
        .pragma_query_value(None, "journal_mode", |row| row.get(0))
        .unwrap();
    let version: i64 = connection
        .pragma_query_value(None, "user_version", |row| row.get(0))
        .unwrap();
    assert_eq!((mode.as_str(), version), ("wal", 2));
    let duplicate = connection.execute(
        "INSERT INTO idempotency (scope, key, fingerprint, reply, at) VALUES ('s','k','f','r',0), ('s','k','g','r',0)",
        [],
    );
    assert!(duplicate.is_err(), "a key is unique in the file itself");
}

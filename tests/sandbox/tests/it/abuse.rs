//! Callers that mean harm, or whose programs are broken: each is refused or cut off, nothing moves, and others are served.

use std::time::Duration;

use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::bench::{Bench, RESELLER_KEY};

const TRANSFER: &str = "/api/v1/reseller/credits/transfer";
/// Longer than anything here should take: whoever waits for ever fails.
const PATIENCE: Duration = Duration::from_secs(30);

/// A sandbox that loses patience soon.
async fn impatient() -> Bench {
    Bench::with(|options, _| {
        options.head_patience = Duration::from_millis(400);
        options.body_patience = Duration::from_millis(400);
    })
    .await
}

async fn connect(bench: &Bench) -> TcpStream {
    let address = bench.base.strip_prefix("http://").unwrap();
    TcpStream::connect(address).await.unwrap()
}

/// The head of a transfer's request, by the demo reseller.
fn head(more: &str) -> String {
    format!(
        "POST {TRANSFER} HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer {RESELLER_KEY}\r\n{more}\r\n"
    )
}

/// A request with this body and media type.
async fn post(bench: &Bench, media: &str, body: &[u8]) -> String {
    let length = body.len();
    let head = head(&format!(
        "connection: close\r\ncontent-type: {media}\r\ncontent-length: {length}\r\n"
    ));
    let mut stream = connect(bench).await;
    stream.write_all(head.as_bytes()).await.unwrap();
    let _ = stream.write_all(body).await;
    answer(&mut stream).await
}

/// All that comes back. A reset is as good an end as any.
async fn answer(stream: &mut TcpStream) -> String {
    let mut got = Vec::new();
    let _ = tokio::time::timeout(PATIENCE, stream.read_to_end(&mut got))
        .await
        .expect("cut off");
    String::from_utf8_lossy(&got).into_owned()
}

/// It still serves, and nothing has moved.
async fn is_well(bench: &Bench) {
    let served = tokio::time::timeout(PATIENCE, bench.reseller_get("/account/balance"));
    served.await.expect("it still serves").ok();
    assert_eq!(bench.balance("reseller:5678").await, "61.613");
}

#[tokio::test]
async fn a_head_that_drips_is_cut_off() {
    let bench = impatient().await;
    let mut stream = connect(&bench).await;
    // A byte now and then keeps no connection open.
    let drip = async {
        for byte in head("x-slow: ").bytes().cycle() {
            if stream.write_all(&[byte]).await.is_err() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(PATIENCE, drip).await.expect("cut off");
    is_well(&bench).await;
}

#[tokio::test]
async fn a_body_that_drips_is_refused() {
    let bench = impatient().await;
    let stream = connect(&bench).await;
    let (mut from, mut to) = stream.into_split();
    to.write_all(head("content-length: 60000\r\n").as_bytes())
        .await
        .unwrap();
    let drip = tokio::spawn(async move {
        while to.write_all(b" ").await.is_ok() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    });
    let mut got = [0; 12];
    let read = tokio::time::timeout(PATIENCE, from.read_exact(&mut got));
    read.await.expect("an answer").unwrap();
    assert_eq!(&got, b"HTTP/1.1 408");
    drip.abort();
    is_well(&bench).await;
}

#[tokio::test]
async fn a_hundred_megabytes_are_not_taken() {
    let bench = Bench::new().await;
    for framing in [
        "content-length: 104857600\r\n",
        "transfer-encoding: chunked\r\n",
    ] {
        let mut stream = connect(&bench).await;
        stream.write_all(head(framing).as_bytes()).await.unwrap();
        let chunk = [b' '; 1 << 16];
        let mut sent = 0;
        let send = async {
            while sent < 104_857_600 {
                let part = match framing.starts_with("transfer") {
                    true => [b"10000\r\n", &chunk[..], b"\r\n"].concat(),
                    false => chunk.to_vec(),
                };
                if stream.write_all(&part).await.is_err() {
                    break;
                }
                sent += chunk.len();
            }
        };
        tokio::time::timeout(PATIENCE, send)
            .await
            .expect("cut off or read");
        let got = answer(&mut stream).await;
        assert!(got.is_empty() || got.starts_with("HTTP/1.1 413"), "{got}");
        assert!(sent < 64 << 20, "{sent} bytes were taken");
    }
    is_well(&bench).await;
}

#[tokio::test]
async fn a_body_that_is_no_json_is_refused() {
    let bench = Bench::new().await;
    let good = json!({"to_organization_id": 4002, "minutes": 20, "cost_per_min": 0.2}).to_string();
    // What a form of another page could send without asking first.
    for media in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/jsonp",
    ] {
        let got = post(&bench, media, good.as_bytes()).await;
        assert!(got.starts_with("HTTP/1.1 415"), "{media}: {got}");
    }
    let deep = [
        b"{\"minutes\":".to_vec(),
        b"[".repeat(30_000),
        b"]".repeat(30_000),
        b"}".to_vec(),
    ]
    .concat();
    let nothing = b"".to_vec();
    let bodies = [
        good.replace("20", "\"\\ud800\"").into_bytes(),
        good.replace("minutes", "min\u{0}utes").into_bytes(),
        [
            b"{\"to_organization_id\":4002,\"minutes\":20,\"cost_per_min\":0.2,\"x\":\"".to_vec(),
            vec![0xff, 0xfe],
            b"\"}".to_vec(),
        ]
        .concat(),
        [vec![0xef, 0xbb, 0xbf], good.clone().into_bytes()].concat(),
        good.replace("20", "1e999999999").into_bytes(),
        good.replace("0.2", &"9".repeat(60_000)).into_bytes(),
        good.as_bytes()[..good.len() - 1].to_vec(),
        format!("{good}{good}").into_bytes(),
        deep,
        nothing,
    ];
    for body in &bodies {
        let got = post(&bench, "application/json", body).await;
        let shown = String::from_utf8_lossy(&body[..body.len().min(100)]);
        assert!(got.starts_with("HTTP/1.1 400"), "{shown}: {got}");
    }
    is_well(&bench).await;
    // The same in order moves something: it was not refused for another reason.
    let got = post(&bench, "application/json; charset=utf-8", good.as_bytes()).await;
    assert!(got.starts_with("HTTP/1.1 200"), "{got}");
}

#[tokio::test]
async fn heads_too_large_are_refused() {
    let bench = Bench::new().await;
    for more in [
        format!("x-large: {}\r\n", "x".repeat(1 << 20)),
        "x-many: 1\r\n".repeat(10_000),
        format!("cookie: {}\r\n", "\u{ff}".repeat(1 << 19)),
    ] {
        let mut stream = connect(&bench).await;
        // It may be cut off before the last byte has left.
        let _ = stream.write_all(head(&more).as_bytes()).await;
        let got = answer(&mut stream).await;
        assert!(got.is_empty() || got.starts_with("HTTP/1.1 4"), "{got}");
    }
    let path = format!("GET /{} HTTP/1.1\r\nhost: x\r\n\r\n", "a/".repeat(1 << 19));
    let mut stream = connect(&bench).await;
    let _ = stream.write_all(path.as_bytes()).await;
    let got = answer(&mut stream).await;
    assert!(got.is_empty() || got.starts_with("HTTP/1.1 4"), "{got}");
    is_well(&bench).await;
}

#[tokio::test]
async fn thousands_that_never_ask_keep_nobody_out() {
    let bench = impatient().await;
    let address = bench.base.strip_prefix("http://").unwrap().to_owned();
    let mut open = Vec::new();
    for at in 0..3000 {
        // As many as this machine lets one program have: the sandbox runs in it too.
        let Ok(mut stream) = TcpStream::connect(&address).await else {
            break;
        };
        // Some say nothing at all, some begin.
        if at % 2 == 0 && stream.write_all(b"POST /api").await.is_err() {
            break;
        }
        open.push(stream);
        if at % 500 == 499 {
            is_well(&bench).await;
        }
    }
    assert!(open.len() >= 400, "{} connections", open.len());
    is_well(&bench).await;
    // Every one of them is let go of by itself.
    for mut stream in open {
        answer(&mut stream).await;
    }
    is_well(&bench).await;
}

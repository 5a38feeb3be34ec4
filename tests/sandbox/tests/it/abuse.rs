//! Malicious or broken clients: each is rejected or cut off, nothing moves, and other clients are still served.

use std::time::Duration;

use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::bench::{Bench, RESELLER_KEY};

const TRANSFER: &str = "/api/v1/reseller/credits/transfer";
/// Longer than anything here should take; exceeding it is a failure.
const TIME_LIMIT: Duration = Duration::from_secs(30);

/// Starts a sandbox with short timeouts.
async fn with_short_timeouts() -> Bench {
    Bench::with(|options, _| {
        options.head_timeout = Duration::from_millis(400);
        options.body_timeout = Duration::from_millis(400);
    })
    .await
}

async fn connect(bench: &Bench) -> TcpStream {
    let address = bench.base.strip_prefix("http://").unwrap();
    TcpStream::connect(address).await.unwrap()
}

/// Returns the head of a transfer request by the demo reseller.
fn head(more: &str) -> String {
    format!(
        "POST {TRANSFER} HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer {RESELLER_KEY}\r\n{more}\r\n"
    )
}

/// Sends a request with this body and media type.
async fn post(bench: &Bench, media: &str, body: &[u8]) -> String {
    let length = body.len();
    let head = head(&format!(
        "connection: close\r\ncontent-type: {media}\r\ncontent-length: {length}\r\n"
    ));
    let mut stream = connect(bench).await;
    stream.write_all(head.as_bytes()).await.unwrap();
    let _ = stream.write_all(body).await;
    read_response(&mut stream).await
}

/// Reads everything until the connection closes. A reset is a valid end too.
async fn read_response(stream: &mut TcpStream) -> String {
    let mut response = Vec::new();
    let _ = tokio::time::timeout(TIME_LIMIT, stream.read_to_end(&mut response))
        .await
        .expect("cut off");
    String::from_utf8_lossy(&response).into_owned()
}

/// Asserts that the sandbox still serves requests and that nothing has moved.
async fn assert_unharmed(bench: &Bench) {
    let served = tokio::time::timeout(TIME_LIMIT, bench.reseller_get("/account/balance"));
    served.await.expect("still serves").ok();
    assert_eq!(bench.balance("reseller:5678").await, "61.613");
}

#[tokio::test]
async fn a_slowly_sent_head_is_cut_off() {
    let bench = with_short_timeouts().await;
    let mut stream = connect(&bench).await;
    // An occasional byte must not keep a connection open.
    let drip = async {
        for byte in head("x-slow: ").bytes().cycle() {
            if stream.write_all(&[byte]).await.is_err() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(TIME_LIMIT, drip)
        .await
        .expect("cut off");
    assert_unharmed(&bench).await;
}

#[tokio::test]
async fn a_slowly_sent_body_is_rejected() {
    let bench = with_short_timeouts().await;
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
    let mut response = [0; 12];
    let read = tokio::time::timeout(TIME_LIMIT, from.read_exact(&mut response));
    read.await.expect("an answer").unwrap();
    assert_eq!(&response, b"HTTP/1.1 408");
    drip.abort();
    assert_unharmed(&bench).await;
}

#[tokio::test]
async fn a_hundred_megabytes_are_not_read() {
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
        tokio::time::timeout(TIME_LIMIT, send)
            .await
            .expect("cut off or read");
        let response = read_response(&mut stream).await;
        assert!(
            response.is_empty() || response.starts_with("HTTP/1.1 413"),
            "{response}"
        );
        assert!(sent < 64 << 20, "{sent} bytes were read");
    }
    assert_unharmed(&bench).await;
}

#[tokio::test]
async fn a_body_that_is_not_json_is_rejected() {
    let bench = Bench::new().await;
    let good = json!({"to_organization_id": 4002, "minutes": 20, "cost_per_min": 0.2}).to_string();
    // What a form on another page could send without a preflight.
    for media in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/jsonp",
    ] {
        let response = post(&bench, media, good.as_bytes()).await;
        assert!(response.starts_with("HTTP/1.1 415"), "{media}: {response}");
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
        let response = post(&bench, "application/json", body).await;
        let shown = String::from_utf8_lossy(&body[..body.len().min(100)]);
        assert!(response.starts_with("HTTP/1.1 400"), "{shown}: {response}");
    }
    assert_unharmed(&bench).await;
    // The same data in a valid form moves credits: it was not rejected for another reason.
    let response = post(&bench, "application/json; charset=utf-8", good.as_bytes()).await;
    assert!(response.starts_with("HTTP/1.1 200"), "{response}");
}

#[tokio::test]
async fn oversized_heads_are_rejected() {
    let bench = Bench::new().await;
    for more in [
        format!("x-large: {}\r\n", "x".repeat(1 << 20)),
        "x-many: 1\r\n".repeat(10_000),
        format!("cookie: {}\r\n", "\u{ff}".repeat(1 << 19)),
    ] {
        let mut stream = connect(&bench).await;
        // The connection may be cut off before the last byte was sent.
        let _ = stream.write_all(head(&more).as_bytes()).await;
        let response = read_response(&mut stream).await;
        assert!(
            response.is_empty() || response.starts_with("HTTP/1.1 4"),
            "{response}"
        );
    }
    let path = format!("GET /{} HTTP/1.1\r\nhost: x\r\n\r\n", "a/".repeat(1 << 19));
    let mut stream = connect(&bench).await;
    let _ = stream.write_all(path.as_bytes()).await;
    let response = read_response(&mut stream).await;
    assert!(
        response.is_empty() || response.starts_with("HTTP/1.1 4"),
        "{response}"
    );
    assert_unharmed(&bench).await;
}

#[tokio::test]
async fn thousands_of_idle_connections_do_not_block_others() {
    let bench = with_short_timeouts().await;
    let address = bench.base.strip_prefix("http://").unwrap().to_owned();
    let mut open = Vec::new();
    for at in 0..3000 {
        // As many as this machine allows one process; the sandbox runs in the same process.
        let Ok(mut stream) = TcpStream::connect(&address).await else {
            break;
        };
        // Some send nothing at all, some start a request.
        if at % 2 == 0 && stream.write_all(b"POST /api").await.is_err() {
            break;
        }
        open.push(stream);
        if at % 500 == 499 {
            assert_unharmed(&bench).await;
        }
    }
    assert!(open.len() >= 400, "{} connections", open.len());
    assert_unharmed(&bench).await;
    // The sandbox closes every one of them on its own.
    for mut stream in open {
        read_response(&mut stream).await;
    }
    assert_unharmed(&bench).await;
}

//! Shortcuts for requests to a sandbox.

use reqwest::Method;
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

pub const RESELLER_KEY: &str = "demo-reseller-key";
pub const LAYERS_KEY: &str = "lp_test_demo";

/// A complete response.
#[derive(Clone, Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: reqwest::header::HeaderMap,
    pub text: String,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("not JSON: {self:?}"))
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// Returns the body of a success.
    #[track_caller]
    pub fn ok(self) -> Value {
        assert_eq!(self.status, 200, "{}", self.text);
        self.json()
    }

    /// Asserts an error of the reseller API in its full shape, and returns its description.
    #[track_caller]
    pub fn expect_reseller_error(self, status: u16, code: &str) -> String {
        assert_eq!(self.status, status, "{}", self.text);
        let body = self.json();
        assert_eq!(body["success"], false, "{body}");
        assert_eq!(body["error"], code, "{body}");
        body["error_description"].as_str().unwrap().to_owned()
    }

    /// Asserts an error of the organizations API in its envelope, and returns it.
    #[track_caller]
    pub fn expect_layers_error(self, status: u16, code: &str) -> Value {
        assert_eq!(self.status, status, "{}", self.text);
        let body = self.json();
        assert_eq!(body["error"]["code"], code, "{body}");
        assert_eq!(
            body["error"]["requestId"].as_str(),
            self.header("x-request-id")
        );
        body["error"].clone()
    }
}

/// The API key, the Idempotency-Key and the origin of a request.
#[derive(Clone, Copy, Debug, Default)]
pub struct RequestOptions<'a> {
    pub bearer: Option<&'a str>,
    pub key: Option<&'a str>,
    pub origin: Option<&'a str>,
}

/// A client of one sandbox.
#[derive(Clone, Debug)]
pub struct Client {
    pub base: String,
    http: reqwest::Client,
}

impl Client {
    pub fn new(base: String) -> Self {
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        Self { base, http }
    }

    pub async fn send(
        &self,
        method: &str,
        path: &str,
        with: RequestOptions<'_>,
        body: impl Into<reqwest::Body>,
    ) -> Result<Answer, reqwest::Error> {
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        let mut request = self.http.request(method, format!("{}{path}", self.base));
        if let Some(bearer) = with.bearer {
            request = request.header("authorization", format!("Bearer {bearer}"));
        }
        if let Some(key) = with.key {
            request = request.header("idempotency-key", key);
        }
        if let Some(origin) = with.origin {
            request = request.header("origin", origin);
        }
        let response = request.body(body).send().await?;
        Ok(Answer {
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            text: response.text().await?,
        })
    }

    /// Sends a request to the reseller API as the demo reseller.
    pub async fn reseller(&self, method: &str, path: &str, body: &Value) -> Answer {
        let with = RequestOptions {
            bearer: Some(RESELLER_KEY),
            ..RequestOptions::default()
        };
        let text = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        self.send(method, &format!("/api/v1{path}"), with, text)
            .await
            .unwrap()
    }

    pub async fn reseller_get(&self, path: &str) -> Answer {
        self.reseller("GET", path, &Value::Null).await
    }

    pub async fn reseller_post(&self, path: &str, body: Value) -> Answer {
        self.reseller("POST", path, &body).await
    }

    /// Sends a POST to the reseller API with an Idempotency-Key.
    pub async fn reseller_keyed(&self, path: &str, key: &str, body: &Value) -> Answer {
        let with = RequestOptions {
            bearer: Some(RESELLER_KEY),
            key: Some(key),
            ..RequestOptions::default()
        };
        let path = format!("/api/v1{path}");
        self.send("POST", &path, with, body.to_string())
            .await
            .unwrap()
    }

    /// Sends a request to the organizations API as the demo parent.
    pub async fn layers(
        &self,
        method: &str,
        path: &str,
        key: Option<&str>,
        body: &Value,
    ) -> Answer {
        let with = RequestOptions {
            bearer: Some(LAYERS_KEY),
            key,
            ..RequestOptions::default()
        };
        let text = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        self.send(method, path, with, text).await.unwrap()
    }

    pub async fn layers_get(&self, path: &str) -> Answer {
        self.layers("GET", path, None, &Value::Null).await
    }

    pub async fn allocate(&self, org: &str, key: &str, body: Value) -> Answer {
        let path = format!("/v1/organizations/{org}/credits/allocate");
        self.layers("POST", &path, Some(key), &body).await
    }

    /// Calls an admin route, which must succeed.
    #[track_caller]
    pub fn admin(&self, method: &str, route: &str, body: Value) -> impl Future<Output = Value> {
        let client = self.clone();
        let (method, path) = (method.to_owned(), format!("/__sandbox/{route}"));
        async move {
            let text = if body.is_null() {
                String::new()
            } else {
                body.to_string()
            };
            client
                .send(&method, &path, RequestOptions::default(), text)
                .await
                .unwrap()
                .ok()
        }
    }

    pub async fn fault(&self, fault: Value) {
        self.admin("POST", "faults", fault).await;
    }

    pub async fn set(&self, changes: Value) {
        self.admin("POST", "set", changes).await;
    }

    /// Reads the ledger, and asserts that it is consistent.
    pub async fn ledger(&self) -> Value {
        self.ledger_page("").await
    }

    pub async fn ledger_page(&self, query: &str) -> Value {
        let ledger = self
            .admin("GET", &format!("ledger{query}"), Value::Null)
            .await;
        let check = &ledger["check"];
        assert_eq!(check["sum_zero"], true, "{check}");
        assert_eq!(check["balances_match_postings"], true, "{check}");
        ledger
    }

    /// Returns an account's balance, as text.
    pub async fn balance(&self, account: &str) -> String {
        let ledger = self.ledger().await;
        let accounts = ledger["accounts"].as_array().unwrap().iter();
        let mut found = accounts.filter(|found| found["name"] == account);
        found.next().unwrap()["balance"]
            .as_str()
            .unwrap()
            .to_owned()
    }

    pub async fn movement_count(&self) -> i64 {
        self.ledger().await["movement_count"].as_i64().unwrap()
    }

    /// Sends bytes over a separate connection, and returns everything that comes back.
    pub async fn raw(&self, request: &str) -> Vec<u8> {
        let address = self.base.strip_prefix("http://").unwrap();
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        // A reset is a valid end too: what matters is what came before it.
        let _ = stream.read_to_end(&mut answer).await;
        answer
    }

    /// Sends a transfer as raw bytes, on a connection that closes after it.
    pub async fn raw_transfer(&self, minutes: u32) -> Vec<u8> {
        let body =
            format!(r#"{{"to_organization_id":4002,"minutes":{minutes},"cost_per_min":0.2}}"#);
        let request = format!(
            "POST /api/v1/reseller/credits/transfer HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n\
             authorization: Bearer {RESELLER_KEY}\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        );
        self.raw(&request).await
    }
}

//! Sends every request to the services.

use crate::browser::clock;
use crate::browser::prefetched;
use crate::client::failure::{Failure, FailureKind, RawResponse};
use crate::config::{Backend, Config};
use crate::session::{Api, Secret, Session};
use crate::units::IdempotencyKey;
use crate::units::clock::Source;
use gloo_net::http::{Method, RequestBuilder, Response};
use std::sync::Arc;
use web_sys::{AbortSignal, ReferrerPolicy, RequestCache, RequestCredentials, RequestRedirect};

/// The header that distinguishes a gateway's own 401 from the service's.
const SIGNED_OUT: &str = "x-signed-out";
/// The status of a redirect that was not followed.
const REDIRECT: u16 = 0;

/// A request to a service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// The service.
    pub api: Api,
    /// The path in the contract, with its leading slash and without the base URL.
    pub path: String,
    /// The query parameters: name and value.
    pub query: Vec<(&'static str, String)>,
    /// The body and the idempotency key of a POST; `None` for a GET.
    pub post: Option<(String, IdempotencyKey)>,
    /// Whether a response that the loader has prefetched is fresh enough: true for data that is only displayed.
    pub allow_prefetched: bool,
}

impl Call {
    /// Returns a GET request.
    pub fn get(api: Api, path: impl Into<String>) -> Self {
        Self {
            api,
            path: path.into(),
            query: Vec::new(),
            post: None,
            allow_prefetched: false,
        }
    }

    /// Returns a POST request. `body` is sent byte for byte as given.
    pub fn post(api: Api, path: impl Into<String>, body: String, key: IdempotencyKey) -> Self {
        Self {
            api,
            path: path.into(),
            query: Vec::new(),
            post: Some((body, key)),
            allow_prefetched: false,
        }
    }
}

/// Joins a base URL and a path of the contract.
pub fn address(base_url: &str, path: &str) -> String {
    format!("{}{path}", base_url.trim_end_matches('/'))
}

/// Sends calls to the configured services with the session's keys.
#[derive(Clone)]
pub struct Client {
    config: Arc<Config>,
    session: Session,
}

impl Client {
    /// Returns a client for this deployment and session.
    pub fn new(config: Arc<Config>, session: Session) -> Self {
        Self { config, session }
    }

    /// The deployment's settings.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// The account whose key is used for `api`.
    pub fn account(&self, api: Api) -> Option<String> {
        self.session.account(api)
    }

    /// Like [`Self::account`], but tracked.
    pub fn tracked_account(&self, api: Api) -> Option<String> {
        self.session.tracked_account(api)
    }

    /// See [`Session::credential_fingerprint`].
    pub fn credential_fingerprint(&self, api: Api) -> Option<String> {
        self.session.credential_fingerprint(api)
    }

    /// See [`Session::set_gateway_account`].
    pub(super) fn set_gateway_account(
        &self,
        api: Api,
        account: Option<String>,
        key_id: Option<String>,
    ) {
        self.session.set_gateway_account(api, account, key_id);
    }

    /// Whether requests to `api` can be made. Tracked.
    pub fn has_access_to(&self, api: Api) -> bool {
        self.session.has_access_to(api)
    }

    /// Whether users type their keys here. Otherwise a gateway adds them.
    pub fn has_typed_keys(&self) -> bool {
        self.session.has_typed_keys()
    }

    /// The configuration of the service of `api`.
    pub fn backend(&self, api: Api) -> Option<&Backend> {
        match api {
            Api::Reseller => self.config.reseller_api.as_ref(),
            Api::Organizations => self.config.organizations_api.as_ref(),
        }
    }

    /// Sends `call` with the session's key and returns the response, whatever its status.
    ///
    /// # Errors
    /// Only a failure without any response: [`FailureKind::SignedOut`], [`FailureKind::Network`],
    /// [`FailureKind::TimedOut`].
    pub(super) async fn send(&self, call: &Call) -> Result<RawResponse, Failure> {
        let secret = self.session.secret(call.api);
        if secret.is_none() && self.session.has_typed_keys() {
            return Err(Failure::unanswered(FailureKind::SignedOut));
        }
        self.send_with(call, secret.as_ref()).await
    }

    /// Sends `call` with the given key instead of the session's.
    ///
    /// # Errors
    /// As [`Self::send`].
    pub(super) async fn send_with(
        &self,
        call: &Call,
        secret: Option<&Secret>,
    ) -> Result<RawResponse, Failure> {
        let backend = self
            .backend(call.api)
            .ok_or_else(|| Failure::unanswered(FailureKind::SignedOut))?;
        let url = address(&backend.base_url, &call.path);
        let source = Source::from(call.api);
        let (response, limit) = match self.prefetched(call, &url).await {
            Some(response) => (response, None),
            None => {
                let departure = clock::depart();
                // Never use `abort("text")`: gloo-net can't handle a rejection that isn't an Error.
                let milliseconds = self.config.timeout_seconds.saturating_mul(1000);
                let limit = AbortSignal::timeout_with_u32(milliseconds);
                let response = self
                    .dispatch(call, &url, secret, &limit)
                    .await
                    .map_err(|error| unanswered(&error, Some(&limit)))?;
                clock::learn_date(source, departure, &response.headers());
                (response, Some(limit))
            }
        };
        let header = |name| response.headers().get(name);
        // The gateway's session has ended: it returns its own 401, or a redirect to its sign-in page, which isn't
        // followed.
        let is_signed_out = response.status() == 401 && header(SIGNED_OUT).is_some();
        if !self.has_typed_keys() && (is_signed_out || response.status() == REDIRECT) {
            self.session.lock();
            return Err(Failure::unanswered(FailureKind::SignedOut));
        }
        let (status, retry_after, request_id) = (
            response.status(),
            header("retry-after").map(|value| clock::seconds_until(source, &value)),
            header("x-request-id"),
        );
        // The time limit covers the body too. A truncated body is no response.
        let body = response.text().await;
        let body = body.map_err(|error| unanswered(&error, limit.as_ref()))?;
        Ok(RawResponse {
            status,
            retry_after,
            request_id,
            body,
        })
    }

    /// Returns the response that the loader has prefetched, if any. It prefetches only if no typed key is needed.
    async fn prefetched(&self, call: &Call, url: &str) -> Option<Response> {
        if !call.allow_prefetched || self.has_typed_keys() {
            return None;
        }
        let query = call.query.iter();
        let query: Vec<_> = query
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        prefetched::take(&format!("{url}?{}", query.join("&"))).await
    }

    async fn dispatch(
        &self,
        call: &Call,
        url: &str,
        secret: Option<&Secret>,
        limit: &AbortSignal,
    ) -> Result<Response, gloo_net::Error> {
        // A key must only be sent to its base URL, so a redirect is an error. A gateway's redirect isn't followed
        // either.
        let (credentials, redirect) = if self.has_typed_keys() {
            (RequestCredentials::Omit, RequestRedirect::Error)
        } else {
            (RequestCredentials::SameOrigin, RequestRedirect::Manual)
        };
        let query = call
            .query
            .iter()
            .map(|(name, value)| (*name, value.as_str()));
        let mut request = RequestBuilder::new(url)
            .query(query)
            .header("accept", "application/json")
            .cache(RequestCache::NoStore)
            .credentials(credentials)
            .redirect(redirect)
            .referrer_policy(ReferrerPolicy::NoReferrer)
            .abort_signal(Some(limit));
        if let Some(secret) = secret {
            request = request.header("authorization", &secret.bearer());
        }
        match &call.post {
            None => request.method(Method::GET).send().await,
            Some((body, key)) => {
                request
                    .method(Method::POST)
                    .header("content-type", "application/json")
                    .header("idempotency-key", key.as_str())
                    .body(body.clone())?
                    .send()
                    .await
            }
        }
    }
}

/// Converts a fetch error. Browsers use different error names for a timeout, so the request's `limit` is checked too.
/// For a prefetched request, the limit isn't known here, so only the name can tell.
fn unanswered(error: &gloo_net::Error, limit: Option<&AbortSignal>) -> Failure {
    let is_timeout =
        matches!(error, gloo_net::Error::JsError(error) if error.name == "TimeoutError");
    Failure::unanswered(if is_timeout || limit.is_some_and(AbortSignal::aborted) {
        FailureKind::TimedOut
    } else {
        FailureKind::Network
    })
}

//! Signs out at a gateway. The gateway ends its session; the portal can only request it.

use crate::browser::storage;
use crate::client::Client;
use web_sys::{AbortSignal, RequestCache, RequestCredentials, RequestRedirect};

/// The storage key that marks a sign-out that the gateway may not have received yet.
const PENDING: &str = "credit-desk.sign-out";

impl Client {
    /// Signs out at the gateway. This browser remembers the sign-out as pending until it succeeds.
    ///
    /// Returns whether the user is signed out.
    pub async fn leave_gateway(&self) -> bool {
        storage::set(PENDING, "1");
        let limit =
            AbortSignal::timeout_with_u32(self.config().timeout_seconds.saturating_mul(1000));
        let response = gloo_net::http::Request::get(self.config().sign_out_path())
            .cache(RequestCache::NoStore)
            .credentials(RequestCredentials::SameOrigin)
            // The redirect leads to the sign-in page, perhaps on another host, which the portal doesn't need.
            .redirect(RequestRedirect::Manual)
            .abort_signal(Some(&limit))
            .send()
            .await;
        // A redirect that isn't followed has the status 0. A 401 means that the gateway asks for a password, so it has
        // dropped the old session.
        let Ok(response) = response else { return false };
        // Retrying doesn't help if the gateway has no such path, so any status below 500 clears the mark.
        if response.status() < 500 {
            storage::remove(PENDING);
        }
        response.ok() || matches!(response.status(), 0 | 401)
    }
}

/// Whether the user signed out in this browser and the gateway may not have received it yet.
pub fn is_leaving_pending() -> bool {
    storage::get(PENDING).is_some()
}

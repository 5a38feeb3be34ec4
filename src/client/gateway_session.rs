//! Leaving a gateway: its session ends on the gateway's own side, and the portal only asks for that.

use crate::browser::storage;
use crate::client::Client;
use web_sys::{AbortSignal, RequestCache, RequestCredentials, RequestRedirect};

/// Notes that somebody signed out here and the gateway may not know yet.
const PENDING: &str = "credit-desk.sign-out";

impl Client {
    /// Signs out at the gateway. Until that has worked, this browser remembers that it is still to be done.
    ///
    /// Returns whether it has.
    pub async fn leave_gateway(&self) -> bool {
        storage::keep(PENDING, "1");
        let limit =
            AbortSignal::timeout_with_u32(self.config().timeout_seconds.saturating_mul(1000));
        let response = gloo_net::http::Request::get(self.config().sign_out_path())
            .cache(RequestCache::NoStore)
            .credentials(RequestCredentials::SameOrigin)
            // The redirect leads to the sign-in page, perhaps on another host. The portal needs nothing from it.
            .redirect(RequestRedirect::Manual)
            .abort_signal(Some(&limit))
            .send()
            .await;
        // A redirect that isn't followed has the status 0, and a gateway that asks for a password has let go of the old one.
        let Ok(response) = response else { return false };
        // A gateway that has no such path won't have one the next time.
        if response.status() < 500 {
            storage::remove(PENDING);
        }
        response.ok() || matches!(response.status(), 0 | 401)
    }
}

/// Whether somebody signed out in this browser and the gateway may not know yet.
pub fn is_leaving_pending() -> bool {
    storage::kept(PENDING).is_some()
}

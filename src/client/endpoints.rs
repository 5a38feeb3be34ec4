//! Typed methods for the endpoints of the contract.

use crate::browser::clock;
use crate::client::failure::{Failure, FailureKind, RawResponse, read};
use crate::client::transport::{Call, Client};
use crate::session::{Api, Secret};
use crate::units::clock::Source;
use crate::units::{IdempotencyKey, OrganizationId, moment_ms};
use crate::wire::{balance, calculate, children, events, logs, organizations, wallet};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// The maximum number of pages of organizations to read, with 200 organizations each.
const MAX_ORGANIZATION_PAGES: usize = 50;

impl Client {
    /// Sends `call` and reads its response.
    ///
    /// # Errors
    /// Any [`Failure`].
    pub async fn ask<T: DeserializeOwned>(&self, call: &Call) -> Result<T, Failure> {
        read(call.api, &self.send(call).await?)
    }

    /// Sends a movement and returns the raw response, because its meaning depends on the movement.
    ///
    /// # Errors
    /// Only a failure without any response.
    pub async fn submit(&self, call: &Call) -> Result<RawResponse, Failure> {
        self.send(call).await
    }

    /// Checks `secret` with the service of `api`. Returns the id of its account, if the service reports it (contract
    /// §1.5: the list that every reseller may read; §3.13).
    ///
    /// # Errors
    /// Any [`Failure`]. An invalid key is [`FailureKind::Unauthorized`]; a valid one without access to this API is
    /// [`FailureKind::Forbidden`].
    pub async fn try_key(&self, api: Api, secret: &Secret) -> Result<Option<String>, Failure> {
        let path = match api {
            Api::Reseller => "/reseller/organizations",
            Api::Organizations => "/v1/whoami",
        };
        let response = self.send_with(&Call::get(api, path), Some(secret)).await?;
        Ok(match api {
            Api::Reseller => {
                let read: children::Response = read(api, &response)?;
                read.reseller_organization.map(|own| own.id.to_string())
            }
            Api::Organizations => {
                let read: organizations::WhoAmI = read(api, &response)?;
                Some(read.organization_id.to_string())
            }
        })
    }

    /// Returns the reseller and its children (contract §1.5).
    ///
    /// # Errors
    /// Any [`Failure`].
    pub async fn children(&self) -> Result<children::Response, Failure> {
        let read: children::Response = self
            .ask(&Call::get(Api::Reseller, "/reseller/organizations"))
            .await?;
        let own = read.reseller_organization.as_ref();
        self.set_gateway_account(Api::Reseller, own.map(|own| own.id.to_string()), None);
        Ok(read)
    }

    /// Returns the account of the key of `api`. A typed key's account has been known since sign-in. Behind a gateway,
    /// this asks the service, because the gateway may use another account's key by now (contract §1.5, §3.13).
    ///
    /// # Errors
    /// Any [`Failure`].
    pub async fn identify(&self, api: Api) -> Result<Option<String>, Failure> {
        if !self.has_typed_keys() {
            match api {
                Api::Reseller => {
                    self.children().await?;
                }
                Api::Organizations => {
                    let call = Call::get(api, "/v1/whoami");
                    let read: organizations::WhoAmI = self.ask(&call).await?;
                    let account = Some(read.organization_id.to_string());
                    self.set_gateway_account(api, account, read.api_key_id);
                }
            }
        }
        Ok(self.account(api))
    }

    /// Returns one of the organization's direct children (contract §3.7).
    ///
    /// # Errors
    /// Any [`Failure`].
    pub async fn organization(
        &self,
        id: &OrganizationId,
    ) -> Result<organizations::Organization, Failure> {
        if !id.is_safe_in_path() {
            return Err(Failure::unanswered(FailureKind::NotFound));
        }
        let path = format!("/v1/organizations/{id}");
        self.ask(&Call::get(Api::Organizations, path)).await
    }

    /// Returns the reseller's balance (contract §1.6).
    ///
    /// # Errors
    /// Any [`Failure`].
    pub async fn balance(&self) -> Result<balance::Response, Failure> {
        self.ask(&Call::get(Api::Reseller, "/account/balance"))
            .await
    }

    /// Returns a page of the credit log (contract §1.4).
    ///
    /// # Errors
    /// Any [`Failure`].
    pub async fn logs(&self, query: Vec<(&'static str, String)>) -> Result<logs::Page, Failure> {
        self.page(query, false).await
    }

    /// Returns a page of the credit log for display only. The response may have been prefetched by the loader seconds
    /// ago.
    ///
    /// # Errors
    /// Any [`Failure`].
    pub async fn logs_to_show(
        &self,
        query: Vec<(&'static str, String)>,
    ) -> Result<logs::Page, Failure> {
        self.page(query, true).await
    }

    async fn page(
        &self,
        query: Vec<(&'static str, String)>,
        allow_prefetched: bool,
    ) -> Result<logs::Page, Failure> {
        let call = Call {
            query,
            allow_prefetched,
            ..Call::get(Api::Reseller, "/reseller/credits/logs")
        };
        let page = self.ask::<logs::Response>(&call).await?.data;
        let dates = page
            .logs
            .iter()
            .filter_map(|row| row.transfer_date.as_deref());
        clock::learn_entries(Source::Reseller, dates.filter_map(moment_ms));
        Ok(page)
    }

    /// Returns the preview of a transfer (contract §1.1).
    ///
    /// # Errors
    /// Any [`Failure`].
    pub async fn preview_transfer(
        &self,
        request: &calculate::TransferPreviewRequest,
        key: IdempotencyKey,
    ) -> Result<calculate::TransferPreview, Failure> {
        self.calculate(request, key).await
    }

    /// Returns the preview of a revert (contract §1.1).
    ///
    /// # Errors
    /// Any [`Failure`].
    pub async fn preview_revert(
        &self,
        request: &calculate::RevertPreviewRequest,
        key: IdempotencyKey,
    ) -> Result<calculate::RevertPreview, Failure> {
        self.calculate(request, key).await
    }

    async fn calculate<T: DeserializeOwned>(
        &self,
        request: &impl Serialize,
        key: IdempotencyKey,
    ) -> Result<T, Failure> {
        let body = serde_json::to_string(request)
            .map_err(|error| Failure::unanswered(FailureKind::Unreadable(error.to_string())))?;
        self.ask(&Call::post(
            Api::Reseller,
            "/reseller/credits/calculate",
            body,
            key,
        ))
        .await
    }

    /// Returns the direct children of the organization, page by page, up to `MAX_ORGANIZATION_PAGES` (contract §3.6).
    ///
    /// # Errors
    /// Any [`Failure`] of any page.
    pub async fn organizations(&self) -> Result<Vec<organizations::Organization>, Failure> {
        let mut all = Vec::new();
        let mut cursor: Option<String> = None;
        for _ in 0..MAX_ORGANIZATION_PAGES {
            let mut call = Call::get(Api::Organizations, "/v1/organizations");
            call.query.push(("limit", "200".to_owned()));
            call.query
                .extend(cursor.take().map(|cursor| ("cursor", cursor)));
            let page: organizations::Page = self.ask(&call).await?;
            all.extend(page.items);
            match page.next_cursor {
                Some(next) => cursor = Some(next),
                None => break,
            }
        }
        Ok(all)
    }

    /// Returns a wallet: the user's own, or a child's (contract §3.2, §3.3).
    ///
    /// # Errors
    /// Any [`Failure`].
    pub async fn wallet(&self, of: Option<&OrganizationId>) -> Result<wallet::Response, Failure> {
        let path = wallet_path(of)?;
        self.ask(&Call::get(Api::Organizations, path)).await
    }

    /// Returns a page of the events of a wallet, newest first: the user's own wallet, or a child's (contract §3.4,
    /// §3.5). `query` has the contract's parameters without the cursor.
    ///
    /// # Errors
    /// Any [`Failure`].
    pub async fn wallet_events(
        &self,
        of: Option<&OrganizationId>,
        mut query: Vec<(&'static str, String)>,
        cursor: Option<String>,
    ) -> Result<events::Page, Failure> {
        let path = format!("{}/events", wallet_path(of)?);
        query.extend(cursor.map(|cursor| ("cursor", cursor)));
        let call = Call {
            query,
            ..Call::get(Api::Organizations, path)
        };
        let page: events::Page = self.ask(&call).await?;
        let dates = page
            .items
            .iter()
            .filter_map(|event| event.created_at.as_deref());
        clock::learn_entries(Source::Organizations, dates.filter_map(moment_ms));
        Ok(page)
    }
}

/// Returns the path of a wallet. An id that isn't safe in a path can't exist, so it is [`FailureKind::NotFound`].
fn wallet_path(of: Option<&OrganizationId>) -> Result<String, Failure> {
    match of {
        None => Ok("/v1/credits".to_owned()),
        Some(id) if id.is_safe_in_path() => Ok(format!("/v1/organizations/{id}/credits")),
        Some(_) => Err(Failure::unanswered(FailureKind::NotFound)),
    }
}

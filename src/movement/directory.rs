//! The clients and organizations that credits can be moved to, and the balances on both sides, as last loaded.

pub mod client_list;

use crate::client::{Client, Remote};
use crate::session::{Api, Session};
use crate::units::OrganizationId;
pub use crate::wire::balance::Response as Balance;
pub use crate::wire::children::{Child, Response as Children};
pub use crate::wire::organizations::Organization;
pub use crate::wire::wallet::Response as Wallet;
use leptos::prelude::*;

/// The balances and organizations that the forms and the overview use.
#[derive(Clone)]
pub struct Directory {
    client: Client,
    session: Session,
    /// The reseller and its children.
    pub children: Remote<Children>,
    /// The reseller's balance.
    pub balance: Remote<Balance>,
    /// The organizations that can be allocated to.
    pub organizations: Remote<Vec<Organization>>,
    /// The user's own wallet.
    pub wallet: Remote<Wallet>,
    /// The wallet of the organization chosen in the allocate form.
    pub child_wallet: Remote<Wallet>,
    child_wallet_of: ArcRwSignal<Option<OrganizationId>>,
}

impl Directory {
    /// Returns an empty directory.
    pub fn new(client: Client, session: Session) -> Self {
        Self {
            client,
            session,
            children: Remote::default(),
            balance: Remote::default(),
            organizations: Remote::default(),
            wallet: Remote::default(),
            child_wallet: Remote::default(),
            child_wallet_of: ArcRwSignal::new(None),
        }
    }

    /// Reloads everything of `api`, if the session can use it.
    pub fn refresh(&self, api: Api) {
        if !untrack(|| self.session.has_access_to(api)) {
            return;
        }
        match api {
            Api::Reseller => {
                self.load_children();
                let client = self.client.clone();
                self.balance.start(async move { client.balance().await });
            }
            Api::Organizations => {
                let client = self.client.clone();
                self.organizations
                    .start(async move { client.organizations().await });
                let client = self.client.clone();
                self.wallet.start(async move { client.wallet(None).await });
                self.load_child_wallet();
            }
        }
    }

    /// Loads the children unless they are loaded or loading. The currency symbol comes only with them.
    pub fn ensure_children(&self) {
        if self.children.is_idle() && untrack(|| self.session.has_access_to(Api::Reseller)) {
            self.load_children();
        }
    }

    fn load_children(&self) {
        let client = self.client.clone();
        self.children.start(async move { client.children().await });
    }

    /// Loads the organizations and wallets unless they are loaded or loading.
    pub fn ensure_wallets(&self) {
        if self.wallet.is_idle() {
            self.refresh(Api::Organizations);
        }
    }

    /// Selects the organization whose wallet is [`Self::child_wallet`], and loads it.
    pub fn select_organization(&self, organization: Option<OrganizationId>) {
        if self
            .child_wallet_of
            .with_untracked(|selected| *selected == organization)
        {
            return;
        }
        self.child_wallet_of.set(organization);
        self.child_wallet.clear();
        self.load_child_wallet();
    }

    fn load_child_wallet(&self) {
        let Some(organization) = self.child_wallet_of.get_untracked() else {
            return;
        };
        let client = self.client.clone();
        self.child_wallet
            .start(async move { client.wallet(Some(&organization)).await });
    }

    /// Clears everything of `api`, for example when the user signs out.
    pub fn clear(&self, api: Api) {
        match api {
            Api::Reseller => {
                self.children.clear();
                self.balance.clear();
            }
            Api::Organizations => {
                self.organizations.clear();
                self.wallet.clear();
                self.child_wallet.clear();
                self.child_wallet_of.set(None);
            }
        }
    }

    /// Whether balances or lists are being loaded. Tracked.
    pub fn is_loading(&self) -> bool {
        self.children.get().is_waiting()
            || self.balance.get().is_waiting()
            || self.organizations.get().is_waiting()
            || self.wallet.get().is_waiting()
    }

    /// The children as last loaded. Tracked.
    pub fn known_children(&self) -> Vec<Child> {
        self.children
            .value()
            .map(|known| known.organizations.clone())
            .unwrap_or_default()
    }

    /// The organizations as last loaded. Tracked.
    pub fn known_organizations(&self) -> Vec<Organization> {
        let known = self.organizations.value();
        known.map(|known| known.to_vec()).unwrap_or_default()
    }

    /// The ledger's currency symbol, if a response included it. Tracked.
    pub fn symbol(&self) -> Option<String> {
        let children = self.children.value()?;
        children
            .organizations
            .iter()
            .find_map(|child| child.reseller_org_balance_currency_symbol.clone())
    }
}

//! Whom credits can be moved to, and the balances on both sides, as last read.

pub mod client_list;

use crate::client::{Client, Remote};
use crate::session::{Api, Session};
use crate::units::OrganizationId;
pub use crate::wire::balance::Response as Balance;
pub use crate::wire::children::{Child, Response as Children};
pub use crate::wire::organizations::Organization;
pub use crate::wire::wallet::Response as Wallet;
use leptos::prelude::*;

/// Everything the forms and the overview know about balances and organizations.
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
    /// One's own wallet.
    pub wallet: Remote<Wallet>,
    /// The wallet of the organization chosen in the allocate form.
    pub child_wallet: Remote<Wallet>,
    child_wallet_of: ArcRwSignal<Option<OrganizationId>>,
}

impl Directory {
    /// Knows nothing yet.
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

    /// Reads everything of `api` again, where its screens can be used.
    pub fn refresh(&self, api: Api) {
        if !untrack(|| self.session.may(api)) {
            return;
        }
        match api {
            Api::Reseller => {
                self.read_children();
                let client = self.client.clone();
                self.balance.start(async move { client.balance().await });
            }
            Api::Organizations => {
                let (one, two) = (self.client.clone(), self.client.clone());
                self.organizations
                    .start(async move { one.organizations().await });
                self.wallet.start(async move { two.wallet(None).await });
                self.read_child_wallet();
            }
        }
    }

    /// Reads the children, unless that was done or is under way: the currency stands with them only.
    pub fn ensure_children(&self) {
        if self.children.is_idle() && untrack(|| self.session.may(Api::Reseller)) {
            self.read_children();
        }
    }

    fn read_children(&self) {
        let client = self.client.clone();
        self.children.start(async move { client.children().await });
    }

    /// Reads the organizations and wallets, unless that was done or is under way.
    pub fn ensure_wallets(&self) {
        if self.wallet.is_idle() {
            self.refresh(Api::Organizations);
        }
    }

    /// Reads the wallet of `organization`, and forgets that of any other.
    pub fn look_at(&self, organization: Option<OrganizationId>) {
        if self
            .child_wallet_of
            .with_untracked(|known| *known == organization)
        {
            return;
        }
        self.child_wallet_of.set(organization);
        self.child_wallet.clear();
        self.read_child_wallet();
    }

    fn read_child_wallet(&self) {
        let Some(organization) = self.child_wallet_of.get_untracked() else {
            return;
        };
        let client = self.client.clone();
        self.child_wallet
            .start(async move { client.wallet(Some(&organization)).await });
    }

    /// Forgets everything of `api`, as when somebody signs out.
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

    /// Whether balances or lists are on their way. Tracked.
    pub fn is_reading(&self) -> bool {
        self.children.get().is_waiting()
            || self.balance.get().is_waiting()
            || self.organizations.get().is_waiting()
            || self.wallet.get().is_waiting()
    }

    /// The children as last read. Tracked.
    pub fn known_children(&self) -> Vec<Child> {
        self.children
            .value()
            .map(|known| known.organizations.clone())
            .unwrap_or_default()
    }

    /// The organizations as last read. Tracked.
    pub fn known_organizations(&self) -> Vec<Organization> {
        let known = self.organizations.value();
        known.map(|known| known.to_vec()).unwrap_or_default()
    }

    /// The ledger's currency symbol, where any answer has named it. Tracked.
    pub fn symbol(&self) -> Option<String> {
        let children = self.children.value()?;
        children
            .organizations
            .iter()
            .find_map(|child| child.reseller_org_balance_currency_symbol.clone())
    }
}

//! Overview: pending transactions, the balances in both systems, the children, the latest log entries and trends.

pub mod children_table;
pub mod recent;
pub mod trends;

use crate::browser::intl;
use crate::client::{FetchState, Load, Operation};
use crate::movement::desk::Desk;
use crate::movement::desk::loader::DeskLoader;
use crate::movement::directory::{Balance, Children, Wallet};
use crate::movement::form::party::organization_choices;
use crate::pages::overview::children_table::ChildrenTable;
use crate::pages::overview::recent::{LatestEntries, OverviewContext, unresolved};
use crate::pages::shared::error_message;
use crate::pages::tools;
use crate::session::{Api, Session};
use crate::ui::figure;
use crate::ui::heading::Heading;
use crate::ui::lazy::{after_paint, lazy_silent};
use crate::ui::link::Link;
use crate::ui::notice::Waiting;
use crate::units::{LabeledValue, Value, titles};
use crate::wire::organizations::Organization;
use leptos::prelude::*;

/// The Overview screen.
#[component]
pub fn Overview() -> impl IntoView {
    let session = expect_context::<Session>();
    let desk = expect_context::<Desk>();
    let (reseller_session, list_session, organizations_session) =
        (session.clone(), session.clone(), session);
    desk.directory.refresh(Api::Reseller);
    desk.directory.refresh(Api::Organizations);
    let (reseller, known, named) = (
        desk.directory.clone(),
        desk.directory.clone(),
        desk.directory.clone(),
    );
    let symbol = Signal::derive(move || named.symbol());
    let organizations = desk.directory.clone();
    let refresh = desk.directory.clone();
    let unresolved = unresolved(&desk);
    let overview = OverviewContext::empty();
    provide_context(overview);
    // Nothing else is fetched until the balances have loaded.
    let directory = desk.directory.clone();
    let settled = Memo::new(move |previous| previous == Some(&true) || !directory.is_loading());
    let settled = after_paint(settled);
    DeskLoader::request_after(settled);
    // The date range depends on the account's zone, which the latest entry reveals.
    let can_load_charts = Memo::new(move |_| settled.get() && overview.is_settled.get());
    let trends = move || can_load_charts.get().then(|| lazy_silent(tools::trends));
    view! {
        <div class="title-row">
            <Heading title="Overview" />
            <button
                type="button"
                class="quiet"
                on:click=move |_| {
                    refresh.refresh(Api::Reseller);
                    refresh.refresh(Api::Organizations);
                    overview.refresh_count.update(|refresh_count| *refresh_count += 1);
                }
            >
                "Refresh"
            </button>
        </div>
        <div class="cards">
            <section class="card">
                <h2>"Pending"</h2>
                {unresolved}
            </section>
            <Show when=move || reseller_session.has_access_to(Api::Reseller)>
                {
                    let balance = reseller.balance.clone();
                    view! {
                        <section class="card">
                            <h2>"Your balance"</h2>
                            {move || load_view(&balance.get(), "Loading", |value| balance_card(value, symbol.get()))}
                        </section>
                    }
                }
            </Show>
            <Show when=move || organizations_session.has_access_to(Api::Organizations)>
                {
                    let (wallet, list) = (organizations.wallet.clone(), organizations.organizations.clone());
                    view! {
                        <section class="card">
                            <h2>"Your wallet"</h2>
                            {move || load_view(&wallet.get(), "Loading", wallet_card)}
                        </section>
                        <section class="card">
                            <h2>"Wallet organizations"</h2>
                            {move || load_view(&list.get(), "Loading", |list| organizations_card(list))}
                        </section>
                    }
                }
            </Show>
            <Show when=move || list_session.has_access_to(Api::Reseller)>
                {
                    let children = known.children.clone();
                    let list = Signal::derive({
                        let children = children.clone();
                        move || children.value()
                    });
                    view! {
                        <section class="card wide">
                            <h2>"Reseller clients"</h2>
                            {move || load_view(&children.get(), "Loading", no_children)}
                            <ChildrenTable children=list symbol=symbol />
                        </section>
                        <section class="card wide">
                            <h2>"Recent transactions"</h2>
                            <LatestEntries symbol=symbol overview=overview />
                        </section>
                        <section class="card wide">
                            <h2>"Trends"</h2>
                            {trends}
                        </section>
                    }
                }
            </Show>
        </div>
    }
}

/// Renders a note if there are no children. If there are any, [`ChildrenTable`] shows them.
fn no_children(children: &Children) -> AnyView {
    let is_empty = children.organizations.is_empty();
    is_empty
        .then(|| view! { <p class="empty">"No clients yet."</p> })
        .into_any()
}

/// Renders a load's state: an error or a loading message, and the last value, dimmed while it is not current.
fn load_view<T>(load: &Load<T>, what: &'static str, show: impl Fn(&T) -> AnyView) -> AnyView {
    let failed = load
        .failure()
        .map(|failure| error_message::failure(failure, Operation::Read));
    let waiting =
        matches!(load.progress, FetchState::Idle | FetchState::Waiting) && load.value.is_none();
    let waiting = waiting.then(|| view! { <Waiting what=what /> });
    let value = load.value.as_deref().map(show);
    view! {
        {failed}
        {waiting}
        <div class:stale=load.progress != FetchState::Ready>{value}</div>
    }
    .into_any()
}

fn balance_card(balance: &Balance, symbol: Option<String>) -> AnyView {
    let mut lines = Vec::new();
    lines.extend(balance.rates_per_minute_usd.map(|rate| LabeledValue {
        label: "Your rate",
        value: Value::PerMinute(rate),
    }));
    lines.extend(
        balance
            .estimated_minutes_remaining
            .map(|minutes| LabeledValue {
                label: "Minutes available",
                value: Value::Minutes(minutes),
            }),
    );
    view! {
        <p class="big">{figure::figure(Value::Money(balance.balance.amount), symbol.as_deref())}</p>
        {figure::lines(&lines, symbol.as_deref())}
    }
    .into_any()
}

fn wallet_card(wallet: &Wallet) -> AnyView {
    let mut lines = vec![LabeledValue {
        label: "Prepaid",
        value: Value::Credits(wallet.prepaid_balance),
    }];
    lines.extend(wallet.included_remaining.map(|credits| LabeledValue {
        label: "Included this period",
        value: Value::Credits(credits),
    }));
    lines.extend(wallet.reserved_credits.map(|credits| LabeledValue {
        label: "Reserved",
        value: Value::Credits(credits),
    }));
    lines.push(LabeledValue {
        label: "Total",
        value: Value::Credits(wallet.balance),
    });
    view! {
        <p class="big">
            {figure::figure(Value::Credits(wallet.available), None)} <span class="unit">" credits available"</span>
        </p>
        {figure::lines(&lines, None)}
    }
    .into_any()
}

/// How many organizations are listed. Fixed, so that the card doesn't grow when the list arrives.
const LISTED: usize = 5;

fn organizations_card(list: &[Organization]) -> AnyView {
    if list.is_empty() {
        return view! { <p class="empty">"No client organizations yet."</p> }.into_any();
    }
    let rows = list
        .iter()
        .zip(titles(&organization_choices(list)))
        .take(LISTED)
        .map(|(org, name)| {
            let status = org.status.clone().unwrap_or_default();
            let title = name.clone();
            view! { <li><span class="text" translate="no" title=title>{name}</span>" "<span class="tag">{status}</span></li> }
        })
        .collect_view();
    let more = list.len().saturating_sub(LISTED);
    let more = (more > 0).then(|| format!("and {} more", intl::count(more)));
    view! {
        <ul class="plain">{rows}</ul>
        <p class="hint">{more}</p>
        <p><Link href="/allocate">"Allocate credits"</Link></p>
    }
    .into_any()
}

//! The overview's table of children, with search, sorting and a flag on low balances.

use crate::browser::intl;
use crate::movement::directory::Children;
use crate::movement::directory::client_list::{ClientRow, LOW, SortBy, client_list};
use crate::ui::field::{Input, TextField};
use crate::ui::figure;
use crate::ui::link::Link;
use crate::ui::sort_head::SortHead;
use crate::units::Value;
use leptos::prelude::*;
use std::sync::Arc;

/// The search appears with more than this many children.
const SEARCH_THRESHOLD: usize = 10;

/// The table, with its summary and search.
#[component]
pub fn ChildrenTable(
    /// The children as loaded.
    #[prop(into)]
    children: Signal<Option<Arc<Children>>>,
    /// The ledger's currency symbol.
    symbol: Signal<Option<String>>,
) -> impl IntoView {
    let search = RwSignal::new(String::new());
    let (sort_by, descending) = (RwSignal::new(SortBy::Name), RwSignal::new(false));
    let clients = Memo::new(move |_| {
        children.with(|known| {
            let all = known.as_ref().map(|known| known.organizations.as_slice());
            client_list(
                all.unwrap_or_default(),
                &search.get(),
                sort_by.get(),
                descending.get(),
            )
        })
    });
    let count = Memo::new(move |_| {
        children.with(|known| known.as_ref().map_or(0, |known| known.organizations.len()))
    });
    let low = Memo::new(move |_| {
        clients.with(|clients| clients.iter().filter(|client| client.is_low()).count())
    });
    let head = move |label: &'static str, column: SortBy, number: bool| {
        let sorted = Signal::derive(move || (sort_by.get() == column).then(|| descending.get()));
        let sort = Callback::new(move |()| {
            let is_same = sort_by.get_untracked() == column;
            descending.set(is_same && !descending.get_untracked());
            sort_by.set(column);
        });
        view! { <SortHead label=label number=number descending=sorted on_sort=sort /> }
    };
    // The count is unknown until the list has loaded.
    let is_known = Memo::new(move |_| children.with(Option::is_some));
    let summary = move || {
        if !is_known.get() {
            return None;
        }
        let (found, count, low) = (clients.with(Vec::len), count.get(), low.get());
        let all = intl::counted(count, "client", "clients");
        let clients = if found == count {
            all
        } else {
            format!("{} of {all}", intl::count(found))
        };
        let low = (low > 0).then(|| format!(", {} low (under {LOW} min)", intl::count(low)));
        Some(format!("{clients}{}", low.unwrap_or_default()))
    };
    view! {
        <div class="bar">
            <p class="total" role="status">{summary}</p>
            {move || (count.get() > SEARCH_THRESHOLD).then(|| view! {
                <TextField id="find-child" label="Search clients" input=Input::Text value=search on_input=Callback::new(move |text| search.set(text)) />
            })}
        </div>
        <div class="scroll" role="region" tabindex="0" aria-label="Reseller clients, table" hidden=move || !is_known.get()>
            <table>
                <caption class="visually-hidden">"Clients with balance, rate and minutes left"</caption>
                <thead>
                    <tr>
                        {head("Name", SortBy::Name, false)}
                        {head("ID", SortBy::Id, true)}
                        {head("Balance", SortBy::Balance, true)}
                        {head("Rate", SortBy::Rate, true)}
                        {head("Minutes left", SortBy::Minutes, true)}
                        <th scope="col"><span class="visually-hidden">"Actions"</span></th>
                    </tr>
                </thead>
                <tbody>
                    {move || {
                        let symbol = symbol.get();
                        clients.with(|clients| clients.iter().map(|client| row(client, symbol.as_deref())).collect_view())
                    }}
                </tbody>
            </table>
        </div>
    }
}

fn row(client: &ClientRow, symbol: Option<&str>) -> AnyView {
    let (id, name) = (client.id, client.name.clone());
    let (to, from, title) = (client.title.clone(), client.title.clone(), name.clone());
    let figure = |value: Option<Value>| value.map(|value| figure::figure(value, symbol));
    let low = client
        .is_low()
        .then(|| view! { " "<span class="tag low">"low"</span> });
    view! {
        <tr class:low=client.is_low()>
            <th scope="row"><span class="text" translate="no" title=title>{name}</span>{low}</th>
            <td class="number">{id.to_string()}</td>
            <td class="number">{figure(client.balance.map(Value::Money))}</td>
            <td class="number">{figure(client.rate.map(Value::PerMinute))}</td>
            <td class="number">{figure(client.minutes.map(Value::Minutes))}</td>
            <td class="row-actions">
                <Link href=format!("/transfer?child={id}")>
                    "Transfer…"<span class="visually-hidden">" to "{to}</span>
                </Link>
                <Link href=format!("/revert?child={id}")>"Revert…"<span class="visually-hidden">" from "{from}</span></Link>
            </td>
        </tr>
    }
    .into_any()
}

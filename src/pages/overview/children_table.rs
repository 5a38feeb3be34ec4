//! The children on the overview: looked through, sorted, the low ones flagged.

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

/// Children from which on a search is offered.
const MANY: usize = 10;

/// The table.
#[component]
pub fn ChildrenTable(
    /// The children as read.
    #[prop(into)]
    children: Signal<Option<Arc<Children>>>,
    /// The ledger's currency symbol.
    symbol: Signal<Option<String>>,
) -> impl IntoView {
    let search = RwSignal::new(String::new());
    let (by, descending) = (RwSignal::new(SortBy::Name), RwSignal::new(false));
    let members = Memo::new(move |_| {
        children.with(|known| {
            let all = known.as_ref().map(|known| known.organizations.as_slice());
            client_list(
                all.unwrap_or_default(),
                &search.get(),
                by.get(),
                descending.get(),
            )
        })
    });
    let count = Memo::new(move |_| {
        children.with(|known| known.as_ref().map_or(0, |known| known.organizations.len()))
    });
    let low = Memo::new(move |_| {
        members.with(|members| members.iter().filter(|member| member.is_low()).count())
    });
    let head = move |label: &'static str, column: SortBy, number: bool| {
        let sorted = Signal::derive(move || (by.get() == column).then(|| descending.get()));
        let sort = Callback::new(move |()| {
            let again = by.get_untracked() == column;
            descending.set(again && !descending.get_untracked());
            by.set(column);
        });
        view! { <SortHead label=label number=number descending=sorted on_sort=sort /> }
    };
    // Before the list is here, nobody knows how many there are.
    let is_known = Memo::new(move |_| children.with(Option::is_some));
    let summary = move || {
        if !is_known.get() {
            return None;
        }
        let (found, count, low) = (members.with(Vec::len), count.get(), low.get());
        let of = if found == count {
            intl::count(count)
        } else {
            format!("{} of {}", intl::count(found), intl::count(count))
        };
        let low =
            (low > 0).then(|| format!(", {} with fewer than {LOW} minutes left", intl::count(low)));
        Some(format!("{of} clients{}", low.unwrap_or_default()))
    };
    view! {
        <div class="bar">
            <p class="total" role="status">{summary}</p>
            {move || (count.get() > MANY).then(|| view! {
                <TextField id="find-child" label="Find a child" input=Input::Text value=search on_input=Callback::new(move |text| search.set(text)) />
            })}
        </div>
        <div class="scroll" role="region" tabindex="0" aria-label="Child organizations, table" hidden=move || !is_known.get()>
            <table>
                <caption class="visually-hidden">"Child organizations with balance, rate and minutes left"</caption>
                <thead>
                    <tr>
                        {head("Name", SortBy::Name, false)}
                        {head("Id", SortBy::Id, true)}
                        {head("Balance", SortBy::Balance, true)}
                        {head("Rate", SortBy::Rate, true)}
                        {head("Minutes left", SortBy::Minutes, true)}
                        <th scope="col"><span class="visually-hidden">"What to do"</span></th>
                    </tr>
                </thead>
                <tbody>
                    {move || {
                        let symbol = symbol.get();
                        members.with(|members| members.iter().map(|member| row(member, symbol.as_deref())).collect_view())
                    }}
                </tbody>
            </table>
        </div>
    }
}

fn row(member: &ClientRow, symbol: Option<&str>) -> AnyView {
    let (id, name) = (member.id, member.name.clone());
    let (to, from, title) = (member.title.clone(), member.title.clone(), name.clone());
    let figure = |value: Option<Value>| value.map(|value| figure::figure(value, symbol));
    let low = member
        .is_low()
        .then(|| view! { " "<span class="tag low">"low"</span> });
    view! {
        <tr class:low=member.is_low()>
            <th scope="row"><span class="text" translate="no" title=title>{name}</span>{low}</th>
            <td class="number">{id.to_string()}</td>
            <td class="number">{figure(member.balance.map(Value::Money))}</td>
            <td class="number">{figure(member.rate.map(Value::PerMinute))}</td>
            <td class="number">{figure(member.minutes.map(Value::Minutes))}</td>
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

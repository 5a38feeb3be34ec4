//! Which rows of the days are shown, in which groups. All of it is done in the browser, on every row of the days.

use crate::log::LogQuery;
use crate::log::filter::{Choices, Filter, KindFilter};
use crate::log::group::Grouping;
use crate::movement::desk::Desk;
use crate::ui::field::{Input, TextField};
use leptos::prelude::*;

/// The filters.
#[component]
pub fn Filters(
    /// The view.
    query: Memo<LogQuery>,
    /// Goes to another view.
    go: Callback<LogQuery>,
    /// What occurs in the rows that were read.
    choices: Memo<Choices>,
) -> impl IntoView {
    let text = RwSignal::new(String::new());
    Effect::new(move |_| text.set(query.get().filter.text.unwrap_or_default()));
    let change = move |change: &dyn Fn(&mut Filter)| {
        let mut view = query.get_untracked();
        change(&mut view.filter);
        go.run(LogQuery { page: 1, ..view });
    };
    // Nothing is filtered while somebody still types.
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let typed = text.get_untracked().trim().to_owned();
        change(&|filter| filter.text = Some(typed.clone()).filter(|text| !text.is_empty()));
    };
    let kinds = Signal::derive(|| {
        KindFilter::ALL
            .map(|kind| (kind.name().to_owned(), kind.label().to_owned()))
            .to_vec()
    });
    let directory = expect_context::<Desk>().directory;
    let children = Signal::derive(move || {
        let mut known = choices.get().children;
        // A page does not name all of them.
        for child in directory.known_children() {
            if known.iter().all(|(id, _)| *id != child.id.0) {
                let name = child.name.unwrap_or_else(|| child.id.to_string());
                known.push((child.id.0, name));
            }
        }
        known.sort_by(|one, two| (&one.1, one.0).cmp(&(&two.1, two.0)));
        with_chosen(
            known
                .into_iter()
                .map(|(id, name)| (id.to_string(), name))
                .collect(),
            query.get().filter.child.map(|child| child.to_string()),
        )
    });
    let named = |names: Vec<String>| names.into_iter().map(|name| (name.clone(), name)).collect();
    let statuses = Signal::derive(move || {
        with_chosen(named(choices.get().statuses), query.get().filter.status)
    });
    let people =
        Signal::derive(move || with_chosen(named(choices.get().people), query.get().filter.person));
    let groups = Signal::derive(|| {
        Grouping::ALL
            .map(|group| (group.name().to_owned(), group.label().to_owned()))
            .to_vec()
    });
    // What is in use is in sight.
    let is_used = query.with_untracked(|view| !view.filter.is_empty() || view.group.is_some());
    let some = |chosen: String| Some(chosen).filter(|chosen| !chosen.is_empty());
    view! {
        <details class="filter-box" prop:open=is_used>
        <summary>"Filter and sums"</summary>
        <form class="filters" on:submit=submit>
            <Choice id="type" label="Type" all="All types" options=kinds
                value=Signal::derive(move || query.get().filter.kind.map(|kind| kind.name().to_owned()))
                on_change=Callback::new(move |name: String| change(&|filter| filter.kind = KindFilter::named(&name))) />
            <Choice id="of-child" label="Child" all="All children" options=children
                value=Signal::derive(move || query.get().filter.child.map(|child| child.to_string()))
                on_change=Callback::new(move |id: String| change(&|filter| filter.child = id.parse().ok())) />
            <Choice id="status" label="Status" all="Any status" options=statuses
                value=Signal::derive(move || query.get().filter.status)
                on_change=Callback::new(move |chosen: String| change(&|filter| filter.status = some(chosen.clone()))) />
            <Choice id="by" label="By" all="Anybody" options=people
                value=Signal::derive(move || query.get().filter.person)
                on_change=Callback::new(move |chosen: String| change(&|filter| filter.person = some(chosen.clone()))) />
            <Choice id="group" label="Sums" all="No sums by group" options=groups
                value=Signal::derive(move || query.get().group.map(|group| group.name().to_owned()))
                on_change=Callback::new(move |name: String| {
                    go.run(LogQuery { group: Grouping::named(&name), ..query.get_untracked() });
                }) />
            <div class="search">
                <TextField id="q" label="Text" input=Input::Text value=text on_input=Callback::new(move |typed| text.set(typed)) />
                <button type="submit">"Search"</button>
            </div>
            <label class="check">
                <input
                    type="checkbox"
                    id="breaks"
                    prop:checked=move || query.get().filter.broken
                    on:change=move |_| change(&|filter| filter.broken = !filter.broken)
                />
                "Only breaks in the chain of balances"
            </label>
            {move || (!query.get().filter.is_empty() || query.get().group.is_some()).then(|| view! {
                <button type="button" on:click=move |_| go.run(LogQuery {
                    filter: Filter::default(),
                    group: None,
                    ..query.get_untracked()
                })>"Clear these"</button>
            })}
            <p class="hint">"The days are asked of the backend. These are applied in your browser, to every row of the days, which are all read for that."</p>
        </form>
        </details>
    }
}

/// The options, with the one that is chosen by a link though it does not occur.
fn with_chosen(
    mut options: Vec<(String, String)>,
    chosen: Option<String>,
) -> Vec<(String, String)> {
    if let Some(chosen) = chosen
        && options.iter().all(|(value, _)| *value != chosen)
    {
        options.push((chosen.clone(), chosen));
    }
    options
}

/// One of several, or all.
#[component]
fn Choice(
    id: &'static str,
    label: &'static str,
    all: &'static str,
    options: Signal<Vec<(String, String)>>,
    value: Signal<Option<String>>,
    on_change: Callback<String>,
) -> impl IntoView {
    let list = move || {
        let chosen = value.get();
        let options = options.get();
        let options = options
            .into_iter()
            .map(|(value, label)| {
                let is = chosen.as_ref() == Some(&value);
                view! { <option value=value prop:selected=is>{label}</option> }
            })
            .collect_view();
        view! {
            <option value="" prop:selected=chosen.is_none()>{all}</option>
            {options}
        }
    };
    view! {
        <div class="field">
            <label for=id>{label}</label>
            <select id=id on:change=move |event| on_change.run(event_target_value(&event))>{list}</select>
        </div>
    }
}

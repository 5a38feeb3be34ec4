//! The log's filters and grouping. Both run in the browser, on every entry of the date range.

use crate::log::filter::{Choices, Filter, KindFilter};
use crate::log::group::Grouping;
use crate::log::query::LogQuery;
use crate::movement::desk::Desk;
use crate::movement::directory::Directory;
use crate::ui::choice::{Choice, options};
use crate::ui::field::{Input, TextField};
use crate::units::{sort, titles};
use leptos::prelude::*;

/// The filter form.
#[component]
pub fn Filters(
    /// The view's query.
    query: Memo<LogQuery>,
    /// Opens another view.
    navigate: Callback<LogQuery>,
    /// The filter choices that occur in the loaded entries.
    choices: Memo<Choices>,
) -> impl IntoView {
    let text = RwSignal::new(String::new());
    Effect::new(move |_| text.set(query.get().filter.text.unwrap_or_default()));
    let change = move |change: &dyn Fn(&mut Filter)| {
        let mut view = query.get_untracked();
        change(&mut view.filter);
        navigate.run(LogQuery { page: 1, ..view });
    };
    // The text applies on submit, not while the user is still typing.
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let typed = text.get_untracked().trim().to_owned();
        change(&|filter| filter.text = Some(typed.clone()).filter(|text| !text.is_empty()));
    };
    let filter_value = move |part: fn(Filter) -> Option<String>| {
        Signal::derive(move || part(query.get().filter).unwrap_or_default())
    };
    let kind = filter_value(|filter| filter.kind.map(|kind| kind.name().to_owned()));
    let child = filter_value(|filter| filter.child.map(|child| child.to_string()));
    let status = filter_value(|filter| filter.status);
    let person = filter_value(|filter| filter.person);
    let group = Signal::derive(move || {
        let group = query.get().group;
        group
            .map(|group| group.name().to_owned())
            .unwrap_or_default()
    });
    let kinds = Signal::derive(|| {
        let all = KindFilter::ALL.map(|kind| (kind.name().to_owned(), kind.label().to_owned()));
        options("All types", all.into(), String::new())
    });
    let groups = Signal::derive(|| {
        let all = Grouping::ALL.map(|group| (group.name().to_owned(), group.label().to_owned()));
        options("None", all.into(), String::new())
    });
    let directory = expect_context::<Desk>().directory;
    let children = Signal::derive(move || {
        let known = known_children(choices.get().children, &directory);
        let known = known.into_iter().map(|(id, name)| (id.to_string(), name));
        options("All clients", known.collect(), child.get())
    });
    let named = |names: Vec<String>| {
        let names = names.into_iter();
        names.map(|name| (name.clone(), name)).collect()
    };
    let statuses =
        Signal::derive(move || options("Any status", named(choices.get().statuses), status.get()));
    let people =
        Signal::derive(move || options("Anyone", named(choices.get().people), person.get()));
    let non_empty = |chosen: String| Some(chosen).filter(|chosen| !chosen.is_empty());
    view! {
            <form class="filters" on:submit=submit>
                <Choice id="type" label="Type" options=kinds selected=kind
                    on_change=Callback::new(move |name: String| change(&|filter| filter.kind = KindFilter::named(&name))) />
                <Choice id="of-child" label="Client" options=children selected=child
                    on_change=Callback::new(move |id: String| change(&|filter| filter.child = id.parse().ok())) />
                <Choice id="status" label="Status" options=statuses selected=status
                    on_change=Callback::new(move |chosen: String| change(&|filter| filter.status = non_empty(chosen.clone()))) />
                <Choice id="by" label="Created by" options=people selected=person
                    on_change=Callback::new(move |chosen: String| change(&|filter| filter.person = non_empty(chosen.clone()))) />
                <Choice id="group" label="Group by" options=groups selected=group
                    on_change=Callback::new(move |name: String| {
                        navigate.run(LogQuery { group: Grouping::named(&name), ..query.get_untracked() });
                    }) />
                <div class="search">
                    <TextField id="q" label="Search" input=Input::Text value=text on_input=Callback::new(move |typed| text.set(typed)) />
                    <button type="submit">"Search"</button>
                </div>
                <label class="check">
                    <input
                        type="checkbox"
                        id="breaks"
                        prop:checked=move || query.get().filter.broken
                        on:change=move |_| change(&|filter| filter.broken = !filter.broken)
                    />
                    "Only balance mismatches"
                </label>
                {move || (!query.get().filter.is_empty() || query.get().group.is_some()).then(|| view! {
                    <button type="button" on:click=move |_| navigate.run(LogQuery {
                        filter: Filter::default(),
                        group: None,
                        ..query.get_untracked()
                    })>"Clear filters"</button>
                })}
                <p class="hint">"Filters load every entry in the date range."</p>
            </form>
    }
}

/// Merges the children of the loaded entries with the directory's, because a page of entries may not include them all.
/// Equal names get their ids added.
fn known_children(mut known: Vec<(i64, String)>, directory: &Directory) -> Vec<(i64, String)> {
    for child in directory.known_children() {
        if known.iter().all(|(id, _)| *id != child.id.0) {
            let name = child.name.unwrap_or_else(|| child.id.to_string());
            known.push((child.id.0, name));
        }
    }
    let named = |(id, name): &(i64, String)| (id.to_string(), Some(name.clone()));
    let named: Vec<_> = known.iter().map(named).collect();
    for (child, title) in known.iter_mut().zip(titles(&named)) {
        child.1 = title;
    }
    sort::sort(&mut known, |a, b| (&a.1, a.0).cmp(&(&b.1, b.0)));
    known
}

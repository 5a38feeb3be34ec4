//! Which rows of the days are shown, in which groups. All of it is done in the browser, on every row of the days.

use crate::log::filter::{Choices, Filter, KindFilter};
use crate::log::group::Grouping;
use crate::log::query::LogQuery;
use crate::movement::desk::Desk;
use crate::movement::directory::Directory;
use crate::ui::choice::{Choice, options};
use crate::ui::field::{Input, TextField};
use crate::units::{sort, titles};
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
    let of_filter = move |part: fn(Filter) -> Option<String>| {
        Signal::derive(move || part(query.get().filter).unwrap_or_default())
    };
    let kind = of_filter(|filter| filter.kind.map(|kind| kind.name().to_owned()));
    let child = of_filter(|filter| filter.child.map(|child| child.to_string()));
    let status = of_filter(|filter| filter.status);
    let person = of_filter(|filter| filter.person);
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
        options("No sums by group", all.into(), String::new())
    });
    let directory = expect_context::<Desk>().directory;
    let children = Signal::derive(move || {
        let known = known_children(choices.get().children, &directory);
        let known = known.into_iter().map(|(id, name)| (id.to_string(), name));
        options("All children", known.collect(), child.get())
    });
    let named = |names: Vec<String>| {
        let names = names.into_iter();
        names.map(|name| (name.clone(), name)).collect()
    };
    let statuses =
        Signal::derive(move || options("Any status", named(choices.get().statuses), status.get()));
    let people =
        Signal::derive(move || options("Anybody", named(choices.get().people), person.get()));
    let some = |chosen: String| Some(chosen).filter(|chosen| !chosen.is_empty());
    view! {
            <form class="filters" on:submit=submit>
                <Choice id="type" label="Type" options=kinds chosen=kind
                    go=Callback::new(move |name: String| change(&|filter| filter.kind = KindFilter::named(&name))) />
                <Choice id="of-child" label="Child" options=children chosen=child
                    go=Callback::new(move |id: String| change(&|filter| filter.child = id.parse().ok())) />
                <Choice id="status" label="Status" options=statuses chosen=status
                    go=Callback::new(move |chosen: String| change(&|filter| filter.status = some(chosen.clone()))) />
                <Choice id="by" label="By" options=people chosen=person
                    go=Callback::new(move |chosen: String| change(&|filter| filter.person = some(chosen.clone()))) />
                <Choice id="group" label="Sums" options=groups chosen=group
                    go=Callback::new(move |name: String| {
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
    }
}

/// The children of the rows and those of the list, which a page need not name. Equal names show their ids.
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
    sort::sort(&mut known, |one, two| (&one.1, one.0).cmp(&(&two.1, two.0)));
    known
}

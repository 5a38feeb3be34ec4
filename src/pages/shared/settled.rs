//! The records of settled transactions that this browser keeps, and a button that deletes them, for shared computers.

use crate::movement::desk::Desk;
use leptos::prelude::*;

/// The number of records and the button that deletes them. Renders nothing if there are none.
#[component]
pub fn Settled() -> impl IntoView {
    let desk = expect_context::<Desk>();
    let was_deleted = RwSignal::new(false);
    move || {
        let desk = desk.clone();
        let text = match desk.settled_count() {
            0 if was_deleted.get() => "Deleted from this browser.".to_owned(),
            0 => return None,
            1 => "This browser keeps a record of 1 settled transaction.".to_owned(),
            count => format!("This browser keeps a record of {count} settled transactions."),
        };
        let button = (desk.settled_count() > 0).then(|| {
            let delete = move |_| {
                was_deleted.set(true);
                desk.forget_settled();
            };
            view! { <button type="button" on:click=delete>"Delete from this computer"</button> }
        });
        Some(view! {
            <section class="settled" aria-label="Saved transactions">
                <p role="status">{text}</p>
                {button}
            </section>
        })
    }
}

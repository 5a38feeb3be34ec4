//! Loads the configuration and mounts the portal.

use credit_desk::app::{App, report_panic};
use credit_desk::config::Config;
use leptos::prelude::*;

fn main() {
    std::panic::set_hook(Box::new(report_panic));
    wasm_bindgen_futures::spawn_local(async {
        let config = Config::fetch().await;
        // The loading screen stays until the portal can replace it.
        mount_to_body(move || view! { <App config=config /> });
        if let Some(boot) = document().get_element_by_id("boot") {
            boot.remove();
        }
    });
}

//! Handing a file to the person.

use js_sys::Array;
use leptos::prelude::*;
use std::time::Duration;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, BlobPropertyBag, HtmlAnchorElement, Url};

/// How long the browser has to take the file before its address is given up.
const TAKEN: Duration = Duration::from_secs(60);

/// Downloads `parts`, one after the other, as a file called `name`. `mime` is its type, such as
/// `text/csv;charset=utf-8`.
pub fn download(name: &str, mime: &str, parts: &[String]) {
    if let Err(error) = offer(name, mime, parts) {
        leptos::logging::error!("{name} could not be downloaded: {error:?}");
    }
}

fn offer(name: &str, mime: &str, parts: &[String]) -> Result<(), JsValue> {
    let parts: Array = parts.iter().map(|part| JsValue::from_str(part)).collect();
    let options = BlobPropertyBag::new();
    options.set_type(mime);
    let blob = Blob::new_with_str_sequence_and_options(&parts, &options)?;
    let address = Url::create_object_url_with_blob(&blob)?;
    let link: HtmlAnchorElement = document().create_element("a")?.unchecked_into();
    link.set_href(&address);
    link.set_download(name);
    link.click();
    // Some browsers read the file only after the click.
    set_timeout(
        move || {
            let _ = Url::revoke_object_url(&address);
        },
        TAKEN,
    );
    Ok(())
}

//! File downloads.

use js_sys::Array;
use leptos::prelude::*;
use std::time::Duration;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, BlobPropertyBag, HtmlAnchorElement, Url};

/// How long the browser has to read the file before its object URL is revoked.
const REVOKE_AFTER: Duration = Duration::from_secs(60);

/// A file being written. The browser keeps its chunks as blobs, because WebAssembly memory never shrinks.
pub struct File(Array);

impl File {
    /// Creates an empty file.
    pub fn new() -> Self {
        Self(Array::new())
    }

    /// Appends a chunk.
    pub fn write(&self, chunk: &str) {
        let text = Array::of1(&JsValue::from_str(chunk));
        match Blob::new_with_str_sequence(&text) {
            Ok(blob) => drop(self.0.push(&blob)),
            Err(error) => leptos::logging::error!("a piece could not be written: {error:?}"),
        }
    }

    /// Downloads the file as `name`. `mime` is its type, such as `text/csv;charset=utf-8`.
    pub fn offer(&self, name: &str, mime: &str) {
        if let Err(error) = self.click(name, mime) {
            leptos::logging::error!("{name} could not be downloaded: {error:?}");
        }
    }

    fn click(&self, name: &str, mime: &str) -> Result<(), JsValue> {
        let options = BlobPropertyBag::new();
        options.set_type(mime);
        let blob = Blob::new_with_blob_sequence_and_options(&self.0, &options)?;
        let url = Url::create_object_url_with_blob(&blob)?;
        let link: HtmlAnchorElement = document().create_element("a")?.unchecked_into();
        link.set_href(&url);
        link.set_download(name);
        link.click();
        // Some browsers read the file only after the click has been handled.
        set_timeout(
            move || {
                let _ = Url::revoke_object_url(&url);
            },
            REVOKE_AFTER,
        );
        Ok(())
    }
}

impl Default for File {
    fn default() -> Self {
        Self::new()
    }
}

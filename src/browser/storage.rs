//! Small values in local storage, such as preferences. Never an API key, an amount or a movement.

use leptos::prelude::window;

/// Returns the value stored under `name`.
pub fn get(name: &str) -> Option<String> {
    window().local_storage().ok()??.get_item(name).ok()?
}

/// Removes the value stored under `name`.
pub fn remove(name: &str) {
    if let Ok(Some(storage)) = window().local_storage() {
        let _ = storage.remove_item(name);
    }
}

/// Stores `value` under `name`. If storage is full or blocked, the value is not remembered; nothing else fails.
pub fn set(name: &str, value: &str) {
    if let Ok(Some(storage)) = window().local_storage() {
        let _ = storage.set_item(name, value);
    }
}

//! Names, normalized for comparison and made safe to show inside other text.

use std::collections::BTreeMap;
use std::sync::OnceLock;

/// Normalizes text to composed characters, such as `e` plus an accent to `é`.
static NORMALIZE: OnceLock<fn(&str) -> String> = OnceLock::new();

/// Sets the function that [`folded`] composes characters with; only the browser has the tables. Later calls have no
/// effect.
pub fn normalize_with(normalize: fn(&str) -> String) {
    let _ = NORMALIZE.set(normalize);
}

/// Normalizes `text` for comparison and search: composed, case-insensitive, and without invisible characters.
pub fn folded(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    fold_into(&mut folded, text);
    folded
}

/// Appends the result of [`folded`] for `text` to `out`.
pub fn fold_into(out: &mut String, text: &str) {
    if text.is_ascii() {
        out.extend(text.chars().map(|c| c.to_ascii_lowercase()));
        return;
    }
    let visible: String = text.chars().filter(|c| !is_invisible(*c)).collect();
    let composed = composed(&visible);
    let lower = composed.chars().flat_map(char::to_lowercase);
    // Uppercase has only one sigma.
    out.extend(lower.map(|c| if c == 'ς' { 'σ' } else { c }));
}

/// Composes the characters of `text`.
fn composed(text: &str) -> String {
    match NORMALIZE.get() {
        Some(normalize) if !text.is_ascii() => normalize(text),
        _ => text.to_owned(),
    }
}

/// Whether `c` is invisible and only affects how its neighbors are displayed: zero-width and directional control
/// characters.
pub(super) fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{206f}' | '\u{feff}')
}

/// Whether `c` belongs to a right-to-left script.
fn is_right_to_left(c: char) -> bool {
    matches!(c, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefe}'
        | '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}')
}

/// Makes `name` safe inside other text: strips control characters that would reorder the text, and isolates
/// right-to-left names. `None` if nothing visible is left.
pub fn inline_name(name: &str) -> Option<String> {
    let is_shown = |c: &char| !is_invisible(*c) && !c.is_control();
    let visible: String = name.chars().filter(is_shown).collect();
    // Composed, because the browser itself compares some names, such as those in a datalist, with what the user types.
    let visible = composed(visible.trim());
    if visible.contains(is_right_to_left) {
        return Some(format!("\u{2068}{visible}\u{2069}"));
    }
    Some(visible).filter(|name| !name.is_empty())
}

/// The id of a client or an organization, and its name if it has one.
pub type Named = (String, Option<String>);

/// Strips from a folded id the parts that users may leave out because they don't distinguish it from other ids.
pub fn plain_id(id: &str) -> &str {
    let number = id.strip_prefix('+').unwrap_or(id);
    if number.bytes().all(|byte| byte.is_ascii_digit()) {
        number.trim_start_matches('0')
    } else {
        id.strip_prefix("org_").unwrap_or(id)
    }
}

/// Counts how often each text, folded, occurs as an id or a name of `parties`.
pub fn tally(parties: &[Named]) -> BTreeMap<String, usize> {
    let mut tally = BTreeMap::new();
    let mut count = |text: &str| *tally.entry(folded(text)).or_default() += 1;
    for (id, name) in parties {
        count(id);
        let id = folded(id);
        let plain = plain_id(&id);
        if plain != id {
            count(plain);
        }
        if let Some(name) = name.as_deref().and_then(inline_name) {
            count(&name);
        }
    }
    tally
}

/// Returns a title for each of `parties`: the name, followed by the id if the name is ambiguous or looks like an id;
/// just the id if there is no name.
pub fn titles(parties: &[Named]) -> Vec<String> {
    let tally = tally(parties);
    let count = |text: &str| tally.get(text).copied().unwrap_or_default();
    let is_ambiguous = |name: &str| {
        let name = folded(name);
        // A name may look like the title of another party.
        let id_suffix = name
            .strip_suffix(')')
            .and_then(|name| name.rsplit_once('('));
        count(&name) > 1
            || id_suffix.is_some_and(|(_, id)| count(id) > 0)
            || name.bytes().all(|byte| byte.is_ascii_digit())
    };
    let title = |(id, name): &Named| match name.as_deref().and_then(inline_name) {
        Some(name) if name != *id && is_ambiguous(&name) => format!("{name} ({id})"),
        Some(name) => name,
        None => id.clone(),
    };
    parties.iter().map(title).collect()
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
pub(crate) mod tests;

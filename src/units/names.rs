//! Names as they are compared, and as they are shown next to other text.

use std::collections::BTreeMap;
use std::sync::OnceLock;

/// Brings equal texts to equal characters, such as `e` and an accent to `é`.
static NORMALIZE: OnceLock<fn(&str) -> String> = OnceLock::new();

/// Sets what [`folded`] composes letters with: only the browser has the tables. Later calls change nothing.
pub fn normalize_with(normalize: fn(&str) -> String) {
    let _ = NORMALIZE.set(normalize);
}

/// `text` as it is compared and searched: in composed letters, without regard to case, and without what nobody can see.
pub fn folded(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    fold_into(&mut folded, text);
    folded
}

/// Appends to `out` what [`folded`] makes of `text`.
pub fn fold_into(out: &mut String, text: &str) {
    if text.is_ascii() {
        out.extend(text.chars().map(|c| c.to_ascii_lowercase()));
        return;
    }
    let visible: String = text.chars().filter(|c| !is_invisible(*c)).collect();
    let composed = composed(&visible);
    let lower = composed.chars().flat_map(char::to_lowercase);
    // Upper case knows only one sigma.
    out.extend(lower.map(|c| if c == 'ς' { 'σ' } else { c }));
}

/// `text` in composed letters.
fn composed(text: &str) -> String {
    match NORMALIZE.get() {
        Some(normalize) if !text.is_ascii() => normalize(text),
        _ => text.to_owned(),
    }
}

/// Whether `c` shows nothing and only changes how its neighbors look: zero-width characters and controls of direction.
pub(super) fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{206f}' | '\u{feff}')
}

/// Whether `c` is written from right to left.
fn is_right_to_left(c: char) -> bool {
    matches!(c, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefe}'
        | '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}')
}

/// `name` for use inside other text: without controls that would reorder it, and isolated where its letters
/// would. A name that nobody could see is none.
pub fn inline_name(name: &str) -> Option<String> {
    let is_shown = |c: &char| !is_invisible(*c) && !c.is_control();
    let visible: String = name.chars().filter(is_shown).collect();
    // What the browser itself compares with what is typed, such as a list of options, is composed like it.
    let visible = composed(visible.trim());
    if visible.contains(is_right_to_left) {
        return Some(format!("\u{2068}{visible}\u{2069}"));
    }
    Some(visible).filter(|name| !name.is_empty())
}

/// The id of a client or an organization, and its name where it has one.
pub type Named = (String, Option<String>);

/// A folded id as it is compared: people may leave out what doesn't tell it from others.
pub fn plain_id(id: &str) -> &str {
    let number = id.strip_prefix('+').unwrap_or(id);
    if number.bytes().all(|byte| byte.is_ascii_digit()) {
        number.trim_start_matches('0')
    } else {
        id.strip_prefix("org_").unwrap_or(id)
    }
}

/// How often each text, folded, is an id or a name of one of `parties`.
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

/// What to call each of `parties`: the name, with the id where the name alone could mean another one or looks like an id;
/// the id where there is no name.
pub fn titles(parties: &[Named]) -> Vec<String> {
    let tally = tally(parties);
    let count = |text: &str| tally.get(text).copied().unwrap_or_default();
    let is_unclear = |name: &str| {
        let name = folded(name);
        // Somebody may be named like another's title.
        let inner = name
            .strip_suffix(')')
            .and_then(|name| name.rsplit_once('('));
        count(&name) > 1
            || inner.is_some_and(|(_, id)| count(id) > 0)
            || name.bytes().all(|byte| byte.is_ascii_digit())
    };
    let title = |(id, name): &Named| match name.as_deref().and_then(inline_name) {
        Some(name) if name != *id && is_unclear(&name) => format!("{name} ({id})"),
        Some(name) => name,
        None => id.clone(),
    };
    parties.iter().map(title).collect()
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
pub(crate) mod tests;

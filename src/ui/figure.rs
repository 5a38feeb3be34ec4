//! Figures on the screen: exact, in the reader's locale, with their unit.

use crate::browser::intl;
use crate::units::{Change, LabeledValue, Value};
use leptos::prelude::*;

/// A figure as text, such as `$59.813`, `$0.20/min`, `734` or `-$1.80`.
pub fn text(value: Value, symbol: Option<&str>) -> String {
    let symbol = symbol.filter(|symbol| is_tame(symbol)).unwrap_or_default();
    let money = |plain: String| match plain.strip_prefix('-') {
        Some(positive) => format!("-{symbol}{}", intl::money(positive)),
        None => format!("{symbol}{}", intl::money(&plain)),
    };
    match value {
        Value::Money(amount) => money(amount.to_string()),
        Value::PerMinute(rate) => format!("{}/min", money(rate.to_string())),
        Value::Minutes(minutes) => intl::count(minutes),
        Value::Credits(credits) => intl::count(credits),
    }
}

/// Whether a currency symbol leaves the figure beside it alone: no digits of its own, nothing that turns the writing
/// round, not without end. One that does not is left out.
fn is_tame(symbol: &str) -> bool {
    let wild = |c: char| {
        c.is_numeric()
            || c.is_control()
            || matches!(c, '-' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}')
    };
    symbol.len() <= 16 && !symbol.contains(wild)
}

/// A figure.
pub fn figure(value: Value, symbol: Option<&str>) -> impl IntoView + use<> {
    view! { <data class="figure" value=value.plain()>{text(value, symbol)}</data> }
}

/// Named figures, one below the other. `id` names the list for tests and styles.
pub fn lines(lines: &[LabeledValue], symbol: Option<&str>) -> AnyView {
    let rows: Vec<_> = lines
        .iter()
        .map(|line| view! { <div><dt>{line.label}</dt><dd>{figure(line.value, symbol)}</dd></div> })
        .collect();
    view! { <dl class="lines">{rows}</dl> }.into_any()
}

/// What the balance of this client or organization is called. A name is the same in every language.
pub fn balance_of(name: String) -> AnyView {
    view! { "Balance of "<span translate="no">{name}</span> }.into_any()
}

/// A balance before and after under its owner's name.
pub fn change(owner: AnyView, change: Option<Change>, symbol: Option<&str>) -> AnyView {
    let figures = change.map(|change| {
        view! {
            <dd class="change">
                <span class="visually-hidden">"before "</span>
                {figure(change.before, symbol)}
                <span class="arrow" aria-hidden="true">" → "</span>
                <span class="visually-hidden">", after "</span>
                <strong>{figure(change.after, symbol)}</strong>
            </dd>
        }
    });
    let unknown = change
        .is_none()
        .then(|| view! { <dd class="unknown">"not known"</dd> });
    view! { <div><dt>{owner}</dt>{figures}{unknown}</div> }.into_any()
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests {
    use super::*;

    #[test]
    fn a_symbol_cannot_change_the_figure_beside_it() {
        for symbol in ["$", "€", "Rs.", "CHF ", "د.إ", "R$", "元"] {
            assert!(is_tame(symbol), "{symbol}");
        }
        // Behind the mark, 61.613 reads as 316.16.
        for symbol in [
            "\u{202e}$",
            "$1",
            "-",
            "٣",
            "\u{2066}$",
            "\u{200f}",
            "$\n",
            "$$$$$$$$$$$$$$$$$",
        ] {
            assert!(!is_tame(symbol), "{symbol}");
        }
    }
}

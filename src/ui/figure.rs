//! Amounts, rates and counts on the screen: exact, in the user's locale, with their unit.

use crate::browser::intl;
use crate::units::{Change, LabeledValue, Value};
use leptos::prelude::*;

/// Formats a value, such as `$59.813`, `$0.20/min`, `734` or `-$1.80`. Omits an unsafe `symbol`.
pub fn text(value: Value, symbol: Option<&str>) -> String {
    let symbol = symbol
        .filter(|symbol| is_safe_symbol(symbol))
        .unwrap_or_default();
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

/// Whether a currency symbol can't change how the number next to it reads: no digits, minus signs, control characters
/// or invisible formatting characters, and at most 16 bytes.
fn is_safe_symbol(symbol: &str) -> bool {
    let is_unsafe = |c: char| {
        c.is_numeric()
            || c.is_control()
            || matches!(c, '-' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}')
    };
    symbol.len() <= 16 && !symbol.contains(is_unsafe)
}

/// A formatted value, with its plain form as the machine-readable value.
pub fn figure(value: Value, symbol: Option<&str>) -> impl IntoView + use<> {
    view! { <data class="figure" value=value.plain()>{text(value, symbol)}</data> }
}

/// Labeled values, one per line.
pub fn lines(lines: &[LabeledValue], symbol: Option<&str>) -> AnyView {
    let rows: Vec<_> = lines
        .iter()
        .map(|line| view! { <div><dt>{line.label}</dt><dd>{figure(line.value, symbol)}</dd></div> })
        .collect();
    view! { <dl class="lines">{rows}</dl> }.into_any()
}

/// The label of the balance of this client or organization. The name is not translated.
pub fn balance_of(name: String) -> AnyView {
    view! { <span translate="no">{name}</span>"'s balance" }.into_any()
}

/// A balance before and after, labeled with its owner. Unknown if there is no `change`.
pub fn change(owner: AnyView, change: Option<Change>, symbol: Option<&str>) -> AnyView {
    let values = change.map(|change| {
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
        .then(|| view! { <dd class="unknown">"Unknown"</dd> });
    view! { <div><dt>{owner}</dt>{values}{unknown}</div> }.into_any()
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests {
    use super::*;

    #[test]
    fn a_currency_symbol_cannot_change_the_amount_next_to_it() {
        for symbol in ["$", "€", "Rs.", "CHF ", "د.إ", "R$", "元"] {
            assert!(is_safe_symbol(symbol), "{symbol}");
        }
        // After the right-to-left override, 61.613 reads as 316.16.
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
            assert!(!is_safe_symbol(symbol), "{symbol}");
        }
    }
}

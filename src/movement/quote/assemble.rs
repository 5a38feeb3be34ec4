//! Pure: assembles a quote from a preview and the balances beside it. A part that couldn't be loaded becomes a caution.

use crate::client::{ErrorMessage, Failure, Operation};
use crate::movement::directory::Wallet;
use crate::movement::quote::{Caution, Quote};
use crate::units::{Amount, Credits, Minutes, Rate};
use crate::wire::calculate::{RevertPreview, TransferPreview};
use crate::wire::children::Child;

/// Assembles the quote of a transfer. `child` is the client in the list, if it is there.
pub fn transfer(
    preview: &TransferPreview,
    minutes: Minutes,
    rate: Rate,
    child: Result<Option<&Child>, &Failure>,
) -> Quote {
    let (listed, failure) = split(child);
    let mut quote = Quote::transfer(preview, minutes, rate, listed.flatten());
    add_missing(&mut quote, "the client's balance", failure);
    quote
}

/// Assembles the quote of a revert.
pub fn revert(
    preview: &RevertPreview,
    minutes: Minutes,
    balance: Result<Option<Amount>, &Failure>,
) -> Quote {
    let (balance, failure) = split(balance);
    let mut quote = Quote::revert(preview, minutes, balance.flatten());
    add_missing(&mut quote, "your balance", failure);
    quote
}

/// Assembles the quote of an allocation. `is_suspended` is the organization's status, or `None` if that isn't needed.
pub fn allocate(
    credits: Credits,
    own: Result<Option<&Wallet>, &Failure>,
    child: Result<Option<&Wallet>, &Failure>,
    is_suspended: Result<bool, &Failure>,
) -> Quote {
    let ((own, own_failure), (child, child_failure)) = (split(own), split(child));
    let (is_suspended, status_failure) = split(is_suspended);
    let mut quote = Quote::allocate(credits, own.flatten(), child.flatten());
    add_missing(&mut quote, "your wallet", own_failure);
    add_missing(&mut quote, "the client's wallet", child_failure);
    add_missing(&mut quote, "the organization's status", status_failure);
    if is_suspended == Some(true) {
        quote.cautions.push(Caution::Suspended);
    }
    quote
}

fn split<T, E>(result: Result<T, E>) -> (Option<T>, Option<E>) {
    match result {
        Ok(value) => (Some(value), None),
        Err(error) => (None, Some(error)),
    }
}

fn add_missing(quote: &mut Quote, what: &str, failure: Option<&Failure>) {
    if let Some(failure) = failure {
        let message = ErrorMessage::of(failure, Operation::Read).text;
        let missing = format!("Couldn't load {what}. {message}");
        quote.cautions.push(Caution::Missing(missing));
    }
}

//! What a person looks for on the page.

mod act;
mod expect;
mod look;

use std::{fmt, panic::Location};

use crate::Desk;

/// Something to look for. Nothing happens until it is told what to do; then it waits until exactly one such thing is there.
///
/// Names are those that a screen reader says. An exact match wins; otherwise a part of the name will do, in any case of letters.
#[derive(Clone, Debug)]
#[must_use]
pub struct Find<'a> {
    desk: &'a Desk,
    what: What,
    name: Option<String>,
    containing: Option<String>,
    nth: Option<usize>,
    within: Option<Box<Find<'a>>>,
    at: &'static Location<'static>,
}

#[derive(Clone, Debug)]
enum What {
    Role(String),
    Field,
    Text(String),
    Css(String),
}

impl Desk {
    /// A button.
    #[track_caller]
    pub fn button(&self, name: &str) -> Find<'_> {
        self.role("button").named(name)
    }

    /// A link.
    #[track_caller]
    pub fn link(&self, name: &str) -> Find<'_> {
        self.role("link").named(name)
    }

    /// A heading of any level.
    #[track_caller]
    pub fn heading(&self, name: &str) -> Find<'_> {
        self.role("heading").named(name)
    }

    /// Anything to fill in or to tick, by its label.
    #[track_caller]
    pub fn field(&self, label: &str) -> Find<'_> {
        Find::new(self, What::Field, Location::caller()).named(label)
    }

    /// Anything of an ARIA role, native or not: `alert`, `status`, `dialog`, `row`, `navigation`, …
    #[track_caller]
    pub fn role(&self, role: &str) -> Find<'_> {
        Find::new(self, What::Role(role.to_owned()), Location::caller())
    }

    /// The innermost thing that shows this text, among others perhaps.
    #[track_caller]
    pub fn text(&self, text: &str) -> Find<'_> {
        Find::new(self, What::Text(text.to_owned()), Location::caller())
    }

    /// Anything by a CSS selector, for what a person has no word for.
    #[track_caller]
    pub fn css(&self, selector: &str) -> Find<'_> {
        Find::new(self, What::Css(selector.to_owned()), Location::caller())
    }
}

impl<'a> Find<'a> {
    fn new(desk: &'a Desk, what: What, at: &'static Location<'static>) -> Self {
        Self {
            desk,
            what,
            name: None,
            containing: None,
            nth: None,
            within: None,
            at,
        }
    }

    /// Only with this accessible name.
    pub fn named(mut self, name: &str) -> Self {
        self.name = Some(name.to_owned());
        self
    }

    /// Only with this text inside.
    pub fn containing(mut self, text: &str) -> Self {
        self.containing = Some(text.to_owned());
        self
    }

    /// Only inside that.
    pub fn within(mut self, outer: &Find<'a>) -> Self {
        self.within = Some(Box::new(outer.clone()));
        self
    }

    /// The one of this number, from 0, where several are expected.
    pub fn nth(mut self, number: usize) -> Self {
        self.nth = Some(number);
        self
    }
}

impl fmt::Display for Find<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.what {
            What::Role(role) => f.write_str(role)?,
            What::Field => f.write_str("field")?,
            What::Text(text) => write!(f, "text {text:?}")?,
            What::Css(selector) => write!(f, "css {selector:?}")?,
        }
        if let Some(name) = &self.name {
            write!(f, " {name:?}")?;
        }
        if let Some(text) = &self.containing {
            write!(f, " containing {text:?}")?;
        }
        if let Some(number) = self.nth {
            write!(f, " number {number}")?;
        }
        if let Some(outer) = &self.within {
            write!(f, " within {outer}")?;
        }
        Ok(())
    }
}

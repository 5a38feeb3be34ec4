//! Locates elements on the page.

mod act;
mod expect;
mod look;

use std::{fmt, panic::Location};

use crate::Desk;

/// A query for an element. It does nothing until a method acts on it, which waits until exactly one element matches.
///
/// Names are accessible names. An exact match wins; otherwise a part of the name matches, ignoring case.
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
    /// Finds a button.
    #[track_caller]
    pub fn button(&self, name: &str) -> Find<'_> {
        self.role("button").named(name)
    }

    /// Finds a link.
    #[track_caller]
    pub fn link(&self, name: &str) -> Find<'_> {
        self.role("link").named(name)
    }

    /// Finds a heading of any level.
    #[track_caller]
    pub fn heading(&self, name: &str) -> Find<'_> {
        self.role("heading").named(name)
    }

    /// Finds an input, select or checkbox by its label.
    #[track_caller]
    pub fn field(&self, label: &str) -> Find<'_> {
        Find::new(self, What::Field, Location::caller()).named(label)
    }

    /// Finds an element by its ARIA role, native or not: `alert`, `status`, `dialog`, `row`, `navigation`, …
    #[track_caller]
    pub fn role(&self, role: &str) -> Find<'_> {
        Find::new(self, What::Role(role.to_owned()), Location::caller())
    }

    /// Finds the innermost element whose text contains this text.
    #[track_caller]
    pub fn text(&self, text: &str) -> Find<'_> {
        Find::new(self, What::Text(text.to_owned()), Location::caller())
    }

    /// Finds an element by a CSS selector, if the user would have no name for it.
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

    /// Only elements with this accessible name.
    pub fn named(mut self, name: &str) -> Self {
        self.name = Some(name.to_owned());
        self
    }

    /// Only elements that contain this text.
    pub fn containing(mut self, text: &str) -> Self {
        self.containing = Some(text.to_owned());
        self
    }

    /// Only elements inside `outer`.
    pub fn within(mut self, outer: &Find<'a>) -> Self {
        self.within = Some(Box::new(outer.clone()));
        self
    }

    /// Only the element with this number, from 0, if several are expected.
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

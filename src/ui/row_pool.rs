//! Rows that are painted rather than rendered: a prototype is copied, and from then on only what has changed is set.
//!
//! A hundred rows are some thousand elements. Made by views, each cell is several objects that come and go with the
//! page; here a row stays, and turning a page sets its texts.

use std::collections::VecDeque;
use std::ops::Range;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, Node};

/// Marks, in a prototype, an element that is filled.
const SLOT: &str = "data-slot";

/// What stands in an element of a row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SlotContent {
    /// Its text. None: what stands in it is left alone.
    pub text: Option<String>,
    /// Its attributes, always the same ones in the same order; without a value it has none.
    pub attributes: Vec<(&'static str, Option<String>)>,
}

impl SlotContent {
    /// A text and nothing else.
    pub fn text(text: impl Into<String>) -> Self {
        Self {
            text: Some(text.into()),
            attributes: Vec::new(),
        }
    }

    /// With one more attribute.
    pub fn with(mut self, name: &'static str, value: Option<String>) -> Self {
        self.attributes.push((name, value));
        self
    }

    /// There, or not.
    pub fn shown(self, shown: bool) -> Self {
        self.with("hidden", (!shown).then(String::new))
    }
}

/// An element of a row, with what stands in it.
struct Slot {
    element: Element,
    /// Holds its text once it has one. It is kept: a text that is put in anew each time is another box to lay out and
    /// another object to clear away.
    text: Option<Node>,
    held: SlotContent,
}

impl Slot {
    fn of(element: Element) -> Self {
        Self {
            element,
            text: None,
            held: SlotContent::default(),
        }
    }

    fn fill(&mut self, filling: SlotContent) {
        if filling.text.is_some() && self.held.text != filling.text {
            let text = filling.text.as_deref();
            if let Some(node) = &self.text {
                node.set_node_value(text);
            } else {
                self.element.set_text_content(text);
                self.text = self.element.first_child();
            }
        }
        for (at, (name, value)) in filling.attributes.iter().enumerate() {
            if self.held.attributes.get(at).map(|(_, held)| held) == Some(value) {
                continue;
            }
            // Neither fails for a name that is one.
            let _ = match value {
                Some(value) => self.element.set_attribute(name, value),
                None => self.element.remove_attribute(name),
            };
        }
        self.held = filling;
    }
}

/// A row that is in the page: itself, then its slots in document order.
struct Row {
    node: Element,
    slots: Vec<Slot>,
}

impl Row {
    fn of(prototype: &Element) -> Result<Self, JsValue> {
        let node: Element = prototype.clone_node_with_deep(true)?.dyn_into()?;
        let found = node.query_selector_all(&format!("[{SLOT}]"))?;
        let inner = (0..found.length()).filter_map(|at| found.item(at)?.dyn_into().ok());
        let slots = std::iter::once(node.clone()).chain(inner);
        let slots = slots.map(Slot::of).collect();
        Ok(Self { node, slots })
    }

    fn fill(&mut self, fillings: Vec<SlotContent>) {
        for (slot, filling) in self.slots.iter_mut().zip(fillings) {
            slot.fill(filling);
        }
    }
}

/// The rows of one table, in their places.
pub struct RowPool {
    prototype: Element,
    /// What comes behind the rows.
    end: Node,
    first: usize,
    rows: VecDeque<Row>,
}

impl RowPool {
    /// No rows yet. They are copies of `prototype` and stand before `end`.
    pub fn new(prototype: Element, end: Node) -> Self {
        Self {
            prototype,
            end,
            first: 0,
            rows: VecDeque::new(),
        }
    }

    /// Shows the rows of these places: `fill` says what stands in a row and in its slots, in document order. Rows that
    /// were there are filled again only where `changed` says that there may be something new.
    ///
    /// # Errors
    /// What the document refused.
    pub fn show(
        &mut self,
        shown: Range<usize>,
        changed: bool,
        fill: &dyn Fn(usize) -> Vec<SlotContent>,
    ) -> Result<(), JsValue> {
        let mut spare = Vec::new();
        if shown.start >= self.end_place() || shown.end <= self.first {
            // All is new: every row stays where it is and gets another place.
            self.first = shown.start;
            while self.end_place() > shown.end {
                spare.extend(self.rows.pop_back());
            }
            self.refill(fill);
        } else {
            while self.first < shown.start {
                spare.extend(self.rows.pop_front());
                self.first += 1;
            }
            while self.end_place() > shown.end {
                spare.extend(self.rows.pop_back());
            }
            if changed {
                self.refill(fill);
            }
        }
        while self.first > shown.start {
            let mut row = self.row(&mut spare)?;
            row.fill(fill(self.first - 1));
            let before = self.rows.front().map_or(&self.end, |row| row.node.as_ref());
            self.put(&row, before)?;
            self.rows.push_front(row);
            self.first -= 1;
        }
        while self.end_place() < shown.end {
            let mut row = self.row(&mut spare)?;
            row.fill(fill(self.end_place()));
            self.put(&row, &self.end)?;
            self.rows.push_back(row);
        }
        spare.iter().for_each(|row| row.node.remove());
        Ok(())
    }

    fn end_place(&self) -> usize {
        self.first + self.rows.len()
    }

    fn refill(&mut self, fill: &dyn Fn(usize) -> Vec<SlotContent>) {
        let first = self.first;
        for (at, row) in self.rows.iter_mut().enumerate() {
            row.fill(fill(first + at));
        }
    }

    fn row(&self, spare: &mut Vec<Row>) -> Result<Row, JsValue> {
        match spare.pop() {
            Some(row) => Ok(row),
            None => Row::of(&self.prototype),
        }
    }

    fn put(&self, row: &Row, before: &Node) -> Result<(), JsValue> {
        if let Some(parent) = self.end.parent_node() {
            parent.insert_before(&row.node, Some(before))?;
        }
        Ok(())
    }
}

impl Drop for RowPool {
    fn drop(&mut self) {
        self.rows.iter().for_each(|row| row.node.remove());
    }
}

/// An element of a prototype.
///
/// # Errors
/// What the document refused.
pub fn element(name: &str, class: &str) -> Result<Element, JsValue> {
    let element = leptos::prelude::document().create_element(name)?;
    if !class.is_empty() {
        element.set_class_name(class);
    }
    Ok(element)
}

/// An element of a prototype that is filled.
///
/// # Errors
/// What the document refused.
pub fn slot(name: &str, class: &str) -> Result<Element, JsValue> {
    let element = element(name, class)?;
    element.set_attribute(SLOT, "")?;
    Ok(element)
}

/// Puts `child` behind what stands in `parent`.
///
/// # Errors
/// What the document refused.
pub fn within(parent: &Element, child: &Element) -> Result<(), JsValue> {
    parent.append_child(child)?;
    Ok(())
}

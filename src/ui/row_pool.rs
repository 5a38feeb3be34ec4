//! A pool of table rows that bypasses views: rows are cloned from a prototype, and updates set only what has changed.
//!
//! A hundred rows are about a thousand elements. With views, each cell is several objects that are created and dropped
//! with the page; here a row stays, and changing the page only sets its texts.

use std::collections::VecDeque;
use std::ops::Range;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, Node};

/// The attribute that marks the elements of a prototype that are filled.
const SLOT: &str = "data-slot";

/// The content of an element of a row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SlotContent {
    /// Its text. `None` leaves the element's content unchanged.
    pub text: Option<String>,
    /// Its attributes, always the same ones in the same order. An attribute without a value is removed.
    pub attributes: Vec<(&'static str, Option<String>)>,
}

impl SlotContent {
    /// A text without attributes.
    pub fn text(text: impl Into<String>) -> Self {
        Self {
            text: Some(text.into()),
            attributes: Vec::new(),
        }
    }

    /// Adds an attribute.
    pub fn with(mut self, name: &'static str, value: Option<String>) -> Self {
        self.attributes.push((name, value));
        self
    }

    /// Shows the element, or hides it with the `hidden` attribute.
    pub fn shown(self, shown: bool) -> Self {
        self.with("hidden", (!shown).then(String::new))
    }
}

/// An element of a row with its content.
struct Slot {
    element: Element,
    /// Its text node, once it has one. The node is reused: a new one for each update would be another box to lay out
    /// and another object to garbage-collect.
    text: Option<Node>,
    content: SlotContent,
}

impl Slot {
    fn new(element: Element) -> Self {
        Self {
            element,
            text: None,
            content: SlotContent::default(),
        }
    }

    fn fill(&mut self, new_content: SlotContent) {
        if new_content.text.is_some() && self.content.text != new_content.text {
            let text = new_content.text.as_deref();
            if let Some(node) = &self.text {
                node.set_node_value(text);
            } else {
                self.element.set_text_content(text);
                self.text = self.element.first_child();
            }
        }
        for (at, (name, value)) in new_content.attributes.iter().enumerate() {
            if self.content.attributes.get(at).map(|(_, old)| old) == Some(value) {
                continue;
            }
            // Neither can fail for a valid attribute name.
            let _ = match value {
                Some(value) => self.element.set_attribute(name, value),
                None => self.element.remove_attribute(name),
            };
        }
        self.content = new_content;
    }
}

/// A row in the page. Its slots are the row itself, then the marked elements in document order.
struct Row {
    node: Element,
    slots: Vec<Slot>,
}

impl Row {
    fn clone_of(prototype: &Element) -> Result<Self, JsValue> {
        let node: Element = prototype.clone_node_with_deep(true)?.dyn_into()?;
        let marked = node.query_selector_all(&format!("[{SLOT}]"))?;
        let marked_elements =
            (0..marked.length()).filter_map(|at| marked.item(at)?.dyn_into().ok());
        let slots = std::iter::once(node.clone()).chain(marked_elements);
        let slots = slots.map(Slot::new).collect();
        Ok(Self { node, slots })
    }

    fn fill(&mut self, contents: Vec<SlotContent>) {
        for (slot, new_content) in self.slots.iter_mut().zip(contents) {
            slot.fill(new_content);
        }
    }
}

/// The rows of a table that are in the page.
pub struct RowPool {
    prototype: Element,
    /// The node after the rows.
    end: Node,
    first: usize,
    rows: VecDeque<Row>,
}

impl RowPool {
    /// Creates an empty pool. Its rows will be clones of `prototype`, inserted before `end`.
    pub fn new(prototype: Element, end: Node) -> Self {
        Self {
            prototype,
            end,
            first: 0,
            rows: VecDeque::new(),
        }
    }

    /// Shows the rows with these indexes. `fill` returns the content of a row and of its slots, in document order. Rows
    /// that are already shown are refilled only if `changed` is set.
    ///
    /// # Errors
    /// If the DOM rejects a change.
    pub fn show(
        &mut self,
        shown: Range<usize>,
        changed: bool,
        fill: &dyn Fn(usize) -> Vec<SlotContent>,
    ) -> Result<(), JsValue> {
        let mut unused = Vec::new();
        if shown.start >= self.end_index() || shown.end <= self.first {
            // Nothing overlaps: reuse every row where it is, with a new index.
            self.first = shown.start;
            while self.end_index() > shown.end {
                unused.extend(self.rows.pop_back());
            }
            self.refill(fill);
        } else {
            while self.first < shown.start {
                unused.extend(self.rows.pop_front());
                self.first += 1;
            }
            while self.end_index() > shown.end {
                unused.extend(self.rows.pop_back());
            }
            if changed {
                self.refill(fill);
            }
        }
        while self.first > shown.start {
            let mut row = self.take_or_create(&mut unused)?;
            row.fill(fill(self.first - 1));
            let before = self.rows.front().map_or(&self.end, |row| row.node.as_ref());
            self.insert(&row, before)?;
            self.rows.push_front(row);
            self.first -= 1;
        }
        while self.end_index() < shown.end {
            let mut row = self.take_or_create(&mut unused)?;
            row.fill(fill(self.end_index()));
            self.insert(&row, &self.end)?;
            self.rows.push_back(row);
        }
        unused.iter().for_each(|row| row.node.remove());
        Ok(())
    }

    fn end_index(&self) -> usize {
        self.first + self.rows.len()
    }

    fn refill(&mut self, fill: &dyn Fn(usize) -> Vec<SlotContent>) {
        let first = self.first;
        for (at, row) in self.rows.iter_mut().enumerate() {
            row.fill(fill(first + at));
        }
    }

    fn take_or_create(&self, unused: &mut Vec<Row>) -> Result<Row, JsValue> {
        match unused.pop() {
            Some(row) => Ok(row),
            None => Row::clone_of(&self.prototype),
        }
    }

    fn insert(&self, row: &Row, before: &Node) -> Result<(), JsValue> {
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

/// Creates an element of a prototype.
///
/// # Errors
/// If the DOM rejects a change.
pub fn element(name: &str, class: &str) -> Result<Element, JsValue> {
    let element = leptos::prelude::document().create_element(name)?;
    if !class.is_empty() {
        element.set_class_name(class);
    }
    Ok(element)
}

/// Creates an element of a prototype that is filled.
///
/// # Errors
/// If the DOM rejects a change.
pub fn slot(name: &str, class: &str) -> Result<Element, JsValue> {
    let element = element(name, class)?;
    element.set_attribute(SLOT, "")?;
    Ok(element)
}

/// Appends `child` to `parent`.
///
/// # Errors
/// If the DOM rejects a change.
pub fn append(parent: &Element, child: &Element) -> Result<(), JsValue> {
    parent.append_child(child)?;
    Ok(())
}

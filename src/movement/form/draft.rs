//! The drafts of the forms, and the movements they describe.

use crate::movement::Movement;
use crate::movement::form::party::{chosen_child, chosen_organization};
use crate::units::{
    Minutes, ParseInputError, Rate, Separators, input_text, parse_credits, parse_minutes,
    parse_rate,
};
use crate::wire::children::Child;
use crate::wire::organizations::Organization;
use std::collections::BTreeMap;

/// The longest description (contract §3.1), in characters.
pub const DESCRIPTION_LIMIT: usize = 500;
/// The maximum number of metadata rows.
pub const METADATA_ROWS: usize = 50;
/// The longest metadata key, in characters.
pub const METADATA_KEY_LIMIT: usize = 40;
/// The longest metadata value, in characters.
pub const METADATA_VALUE_LIMIT: usize = 500;
/// The maximum size of all metadata together, in bytes.
const METADATA_BYTES: usize = 16 * 1024;

/// The Calculate form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CalculateDraft {
    /// Whether a revert is calculated instead of a transfer.
    pub is_revert: bool,
    /// The minutes.
    pub minutes: String,
    /// The rate that a child would be charged. Only for a transfer.
    pub rate: String,
    /// The child, by name or id. Only for a revert.
    pub child: String,
}

/// The transfer form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TransferDraft {
    /// The child, by name or id.
    pub child: String,
    /// The minutes.
    pub minutes: String,
    /// The rate charged to the child.
    pub rate: String,
    /// Whether the user typed the rate; otherwise it follows the chosen child.
    pub rate_is_typed: bool,
}

/// The revert form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RevertDraft {
    /// The child, by name or id.
    pub child: String,
    /// The minutes.
    pub minutes: String,
}

/// Metadata rows as typed: name and value.
pub type Rows = Vec<(String, String)>;

/// The allocate form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AllocateDraft {
    /// The organization, by name or id.
    pub organization: String,
    /// The credits.
    pub credits: String,
    /// The description.
    pub description: String,
    /// Metadata rows, key and value.
    pub metadata: Rows,
}

impl TransferDraft {
    /// Returns the draft that describes `movement`.
    pub fn of(movement: &Movement) -> Self {
        match movement {
            Movement::Transfer {
                child,
                minutes,
                rate,
                ..
            } => Self {
                child: child.to_string(),
                minutes: minutes.to_string(),
                rate: input_text(&rate.to_string(), Separators::PLAIN),
                rate_is_typed: true,
            },
            _ => Self::default(),
        }
    }

    /// Parses the minutes.
    ///
    /// # Errors
    /// What is wrong with them.
    pub fn minutes(&self, separators: Separators) -> Result<Minutes, ParseInputError> {
        parse_minutes(&self.minutes, separators)
    }

    /// Parses the rate.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn rate(&self, separators: Separators) -> Result<Rate, ParseInputError> {
        parse_rate(&self.rate, separators)
    }

    /// Returns the movement, if every field is valid.
    pub fn movement(&self, children: &[Child], separators: Separators) -> Option<Movement> {
        let child = chosen_child(&self.child, children).ok()?;
        Some(Movement::Transfer {
            child: child.id,
            name: child.name,
            minutes: self.minutes(separators).ok()?,
            rate: self.rate(separators).ok()?,
        })
    }
}

impl RevertDraft {
    /// Returns the draft that describes `movement`.
    pub fn of(movement: &Movement) -> Self {
        match movement {
            Movement::Revert { child, minutes, .. } => Self {
                child: child.to_string(),
                minutes: minutes.to_string(),
            },
            _ => Self::default(),
        }
    }

    /// Parses the minutes.
    ///
    /// # Errors
    /// What is wrong with them.
    pub fn minutes(&self, separators: Separators) -> Result<Minutes, ParseInputError> {
        parse_minutes(&self.minutes, separators)
    }

    /// Returns the movement, if every field is valid.
    pub fn movement(&self, children: &[Child], separators: Separators) -> Option<Movement> {
        let child = chosen_child(&self.child, children).ok()?;
        Some(Movement::Revert {
            child: child.id,
            name: child.name,
            minutes: self.minutes(separators).ok()?,
        })
    }
}

impl AllocateDraft {
    /// Returns the draft that describes `movement`.
    pub fn of(movement: &Movement) -> Self {
        match movement {
            Movement::Allocate {
                organization,
                credits,
                description,
                metadata,
                ..
            } => Self {
                organization: organization.to_string(),
                credits: credits.to_string(),
                description: description.clone().unwrap_or_default(),
                metadata: metadata.clone().into_iter().collect(),
            },
            _ => Self::default(),
        }
    }

    /// Parses the credits.
    ///
    /// # Errors
    /// What is wrong with them.
    pub fn credits(
        &self,
        separators: Separators,
    ) -> Result<crate::units::Credits, ParseInputError> {
        parse_credits(&self.credits, separators)
    }

    /// Returns the trimmed description; `None` if it is empty.
    ///
    /// # Errors
    /// A sentence to show at the field if it is too long.
    pub fn description(&self) -> Result<Option<String>, String> {
        let text = self.description.trim();
        let excess = text.chars().count().saturating_sub(DESCRIPTION_LIMIT);
        if excess > 0 {
            let noun = if excess == 1 {
                "character"
            } else {
                "characters"
            };
            return Err(format!("Shorten by {excess} {noun}."));
        }
        Ok((!text.is_empty()).then(|| text.to_owned()))
    }

    /// Returns the metadata without empty rows.
    ///
    /// # Errors
    /// The index of the invalid row, and a sentence to show at it.
    pub fn metadata(&self) -> Result<BTreeMap<String, String>, (usize, String)> {
        let mut map = BTreeMap::new();
        for (row, (key, value)) in self.metadata.iter().enumerate() {
            let key = key.trim();
            if key.is_empty() && value.trim().is_empty() {
                continue;
            }
            let problem = if key.is_empty() {
                Some("Add a label.".to_owned())
            } else if key.chars().count() > METADATA_KEY_LIMIT {
                Some(format!(
                    "Labels can have up to {METADATA_KEY_LIMIT} characters."
                ))
            } else if value.chars().count() > METADATA_VALUE_LIMIT {
                Some(format!(
                    "Values can have up to {METADATA_VALUE_LIMIT} characters."
                ))
            } else if matches!(key, "direction" | "counterpartyOrgId") {
                Some("This label is reserved.".to_owned())
            } else if map.contains_key(key) {
                Some("This label is already used.".to_owned())
            } else {
                None
            };
            if let Some(problem) = problem {
                return Err((row, problem));
            }
            map.insert(key.to_owned(), value.trim().to_owned());
            let bytes: usize = map.iter().map(|(key, value)| key.len() + value.len()).sum();
            if map.len() > METADATA_ROWS || bytes > METADATA_BYTES {
                return Err((row, "Too many details.".to_owned()));
            }
        }
        Ok(map)
    }

    /// Returns the movement, if every field is valid.
    pub fn movement(&self, list: &[Organization], separators: Separators) -> Option<Movement> {
        let (organization, name) = chosen_organization(&self.organization, list).ok()?;
        Some(Movement::Allocate {
            organization,
            name,
            credits: self.credits(separators).ok()?,
            description: self.description().ok()?,
            metadata: self.metadata().ok()?,
        })
    }
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests;

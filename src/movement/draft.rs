//! What stands in the forms, and whether it makes a movement. No DOM: only texts and what they mean.

use super::choice::{Choice, Chosen, choose, labels};
use super::plan::Movement;
use crate::units::{
    ChildId, Minutes, OrganizationId, Rate, Separators, TypedError, typed_credits, typed_minutes,
    typed_rate,
};
use crate::wire::{children::Child, organizations::Organization};
use std::collections::BTreeMap;

/// The longest description (contract §3.1), in characters.
pub const DESCRIPTION_LIMIT: usize = 500;
/// The most metadata rows.
pub const METADATA_ROWS: usize = 50;
/// The longest metadata key, in characters.
pub const METADATA_KEY_LIMIT: usize = 40;
/// The longest metadata value, in characters.
pub const METADATA_VALUE_LIMIT: usize = 500;
/// The backstop for all metadata together, in bytes.
const METADATA_BYTES: usize = 16 * 1024;

/// A child organization that was chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChosenChild {
    /// Its id.
    pub id: ChildId,
    /// Its name, or its id.
    pub name: String,
    /// What the list says about it; nothing for an id that is not in the list.
    pub listed: Option<Child>,
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
    /// Whether a person typed the rate; otherwise it follows the chosen child.
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

/// The children as choices.
pub fn child_choices(children: &[Child]) -> Vec<Choice> {
    children
        .iter()
        .map(|child| Choice {
            id: child.id.to_string(),
            name: child.name.clone(),
        })
        .collect()
}

/// The organizations as choices.
pub fn organization_choices(organizations: &[Organization]) -> Vec<Choice> {
    organizations
        .iter()
        .map(|org| Choice {
            id: org.id.to_string(),
            name: org.name.clone(),
        })
        .collect()
}

/// The child that `text` means.
///
/// # Errors
/// A sentence to show at the field.
pub fn chosen_child(text: &str, children: &[Child]) -> Result<ChosenChild, String> {
    let choices = child_choices(children);
    match choose(text, &choices) {
        Chosen::Listed(place) => {
            let child = &children[place];
            // Where several have one name, the id stays with it, down to the receipt.
            let name = labels(&choices).swap_remove(place);
            Ok(ChosenChild {
                id: child.id,
                name,
                listed: Some(child.clone()),
            })
        }
        Chosen::Unlisted => match text.trim().parse::<i64>() {
            Ok(id) if id > 0 => Ok(ChosenChild {
                id: ChildId(id),
                name: id.to_string(),
                listed: None,
            }),
            _ => Err(
                "No child organization has this name. Choose one from the list, or type its id."
                    .to_owned(),
            ),
        },
        Chosen::Several => Err(
            "Several child organizations have this name. Choose the one with the right id."
                .to_owned(),
        ),
        Chosen::Nothing => Err("Choose a child organization.".to_owned()),
    }
}

/// The organization that `text` means: its id and its name.
///
/// # Errors
/// A sentence to show at the field.
pub fn chosen_organization(
    text: &str,
    list: &[Organization],
) -> Result<(OrganizationId, String), String> {
    let choices = organization_choices(list);
    match choose(text, &choices) {
        Chosen::Listed(place) if !list[place].id.is_safe_in_path() => {
            Err("The backend gave this organization an id that no address can hold.".to_owned())
        }
        Chosen::Listed(place) => Ok((list[place].id.clone(), labels(&choices).swap_remove(place))),
        Chosen::Unlisted => OrganizationId::parse(text.trim())
            .map(|id| (id.clone(), id.to_string()))
            .ok_or_else(|| {
                "No organization has this name. Choose one from the list, or type its id."
                    .to_owned()
            }),
        Chosen::Several => Err(
            "Several organizations have this name. Choose the one with the right id.".to_owned(),
        ),
        Chosen::Nothing => Err("Choose an organization.".to_owned()),
    }
}

impl TransferDraft {
    /// What would ask for `movement`.
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
                rate: rate.to_string(),
                rate_is_typed: true,
            },
            _ => Self::default(),
        }
    }

    /// The minutes as typed.
    ///
    /// # Errors
    /// What is wrong with them.
    pub fn minutes(&self, separators: Separators) -> Result<Minutes, TypedError> {
        typed_minutes(&self.minutes, separators)
    }

    /// The rate as typed.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn rate(&self, separators: Separators) -> Result<Rate, TypedError> {
        typed_rate(&self.rate, separators)
    }

    /// The movement, once every field is good.
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
    /// What would ask for `movement`.
    pub fn of(movement: &Movement) -> Self {
        match movement {
            Movement::Revert { child, minutes, .. } => Self {
                child: child.to_string(),
                minutes: minutes.to_string(),
            },
            _ => Self::default(),
        }
    }

    /// The minutes as typed.
    ///
    /// # Errors
    /// What is wrong with them.
    pub fn minutes(&self, separators: Separators) -> Result<Minutes, TypedError> {
        typed_minutes(&self.minutes, separators)
    }

    /// The movement, once every field is good.
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
    /// What would ask for `movement`.
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

    /// The credits as typed.
    ///
    /// # Errors
    /// What is wrong with them.
    pub fn credits(&self, separators: Separators) -> Result<crate::units::Credits, TypedError> {
        typed_credits(&self.credits, separators)
    }

    /// The description, or what is wrong with it.
    ///
    /// # Errors
    /// A sentence to show at the field.
    pub fn description(&self) -> Result<Option<String>, String> {
        let text = self.description.trim();
        let over = text.chars().count().saturating_sub(DESCRIPTION_LIMIT);
        if over > 0 {
            return Err(format!("The description is {over} characters too long."));
        }
        Ok((!text.is_empty()).then(|| text.to_owned()))
    }

    /// The metadata without its empty rows.
    ///
    /// # Errors
    /// The row that is wrong, and a sentence to show at it.
    pub fn metadata(&self) -> Result<BTreeMap<String, String>, (usize, String)> {
        let mut map = BTreeMap::new();
        for (row, (key, value)) in self.metadata.iter().enumerate() {
            let key = key.trim();
            if key.is_empty() && value.trim().is_empty() {
                continue;
            }
            let wrong = if key.is_empty() {
                Some("Name this row, or clear its value.".to_owned())
            } else if key.chars().count() > METADATA_KEY_LIMIT {
                Some(format!(
                    "A name has at most {METADATA_KEY_LIMIT} characters."
                ))
            } else if value.chars().count() > METADATA_VALUE_LIMIT {
                Some(format!(
                    "A value has at most {METADATA_VALUE_LIMIT} characters."
                ))
            } else if matches!(key, "direction" | "counterpartyOrgId") {
                Some("The backend sets this name itself; choose another.".to_owned())
            } else if map.contains_key(key) {
                Some("This name stands in an earlier row already.".to_owned())
            } else {
                None
            };
            if let Some(wrong) = wrong {
                return Err((row, wrong));
            }
            map.insert(key.to_owned(), value.trim().to_owned());
            let bytes: usize = map.iter().map(|(key, value)| key.len() + value.len()).sum();
            if map.len() > METADATA_ROWS || bytes > METADATA_BYTES {
                return Err((
                    row,
                    "This is more metadata than the backend takes.".to_owned(),
                ));
            }
        }
        Ok(map)
    }

    /// The movement, once every field is good.
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

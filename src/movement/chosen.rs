//! Whom the text of a form's field means: a child, an organization.

use super::choice::{Choice, Chosen, choose, labels};
use crate::units::{ChildId, OrganizationId};
use crate::wire::{children::Child, organizations::Organization};

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

//! Resolves the text of a form field to a child or an organization.

use crate::movement::form::choice::{Chosen, choose, label};
use crate::units::{ChildId, Named, OrganizationId, titles};
use crate::wire::children::Child;
use crate::wire::organizations::Organization;

/// The child organization that was chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChosenChild {
    /// Its id.
    pub id: ChildId,
    /// Its name, or its id.
    pub name: String,
    /// Its entry in the list; `None` for an id that is not in the list.
    pub listed: Option<Child>,
}

/// Returns the children as choices.
pub fn child_choices(children: &[Child]) -> Vec<Named> {
    let choice = |child: &Child| (child.id.to_string(), child.name.clone());
    children.iter().map(choice).collect()
}

/// Returns the organizations as choices.
pub fn organization_choices(organizations: &[Organization]) -> Vec<Named> {
    organizations.iter().map(organization_choice).collect()
}

/// Returns the organizations that can receive credits as choices.
pub fn receiving_choices(organizations: &[Organization]) -> Vec<Named> {
    receiving(organizations).map(organization_choice).collect()
}

fn receiving(organizations: &[Organization]) -> impl Iterator<Item = &Organization> {
    organizations.iter().filter(|org| !org.is_archived())
}

fn organization_choice(org: &Organization) -> Named {
    (org.id.to_string(), org.name.clone())
}

/// Returns the error for a text that matches several choices, at `indexes`.
fn ambiguous(indexes: &[usize], choices: &[Named]) -> String {
    let named: Vec<_> = indexes
        .iter()
        .map(|index| label(&choices[*index]))
        .collect();
    format!(
        "This could mean {}. Choose one from the list.",
        named.join(" or ")
    )
}

/// Returns the child that `text` selects.
///
/// # Errors
/// A sentence to show at the field.
pub fn chosen_child(text: &str, children: &[Child]) -> Result<ChosenChild, String> {
    let choices = child_choices(children);
    match choose(text, &choices) {
        Chosen::Listed(index) => {
            let child = &children[index];
            // If the name is ambiguous, the id stays with it, up to and including the receipt.
            let name = titles(&choices).swap_remove(index);
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
            _ => Err("No match. Pick a client from the list or enter an ID.".to_owned()),
        },
        Chosen::Several(indexes) => Err(ambiguous(&indexes, &choices)),
        Chosen::Nothing => Err("Select a client.".to_owned()),
    }
}

/// Returns the id and the name of the organization that `text` selects.
///
/// # Errors
/// A sentence to show at the field.
pub fn chosen_organization(
    text: &str,
    list: &[Organization],
) -> Result<(OrganizationId, String), String> {
    let open: Vec<_> = receiving(list).collect();
    let choices = receiving_choices(list);
    match choose(text, &choices) {
        Chosen::Listed(index) if !open[index].id.is_safe_in_path() => {
            Err("This organization's ID isn't supported.".to_owned())
        }
        Chosen::Listed(index) => Ok((open[index].id.clone(), titles(&choices).swap_remove(index))),
        Chosen::Unlisted if choose(text, &organization_choices(list)) != Chosen::Unlisted => {
            Err("This organization is archived and can't receive credits.".to_owned())
        }
        Chosen::Unlisted => OrganizationId::parse(text.trim())
            .map(|id| (id.clone(), id.to_string()))
            .ok_or_else(|| {
                "No match. Pick an organization from the list or enter an ID.".to_owned()
            }),
        Chosen::Several(indexes) => Err(ambiguous(&indexes, &choices)),
        Chosen::Nothing => Err("Select an organization.".to_owned()),
    }
}

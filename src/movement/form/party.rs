//! Whom the text of a form's field means: a child, an organization.

use crate::movement::form::choice::{Chosen, choose, label};
use crate::units::{ChildId, Named, OrganizationId, titles};
use crate::wire::children::Child;
use crate::wire::organizations::Organization;

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
pub fn child_choices(children: &[Child]) -> Vec<Named> {
    let choice = |child: &Child| (child.id.to_string(), child.name.clone());
    children.iter().map(choice).collect()
}

/// The organizations as choices.
pub fn organization_choices(organizations: &[Organization]) -> Vec<Named> {
    organizations.iter().map(organization_choice).collect()
}

/// The organizations that can receive credits, as choices.
pub fn receiving_choices(organizations: &[Organization]) -> Vec<Named> {
    receiving(organizations).map(organization_choice).collect()
}

fn receiving(organizations: &[Organization]) -> impl Iterator<Item = &Organization> {
    organizations.iter().filter(|org| !org.is_archived())
}

fn organization_choice(org: &Organization) -> Named {
    (org.id.to_string(), org.name.clone())
}

/// What to say of a text that fits the choices at `places`.
fn several(places: &[usize], choices: &[Named]) -> String {
    let named: Vec<_> = places.iter().map(|place| label(&choices[*place])).collect();
    format!(
        "This could mean {}. Choose one from the list.",
        named.join(" or ")
    )
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
            // Where the name alone is not clear, the id stays with it, down to the receipt.
            let name = titles(&choices).swap_remove(place);
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
        Chosen::Several(places) => Err(several(&places, &choices)),
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
    let open: Vec<_> = receiving(list).collect();
    let choices = receiving_choices(list);
    match choose(text, &choices) {
        Chosen::Listed(place) if !open[place].id.is_safe_in_path() => {
            Err("The backend gave this organization an id that no address can hold.".to_owned())
        }
        Chosen::Listed(place) => Ok((open[place].id.clone(), titles(&choices).swap_remove(place))),
        Chosen::Unlisted if choose(text, &organization_choices(list)) != Chosen::Unlisted => {
            Err("This organization is archived and can't receive credits.".to_owned())
        }
        Chosen::Unlisted => OrganizationId::parse(text.trim())
            .map(|id| (id.clone(), id.to_string()))
            .ok_or_else(|| {
                "No organization has this name. Choose one from the list, or type its id."
                    .to_owned()
            }),
        Chosen::Several(places) => Err(several(&places, &choices)),
        Chosen::Nothing => Err("Choose an organization.".to_owned()),
    }
}

use super::*;
use crate::movement::form::party::chosen_child;
use crate::units::ChildId;

fn beta() -> Vec<Child> {
    serde_json::from_str(r#"[{"id":4002,"name":"Beta Co","cost_per_min":0.2,"org_balance":13}]"#)
        .unwrap()
}

#[test]
fn a_complete_draft_is_a_movement() {
    let draft = TransferDraft {
        child: "beta co".into(),
        minutes: "20".into(),
        rate: "0.20".into(),
        rate_is_typed: false,
    };
    let movement = draft.movement(&beta(), Separators::PLAIN).unwrap();
    assert_eq!(
        movement.body().unwrap(),
        r#"{"to_organization_id":4002,"minutes":20,"cost_per_min":0.2}"#
    );
    let incomplete = TransferDraft {
        minutes: "2,5".into(),
        ..draft
    };
    assert_eq!(incomplete.movement(&beta(), Separators::PLAIN), None);
}

#[test]
fn an_unlisted_id_is_accepted() {
    let chosen = chosen_child("4999", &beta()).unwrap();
    assert_eq!(
        (chosen.id, chosen.name.as_str(), chosen.listed),
        (ChildId(4999), "4999", None)
    );
    for text in ["Gamma", "-4", "0", "99999999999999999999"] {
        assert!(chosen_child(text, &beta()).is_err(), "{text}");
    }
}

#[test]
fn the_limits_of_the_contract_are_enforced() {
    let draft = |description: String, metadata| AllocateDraft {
        organization: "org_d4e5f6a7-8b9c-4d0e-9f2a-3b4c5d6e7f80".into(),
        credits: "5000".into(),
        description,
        metadata,
    };
    let row = |key: &str, value: &str| (key.to_owned(), value.to_owned());
    assert!(
        draft("ä".repeat(500), vec![])
            .movement(&[], Separators::PLAIN)
            .is_some()
    );
    assert!(
        draft("ä".repeat(501), vec![])
            .description()
            .unwrap_err()
            .contains("1 character")
    );
    let checked = |rows| {
        draft(String::new(), rows)
            .metadata()
            .map_err(|(row, _)| row)
    };
    assert_eq!(
        checked(vec![row("a", "1"), row("", "")]).map(|map| map.len()),
        Ok(1)
    );
    assert_eq!(checked(vec![row("a", "1"), row("", "2")]), Err(1));
    assert_eq!(checked(vec![row("a", "1"), row(" a ", "2")]), Err(1));
    assert_eq!(checked(vec![row(&"k".repeat(41), "")]), Err(0));
    assert_eq!(checked(vec![row("k", &"v".repeat(501))]), Err(0));
    assert_eq!(checked(vec![row("direction", "in")]), Err(0));
    assert_eq!(
        checked((0..51).map(|n| row(&n.to_string(), "v")).collect()),
        Err(50)
    );
    assert_eq!(
        checked(
            (0..40)
                .map(|n| row(&n.to_string(), &"v".repeat(500)))
                .collect()
        ),
        Err(32)
    );
}

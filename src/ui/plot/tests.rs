use super::*;

#[test]
fn draws_bars_in_their_slots() {
    let group = BarGroup {
        label: "One".to_owned(),
        slot: (1200, 1200),
        bars: vec![Some((0, 600)), None, Some((500, 200))],
        values: vec![],
    };
    let draw = |index, horizontal, slot| {
        path(
            std::slice::from_ref(&group),
            &[slot],
            (index, 3),
            horizontal,
        )
    };
    let (bottom, left) = (TOP + AREA_HEIGHT, MARGIN + 1300);
    let first_series = format!("M{left} {}h333v600h-333z", bottom - 600);
    assert_eq!(draw(0, false, group.slot), first_series);
    assert_eq!(draw(1, false, group.slot), "");
    assert_eq!(draw(7, false, group.slot), "");
    let horizontal = format!(
        "M{} {}h300v50h-300z",
        MARGIN + 200,
        TOP + LABEL_HEIGHT + 100
    );
    assert_eq!(draw(2, true, (0, HORIZONTAL_SLOT_HEIGHT)), horizontal);
    // Even a slot of one unit shows its bar.
    assert!(draw(0, false, (7, 1)).contains("h1v600"));
}

use super::*;

#[test]
fn bars_stand_in_their_rooms() {
    let group = BarGroup {
        label: "One".to_owned(),
        slot: (1200, 1200),
        bars: vec![Some((0, 600)), None, Some((500, 200))],
        values: vec![],
    };
    let draw = |which, lying, slot| path(std::slice::from_ref(&group), &[slot], (which, 3), lying);
    let (base, left) = (TOP + AREA_HEIGHT, MARGIN + 1300);
    let first = format!("M{left} {}h333v600h-333z", base - 600);
    assert_eq!(draw(0, false, group.slot), first);
    assert_eq!(draw(1, false, group.slot), "");
    assert_eq!(draw(7, false, group.slot), "");
    let lying = format!("M{} {}h300v50h-300z", MARGIN + 200, TOP + LABEL + 100);
    assert_eq!(draw(2, true, (0, LYING)), lying);
    // A slot of one unit still shows its bar.
    assert!(draw(0, false, (7, 1)).contains("h1v600"));
}

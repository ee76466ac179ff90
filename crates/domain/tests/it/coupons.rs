use inviter_domain::coupons::{coupon_code, valid_pattern};
use kernel::SeededEntropy;

#[test]
fn a_pattern_leaves_room_for_chance() {
    for good in ["######", "SPRING-######", "a_b-########"] {
        assert!(valid_pattern(good), "{good}");
    }
    for bad in [
        "",
        "SPRING",
        "SPRING-#####",
        "SPRING ######",
        "Ä######",
        &"#".repeat(65),
    ] {
        assert!(!valid_pattern(bad), "{bad}");
    }
}

#[test]
fn a_coupon_follows_its_pattern() {
    let entropy = SeededEntropy::new(3);
    let first = coupon_code("SPRING-######", &entropy);
    assert!(
        first.starts_with("SPRING-") && first.len() == 13 && !first.contains('#'),
        "{first}"
    );
    assert_ne!(first, coupon_code("SPRING-######", &entropy));
}

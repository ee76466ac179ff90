use std::{
    collections::{BTreeMap, HashSet, VecDeque},
    sync::Mutex,
};

use inviter_domain::{
    codes::{CodeError, generate, normalize, vanity},
    coupons::coupon_code,
};
use kernel::{Entropy, ProblemCode, SeededEntropy};
use proptest::prelude::*;

#[test]
fn look_alikes_case_dashes_and_spaces_do_not_matter() {
    for typed in [
        "LUCKY-100",
        "lucky 100",
        " 1ucky-1oo ",
        "IUCKY1OO",
        "l-u-c-k-y-1-0-0",
    ] {
        assert_eq!(normalize(typed).as_deref(), Ok("1UCKY100"), "{typed}");
    }
}

#[test]
fn hostile_input_is_no_code() {
    let (long, huge) = ("A".repeat(33), "A".repeat(1_000_000));
    let table = [
        ("", CodeError::Length),
        ("-- --", CodeError::Length),
        ("ab", CodeError::Length),
        (long.as_str(), CodeError::Length),
        (huge.as_str(), CodeError::Length),
        ("ABC\0DEF", CodeError::Characters),
        ("ABC\nDEF", CodeError::Characters),
        ("ABC%2FDEF", CodeError::Characters),
        ("../../etc", CodeError::Characters),
        ("' OR 1=1", CodeError::Characters),
        ("ＡＢＣＤ", CodeError::Characters),
        ("ABСD", CodeError::Characters),
        ("ABC\u{202e}DEF", CodeError::Characters),
    ];
    for (typed, error) in table {
        assert_eq!(normalize(typed), Err(error), "{typed:.20}");
    }
}

#[test]
fn vanity_codes_keep_their_looks() {
    let (shown, key) = vanity(" Lucky-Duck ").unwrap();
    assert_eq!((shown.as_str(), key.as_str()), ("Lucky-Duck", "1UCKYDUCK"));
}

#[test]
fn unsuitable_vanity_codes_are_refused() {
    let table = [
        ("a-b", CodeError::Length),
        ("lucky duck", CodeError::Characters),
        ("lücky", CodeError::Characters),
        ("fuckyou", CodeError::Profane),
        ("f-u-c-k", CodeError::Profane),
        ("sh1t", CodeError::Profane),
        ("Admin", CodeError::Reserved),
        ("supp0rt", CodeError::Reserved),
        ("A-P-I", CodeError::Reserved),
    ];
    for (text, error) in table {
        assert_eq!(vanity(text), Err(error), "{text}");
    }
    assert_eq!(CodeError::Profane.code(), ProblemCode::CodeUnsuitable);
}

#[test]
fn the_alphabet_is_used_evenly_and_has_no_look_alikes() {
    // Coupons draw from the same symbols and pass no filter that would take some away.
    let drawn = coupon_code(&"#".repeat(600_000), &SeededEntropy::new(7));
    let mut counts = BTreeMap::<char, u32>::new();
    for symbol in drawn.chars() {
        *counts.entry(symbol).or_default() += 1;
    }
    assert_eq!(counts.len(), 30);
    assert!(
        !counts.keys().any(|symbol| "01OILU".contains(*symbol)),
        "{counts:?}"
    );
    // 20,000 of each expected, give or take 140; a remainder of 256 by 30 would make it 21,100 or 18,750.
    assert!(
        counts
            .values()
            .all(|count| (19_300..20_700).contains(count)),
        "{counts:?}"
    );
}

/// Entropy that makes `generate` spell a text.
#[derive(Debug)]
struct Spelling(Mutex<VecDeque<u8>>);

impl Entropy for Spelling {
    fn fill(&self, buffer: &mut [u8]) {
        let mut bytes = self.0.lock().expect("nobody panics with the lock");
        buffer.fill_with(|| bytes.pop_front().expect("enough bytes"));
    }

    fn count(&self) -> u16 {
        0
    }
}

#[test]
fn a_rude_code_is_made_again() {
    let alphabet = "23456789ABCDEFGHJKMNPQRSTVWXYZ";
    let place = |symbol| u8::try_from(alphabet.find(symbol).unwrap()).unwrap();
    // 250 lies above the largest multiple of 30 and is drawn again.
    let bytes = "WANKERK7M2PQ".chars().map(place);
    let entropy = Spelling(Mutex::new([250].into_iter().chain(bytes).collect()));
    assert_eq!(generate(6, &entropy), "K7M2PQ");
}

#[test]
fn codes_do_not_repeat() {
    let entropy = SeededEntropy::new(1);
    let codes: HashSet<_> = (0..5_000).map(|_| generate(8, &entropy)).collect();
    assert_eq!(codes.len(), 5_000);
}

proptest! {
    #[test]
    fn a_generated_code_is_its_own_key(seed: u64, length in 6_u8..=16, dash in 0_usize..6) {
        let code = generate(length, &SeededEntropy::new(seed));
        prop_assert_eq!(code.len(), usize::from(length));
        let mut typed = code.to_lowercase();
        typed.insert(dash, '-');
        let key = normalize(&typed);
        prop_assert_eq!(key.as_deref(), Ok(code.as_str()));
    }

    #[test]
    fn no_text_makes_normalize_panic_and_keys_are_stable(text in any::<String>()) {
        if let Ok(key) = normalize(&text) {
            prop_assert!((3..=32).contains(&key.len()));
            prop_assert!(key.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit()));
            let again = normalize(&key);
            prop_assert_eq!(again.as_ref(), Ok(&key));
        }
    }

    #[test]
    fn a_vanity_code_is_found_again(text in "[A-Za-z0-9-]{1,40}") {
        if let Ok((shown, key)) = vanity(&text) {
            let found = normalize(&shown);
            prop_assert_eq!(found, Ok(key));
        }
    }
}

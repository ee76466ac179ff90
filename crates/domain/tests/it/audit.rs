use inviter_domain::audit::{AuditEntry, GENESIS, chain, verify};
use serde_json::json;

use crate::made::{day, id};

fn trail() -> Vec<AuditEntry> {
    let mut previous = GENESIS;
    (1..=4)
        .map(|seq| {
            let mut entry = AuditEntry {
                seq,
                project: Some(id(2)),
                at: day(seq),
                actor: "cli".to_owned(),
                action: "program.paused".to_owned(),
                subject: "prg_1".to_owned(),
                detail: json!({ "from": "active", "to": { "b": [1, 2], "a": null } }),
                hash: [0; 32],
            };
            entry.hash = chain(previous, &entry);
            previous = entry.hash;
            entry
        })
        .collect()
}

#[test]
fn an_untouched_trail_holds_also_in_stretches() {
    let trail = trail();
    let last = verify(GENESIS, &trail).unwrap();
    let half = verify(GENESIS, &trail[..2]).unwrap();
    assert_eq!(verify(half, &trail[2..]), Ok(last));
    assert_eq!(last, trail[3].hash);
}

#[test]
fn every_change_is_found_where_it_was_made() {
    let changes: [fn(&mut AuditEntry); 8] = [
        |entry| entry.seq = 7,
        |entry| entry.project = None,
        |entry| entry.at = day(9),
        |entry| entry.actor.push('x'),
        |entry| entry.action.clear(),
        // The boundary between two texts is part of the hash.
        |entry| {
            entry.action.push('p');
            entry.subject.remove(0);
        },
        |entry| entry.detail["to"]["b"][0] = json!(2),
        |entry| entry.hash[0] ^= 1,
    ];
    for (number, change) in changes.into_iter().enumerate() {
        let mut trail = trail();
        change(&mut trail[1]);
        assert_eq!(
            verify(GENESIS, &trail),
            Err(trail[1].seq),
            "change {number}"
        );
    }
}

#[test]
fn a_missing_and_a_moved_entry_are_found() {
    let mut short = trail();
    short.remove(1);
    assert_eq!(verify(GENESIS, &short), Err(3));
    let mut moved = trail();
    moved.swap(1, 2);
    assert_eq!(verify(GENESIS, &moved), Err(3));
}

#[test]
fn the_order_of_keys_does_not_matter() {
    let mut entry = trail().remove(0);
    let before = chain(GENESIS, &entry);
    entry.detail = serde_json::from_str(r#"{"to":{"a":null,"b":[1,2]},"from":"active"}"#).unwrap();
    assert_eq!(chain(GENESIS, &entry), before);
}

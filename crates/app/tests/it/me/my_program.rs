use chrono::TimeDelta;
use domain::{
    programs::ProgramKind,
    referrals::{Event, EventType},
};
use inviter_app::{
    events::ingest_event,
    me::{my_leaderboard, my_progress, my_waitlist},
    programs::{NewProgram, activate_program, create_program},
};
use kernel::{Actor, ProblemCode};
use serde_json::json;

use crate::{
    fixture::{Fixture, event, refusal, settings},
    scene::{credits, units},
};

fn milestone(at: u32) -> serde_json::Value {
    let then =
        json!({ "kind": "milestone", "at": at, "reward": { "type": "badge", "name": "Star" } });
    json!({ "key": "star", "on": "activation", "then": then })
}

#[tokio::test]
async fn members_see_the_leaderboard_and_nobody_on_it() {
    let f = Fixture::new().await;
    let (ada, code) = f.inviter().await;
    f.brings(&code, "ben", "activation").await;
    let ben = f.member("ben").await;
    let as_ada = f.as_actor(Actor::Member(ada.id));
    let board = my_leaderboard(&f.app, &as_ada, f.id(), f.program.id)
        .await
        .unwrap();
    assert_eq!(board.top.len(), 1);
    assert_eq!(
        (board.top[0].rank, board.top[0].qualified, board.top[0].me),
        (1, 1, true)
    );
    assert_eq!(board.around, board.top);
    let as_ben = f.as_actor(Actor::Member(ben.id));
    let board = my_leaderboard(&f.app, &as_ben, f.id(), f.program.id)
        .await
        .unwrap();
    assert!(!board.top[0].me);
    assert!(board.around.is_empty());
    let elsewhere = f.project("other").await.id;
    let strange = my_leaderboard(&f.app, &as_ben, elsewhere, f.program.id).await;
    assert_eq!(refusal(strange), ProblemCode::NotFound);
    let operator = my_leaderboard(&f.app, &f.cli(), f.id(), f.program.id).await;
    assert_eq!(refusal(operator), ProblemCode::Forbidden);
}

#[tokio::test]
async fn members_see_what_they_are_on_the_way_to() {
    let rules = [units("thanks", "activation", "inviter", 5), milestone(2)];
    let f = Fixture::with(json!({ "rules": rules })).await;
    let (ada, code) = f.inviter().await;
    let ctx = f.as_actor(Actor::Member(ada.id));
    f.brings(&code, "ben", "activation").await;
    f.signup(&code, "cem").await.unwrap();
    let rules = my_progress(&f.app, &ctx, f.id(), f.program.id)
        .await
        .unwrap();
    let thanks = serde_json::to_value(&rules[0].per_friend).unwrap();
    assert_eq!((rules[0].rule.as_str(), thanks), ("thanks", credits(5)));
    assert_eq!(rules[0].next, None);
    let star = rules[1].next.as_ref().unwrap();
    assert_eq!((rules[1].have, star.need), (1, 2));
    f.event("activation", "cem").await.unwrap();
    let rules = my_progress(&f.app, &ctx, f.id(), f.program.id)
        .await
        .unwrap();
    assert_eq!((rules[1].have, rules[1].next.is_none()), (2, true));
    let unknown = my_progress(&f.app, &ctx, f.id(), kernel::Id::derived([9; 16])).await;
    assert_eq!(refusal(unknown), ProblemCode::NotFound);
}

#[tokio::test]
async fn members_see_their_place_in_a_waitlist() {
    let f = Fixture::new().await;
    let new = NewProgram {
        slug: "beta".to_owned(),
        kind: ProgramKind::Waitlist,
        settings: settings(json!({ "waitlist": { "move_up": 3 } })),
    };
    let beta = create_program(&f.app, &f.cli(), f.id(), new).await.unwrap();
    let draft = f.member("early").await;
    let draft = f.as_actor(Actor::Member(draft.id));
    let hidden = my_waitlist(&f.app, &draft, f.id(), beta.id).await;
    assert_eq!(refusal(hidden), ProblemCode::NotFound);
    activate_program(&f.app, &f.cli(), f.id(), beta.id)
        .await
        .unwrap();
    for name in ["one", "two"] {
        f.clock.advance(TimeDelta::seconds(1));
        let join = Event {
            program: Some("beta".to_owned()),
            ..event(EventType::Signup, name)
        };
        ingest_event(&f.app, &f.cli(), f.id(), join).await.unwrap();
    }
    let two = f.member("two").await;
    let ctx = f.as_actor(Actor::Member(two.id));
    let place = my_waitlist(&f.app, &ctx, f.id(), beta.id).await.unwrap();
    assert_eq!((place.position, place.ahead, place.invited), (2, 1, 0));
    assert_eq!((place.move_up, place.moved), (3, 0));
}

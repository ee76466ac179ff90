//! Statistics, leaderboard, waitlist.

use chrono::NaiveDate;
use domain::{
    programs::ProgramKind,
    referrals::{Event, EventType},
};
use inviter_app::{
    programs::{NewProgram, activate_program, create_program},
    stats::{StatsQuery, channels, funnel, leaderboard, neighbourhood, series},
    waitlist::position,
};
use kernel::{Actor, MemberId, ProblemCode};
use serde_json::json;

use crate::{
    fixture::{Fixture, event, refusal, settings, wrong_fields},
    scene::units,
};

fn may(day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 5, day).unwrap()
}

#[tokio::test]
async fn days_and_channels_are_told_apart() {
    let f = Fixture::with(json!({ "rules": [units("thanks", "activation", "inviter", 1)] })).await;
    let (_, code) = f.inviter().await;
    for (friend, channel) in [("ben", "wechat"), ("cem", "wechat"), ("dee", "poster")] {
        let mut sign_up = Event {
            code: Some(code.text.clone()),
            ..event(EventType::Signup, friend)
        };
        sign_up
            .properties
            .insert("channel".to_owned(), json!(channel));
        f.tell(sign_up).await.unwrap();
        f.days_pass(1);
    }
    f.event("activation", "cem").await.unwrap();
    f.follow().await;
    let (app, ctx) = (&f.app, f.cli());
    let query = StatsQuery {
        program: Some(f.program.id),
        from: may(1),
        to: may(5),
    };
    let days = series(app, &ctx, f.id(), query).await.unwrap();
    let figures: Vec<_> = days
        .iter()
        .map(|day| (day.sign_ups, day.qualified, day.rewarded))
        .collect();
    assert_eq!(
        figures,
        [(1, 0, 0), (1, 0, 0), (1, 0, 0), (0, 1, 1), (0, 0, 0)]
    );
    let channels = channels(app, &ctx, f.id(), query).await.unwrap();
    let figures: Vec<_> = channels
        .iter()
        .map(|each| (each.name.as_str(), each.sign_ups, each.qualified))
        .collect();
    assert_eq!(figures, [("wechat", 2, 1), ("poster", 1, 0)]);
    let short = StatsQuery {
        from: may(2),
        to: may(3),
        ..query
    };
    let funnel = funnel(app, &ctx, f.id(), short).await.unwrap();
    assert_eq!(
        (funnel.sign_ups, funnel.qualified, funnel.grants),
        (2, 0, 0)
    );
    let backwards = StatsQuery {
        from: may(3),
        to: may(2),
        ..query
    };
    assert_eq!(
        wrong_fields(series(app, &ctx, f.id(), backwards).await),
        ["to"]
    );
}

/// Five inviters, who joined one after the other, with 3, 1, 2, 2 and 0 qualified referrals.
async fn ranked() -> (Fixture, Vec<MemberId>) {
    let f = Fixture::with(json!({})).await;
    let mut ids = Vec::new();
    for (place, friends) in [3, 1, 2, 2, 0].into_iter().enumerate() {
        f.days_pass(1);
        let inviter = f.member(&format!("inviter-{place}")).await;
        let code = f.code(&inviter).await;
        for friend in 0..friends {
            f.brings(&code, &format!("friend-{place}-{friend}"), "activation")
                .await;
        }
        ids.push(inviter.id);
    }
    (f, ids)
}

#[tokio::test]
async fn the_leaderboard_masks_names_and_ranks_who_came_first_before_others() {
    let (f, ids) = ranked().await;
    let (ctx, program) = (f.cli(), f.program.id);
    let board = leaderboard(&f.app, &ctx, f.id(), program, 10)
        .await
        .unwrap();
    let places: Vec<_> = board
        .iter()
        .map(|place| (place.rank, place.member, place.qualified))
        .collect();
    assert_eq!(
        places,
        [
            (1, ids[0], 3),
            (2, ids[2], 2),
            (3, ids[3], 2),
            (4, ids[1], 1)
        ]
    );
    assert!(
        board.iter().all(|leader| leader.name == "•••"),
        "nobody has a name"
    );

    let own = f.as_actor(Actor::Member(ids[0]));
    assert_eq!(
        leaderboard(&f.app, &own, f.id(), program, 1)
            .await
            .unwrap()
            .len(),
        1
    );
    let other = f.project("other").await;
    let answer = leaderboard(&f.app, &own, other.id, program, 1).await;
    assert_eq!(refusal(answer), ProblemCode::NotFound);
}

#[tokio::test]
async fn members_see_their_own_neighbourhood() {
    let (f, ids) = ranked().await;
    let around = async |of: usize| {
        let ctx = f.as_actor(Actor::Member(ids[of]));
        let around = neighbourhood(&f.app, &ctx, f.id(), f.program.id, ids[of])
            .await
            .unwrap();
        around
            .into_iter()
            .map(|place| (place.rank, place.member))
            .collect::<Vec<_>>()
    };
    assert_eq!(around(0).await, [(1, ids[0]), (2, ids[2]), (3, ids[3])]);
    assert_eq!(
        around(3).await,
        [(1, ids[0]), (2, ids[2]), (3, ids[3]), (4, ids[1])]
    );
    assert_eq!(around(1).await, [(2, ids[2]), (3, ids[3]), (4, ids[1])]);
    assert_eq!(around(4).await, []);
    let own = f.as_actor(Actor::Member(ids[0]));
    let answer = neighbourhood(&f.app, &own, f.id(), f.program.id, ids[1]).await;
    assert_eq!(refusal(answer), ProblemCode::Forbidden);
}

#[tokio::test]
async fn whoever_invites_moves_up_the_queue() {
    let f = Fixture::new().await;
    let (app, ctx) = (&f.app, f.cli());
    let new = NewProgram {
        slug: "queue".to_owned(),
        kind: ProgramKind::Waitlist,
        settings: settings(json!({ "waitlist": { "move_up": 2 } })),
    };
    let queue = create_program(app, &ctx, f.id(), new).await.unwrap();
    activate_program(app, &ctx, f.id(), queue.id).await.unwrap();
    let joins = async |who: &str, code: Option<String>| {
        let event = Event {
            program: Some("queue".to_owned()),
            code,
            ..event(EventType::Signup, who)
        };
        f.tell(event).await.unwrap().outcome.member
    };
    let mut ids = Vec::new();
    for who in ["one", "two", "three", "four"] {
        ids.push(joins(who, None).await);
    }
    let places = async || {
        let mut places = Vec::new();
        for id in &ids {
            places.push(
                position(app, &ctx, f.id(), queue.id, *id)
                    .await
                    .unwrap()
                    .position,
            );
        }
        places
    };
    assert_eq!(places().await, [1, 2, 3, 4]);
    let link = inviter_app::codes::link_of_member(app, &ctx, f.id(), queue.id, ids[3])
        .await
        .unwrap();
    joins("five", Some(link.code.text)).await;
    assert_eq!(
        places().await,
        [1, 3, 4, 2],
        "two places up, before whoever stood there"
    );
    let four = position(app, &ctx, f.id(), queue.id, ids[3]).await.unwrap();
    assert_eq!((four.ahead, four.invited), (1, 1));
    assert_eq!(
        refusal(position(app, &ctx, f.id(), f.program.id, ids[0]).await),
        ProblemCode::NotFound
    );
}

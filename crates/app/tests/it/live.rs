//! What happens, told while it happens.

use std::time::Duration;

use domain::{log::Fact, people::Role, referrals::ReferralState, rewards::GrantState};
use inviter_app::{
    App, followers,
    live::{
        LiveEnd, LiveEvent, LiveKind, News, QUEUE, Subscription, load, position, subscribe,
        subscribe_member,
    },
    members::{NewMember, upsert_member},
    operators::{create_operator, update_operator},
};
use jobs::Watcher;
use kernel::{Actor, Amount, ProblemCode};
use serde_json::json;
use tokio::{task::JoinSet, time::timeout};

use crate::{
    fixture::{Fixture, refusal},
    scene::units,
};

/// What a process does beside its requests: it reads the log.
async fn watched(app: &App) -> JoinSet<()> {
    let watcher = Watcher::start(app.store().clone(), followers::watch(app))
        .await
        .unwrap();
    let mut tasks = JoinSet::new();
    tasks.spawn(watcher.run(std::future::pending()));
    tasks
}

async fn next(subscription: &mut Subscription) -> LiveEvent {
    match told(subscription).await {
        Ok(News::Event(event)) => *event,
        other => panic!("something has happened, and not {other:?}"),
    }
}

async fn told(subscription: &mut Subscription) -> Result<News, LiveEnd> {
    timeout(Duration::from_secs(20), subscription.next())
        .await
        .expect("it is told in time")
}

/// Nothing is told for a moment.
async fn silent(subscription: &mut Subscription) -> bool {
    timeout(Duration::from_millis(200), subscription.next())
        .await
        .is_err()
}

/// The next event for somebody who gives up waiting at every point where there is something to wait for.
async fn next_impatiently(subscription: &mut Subscription) -> LiveEvent {
    for patience in 0.. {
        tokio::select! {
            biased;
            news = subscription.next() => match news {
                Ok(News::Event(event)) => return *event,
                other => panic!("something has happened, and not {other:?}"),
            },
            () = yields(patience) => {}
        }
    }
    unreachable!("patience grows");
}

async fn yields(times: usize) {
    for _ in 0..times {
        tokio::task::yield_now().await;
    }
}

async fn names(f: &Fixture) {
    for (external_id, name) in [("ada", "Ada Lovelace"), ("ben", "Ben Nevis")] {
        let new = NewMember {
            external_id: Some(external_id.to_owned()),
            name: Some(name.to_owned()),
            ..NewMember::default()
        };
        upsert_member(&f.app, &f.cli(), f.id(), new).await.unwrap();
    }
}

async fn story() -> Fixture {
    let f =
        Fixture::with(json!({ "rules": [units("thanks", "activation", "inviter", 500)] })).await;
    names(&f).await;
    f
}

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "four listeners hear one story")]
async fn each_listener_is_told_what_is_theirs_to_know() {
    let f = story().await;
    let _watcher = watched(&f.app).await;
    let (ada, code) = f.inviter().await;
    let ben = f.member("ben").await;
    let cem = f.member("cem").await;
    let support = f.as_actor(f.operator(Role::Support).await);
    let analyst = f.as_actor(f.operator(Role::Analyst).await);
    let as_ada = f.as_actor(Actor::Member(ada.id));
    let as_cem = f.as_actor(Actor::Member(cem.id));
    let mut all = subscribe(&f.app, &support, f.id(), None).await.unwrap();
    let mut figures = subscribe(&f.app, &analyst, f.id(), None).await.unwrap();
    let mut own = subscribe_member(&f.app, &as_ada, f.id(), ada.id, None)
        .await
        .unwrap();
    let mut other = subscribe_member(&f.app, &as_cem, f.id(), cem.id, None)
        .await
        .unwrap();
    f.brings(&code, "ben", "activation").await;

    let joined = next(&mut all).await;
    assert!(matches!(joined.kind, LiveKind::ReferralRegistered { .. }));
    let (who, whom) = (joined.member.unwrap(), joined.invitee.unwrap());
    assert_eq!(
        (who.id, who.name.as_deref()),
        (ada.id, Some("Ada Lovelace"))
    );
    assert_eq!((whom.id, whom.name.as_deref()), (ben.id, Some("Ben Nevis")));
    assert_eq!(
        (who.masked.as_str(), whom.masked.as_str()),
        ("A•••e", "B•••s")
    );
    assert_eq!(joined.program, Some(f.program.id));
    let qualified = LiveKind::ReferralChanged {
        state: ReferralState::Qualified,
    };
    let mut kinds = vec![next(&mut all).await];
    while kinds.len() < 3 {
        kinds.push(next(&mut all).await);
    }
    assert!(
        kinds.iter().any(|event| event.kind == qualified),
        "{kinds:?}"
    );
    let granted = kinds.iter().find(|event| event.grant.is_some()).unwrap();
    assert!(matches!(
        granted.kind,
        LiveKind::RewardGranted {
            state: GrantState::Available,
            ..
        }
    ));
    let (unit, amount) = granted.kind.amount().unwrap();
    assert_eq!((unit.as_str(), amount), ("credits", Amount(500)));

    let masked = next(&mut figures).await;
    assert_eq!(
        masked.invitee.map(|it| (it.masked, it.name)),
        Some(("B•••s".to_owned(), None))
    );
    let mine = next(&mut own).await;
    assert_eq!(mine.position, joined.position);
    assert_eq!(mine.invitee.unwrap().name, None);
    assert!(silent(&mut other).await, "nothing happened to Cem");
}

#[tokio::test]
async fn who_may_not_listen_is_refused() {
    let f = story().await;
    let ada = f.member("ada").await;
    let ben = f.member("ben").await;
    let other = f.project("other").await;
    let as_ben = f.as_actor(Actor::Member(ben.id));
    let member = subscribe(&f.app, &as_ben, f.id(), None).await;
    assert_eq!(refusal(member), ProblemCode::Forbidden);
    let someone = subscribe_member(&f.app, &as_ben, f.id(), ada.id, None).await;
    assert_eq!(refusal(someone), ProblemCode::Forbidden);
    let elsewhere = subscribe_member(&f.app, &as_ben, other.id, ben.id, None).await;
    assert_eq!(refusal(elsewhere), ProblemCode::NotFound);
    let analyst = f.as_actor(f.operator(Role::Analyst).await);
    let elsewhere = subscribe(&f.app, &analyst, other.id, None).await;
    assert_eq!(refusal(elsewhere), ProblemCode::NotFound);
    let member = subscribe_member(&f.app, &analyst, f.id(), ada.id, None).await;
    assert_eq!(refusal(member), ProblemCode::Forbidden);
    let nobody = f.as_actor(Actor::Anonymous);
    let nobody = subscribe(&f.app, &nobody, f.id(), None).await;
    assert_eq!(refusal(nobody), ProblemCode::Unauthenticated);
}

#[tokio::test]
async fn what_another_process_does_is_told_and_another_project_is_not() {
    let f = story().await;
    let _watcher = watched(&f.app).await;
    let (beside, _tasks) = f.beside().await;
    let other = f.project("other").await;
    let mut all = subscribe(&f.app, &f.cli(), f.id(), None).await.unwrap();
    let new = |external_id: &str| NewMember {
        external_id: Some(external_id.to_owned()),
        ..NewMember::default()
    };
    upsert_member(&beside, &f.cli(), other.id, new("stranger"))
        .await
        .unwrap();
    let here = upsert_member(&beside, &f.cli(), f.id(), new("newcomer"))
        .await
        .unwrap();
    let event = next(&mut all).await;
    assert_eq!(event.kind, LiveKind::MemberCreated);
    assert_eq!(event.member.unwrap().id, here.id);
}

#[tokio::test]
async fn who_gives_up_waiting_loses_nothing() {
    let f = story().await;
    let _watcher = watched(&f.app).await;
    let from = position(&f.app).await.unwrap();
    for missed in ["eve", "fay"] {
        f.member(missed).await;
    }
    let again = subscribe(&f.app, &f.cli(), f.id(), Some(from)).await;
    let mut again = again.unwrap();
    for met in ["gus", "hal"] {
        f.member(met).await;
    }
    for _ in ["eve", "fay", "gus", "hal"] {
        let event = timeout(Duration::from_secs(20), next_impatiently(&mut again)).await;
        assert_eq!(event.expect("it is told").kind, LiveKind::MemberCreated);
    }
}

#[tokio::test]
async fn who_comes_back_misses_nothing_and_hears_nothing_twice() {
    let f = story().await;
    let _watcher = watched(&f.app).await;
    let (_, code) = f.inviter().await;
    let from = position(&f.app).await.unwrap();
    let mut whole = subscribe(&f.app, &f.cli(), f.id(), None).await.unwrap();
    f.brings(&code, "ben", "activation").await;
    f.member("dee").await;
    let mut expected = Vec::new();
    loop {
        let event = next(&mut whole).await;
        let last = event.kind == LiveKind::MemberCreated;
        expected.push(event);
        if last {
            break;
        }
    }
    assert!(expected.len() > 4);
    assert!(expected.is_sorted_by_key(|event| event.position));
    // Wherever the connection broke, the rest follows, and then what happens meanwhile.
    let told_so_far = expected.len();
    for seen in 0..=told_so_far {
        let after = seen
            .checked_sub(1)
            .map_or(from, |last| expected[last].position);
        let again = subscribe(&f.app, &f.cli(), f.id(), Some(after)).await;
        let mut again = again.unwrap();
        f.member(&format!("more{seen}")).await;
        for event in &expected[seen..] {
            assert_eq!(next(&mut again).await, *event);
        }
        expected.push(next(&mut again).await);
        assert!(silent(&mut again).await, "nothing twice");
    }
}

async fn many(f: &Fixture, count: usize) {
    let project = f.id();
    let at = f.cli().now();
    let member = f.member("ada").await.id;
    f.app
        .store()
        .transact::<(), store::StoreError, _>(move |tx| {
            Box::pin(async move {
                for _ in 0..count {
                    tx.emit(Some(project), at, vec![Fact::MemberCreated { member }]);
                }
                Ok(())
            })
        })
        .await
        .unwrap();
}

#[tokio::test]
async fn too_much_to_tell_is_a_gap_after_which_all_is_told() {
    let f = story().await;
    let _watcher = watched(&f.app).await;
    let from = position(&f.app).await.unwrap();
    many(&f, 501).await;
    let mut back = subscribe(&f.app, &f.cli(), f.id(), Some(from))
        .await
        .unwrap();
    for _ in 0..500 {
        next(&mut back).await;
    }
    let News::Gap { position: end } = told(&mut back).await.unwrap() else {
        panic!("the rest is passed over");
    };
    assert_eq!(end, position(&f.app).await.unwrap());
    let newcomer = f.member("newcomer").await;
    assert_eq!(next(&mut back).await.member.unwrap().id, newcomer.id);

    let mut exactly = subscribe(&f.app, &f.cli(), f.id(), Some(end))
        .await
        .unwrap();
    assert_eq!(next(&mut exactly).await.member.unwrap().id, newcomer.id);
    let ahead = subscribe(&f.app, &f.cli(), f.id(), Some(i64::MAX)).await;
    let lost = told(&mut ahead.unwrap()).await.unwrap();
    let now = position(&f.app).await.unwrap();
    assert_eq!(
        lost,
        News::Gap { position: now },
        "a database that was put back"
    );
}

#[tokio::test]
async fn a_thousand_listeners_cost_one_queue_and_the_slow_are_let_go() {
    const BURST: usize = 10_000;
    let f = story().await;
    let _watcher = watched(&f.app).await;
    let mut slow = Vec::new();
    for _ in 0..1_000 {
        slow.push(subscribe(&f.app, &f.cli(), f.id(), None).await.unwrap());
    }
    let mut fast = subscribe(&f.app, &f.cli(), f.id(), None).await.unwrap();
    let mut last = 0;
    for _ in 0..BURST / 500 {
        many(&f, 500).await;
        for _ in 0..500 {
            let event = next(&mut fast).await;
            assert!(event.position > last, "in order");
            last = event.position;
        }
    }
    let held = load(&f.app);
    assert_eq!(held.listeners, 1_001);
    assert!(held.waiting <= QUEUE, "{held:?}");
    for subscription in &mut slow {
        assert!(matches!(told(subscription).await, Err(LiveEnd::Lagged)));
    }
    drop((slow, fast));
    assert_eq!(load(&f.app).listeners, 0);
}

#[tokio::test]
async fn a_listener_who_loses_the_right_is_told_no_more() {
    let f = story().await;
    let _watcher = watched(&f.app).await;
    f.project("other").await;
    // Somebody has to stay owner for roles to be changed at all.
    let owner =
        json!({ "email": "owner@example.org", "name": "Olga", "roles": [{ "role": "owner" }] });
    let owner = serde_json::from_value(owner).unwrap();
    create_operator(&f.app, &f.cli(), owner).await.unwrap();
    let actor = f.operator(Role::Analyst).await;
    let Actor::Operator(id) = actor else {
        panic!("an operator");
    };
    let mut all = subscribe(&f.app, &f.as_actor(actor), f.id(), None)
        .await
        .unwrap();
    f.member("dee").await;
    next(&mut all).await;
    let patch =
        serde_json::from_value(json!({ "roles": [{ "role": "analyst", "project": "other" }] }))
            .unwrap();
    update_operator(&f.app, &f.cli(), id, patch).await.unwrap();
    f.clock.advance(chrono::TimeDelta::seconds(11));
    f.member("eve").await;
    let Err(LiveEnd::Failed(error)) = told(&mut all).await else {
        panic!("the right is gone");
    };
    assert_eq!(error.problem().code, ProblemCode::NotFound);
}

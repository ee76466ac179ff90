//! What the console shows: what waits, who invited whom, a member's timeline.

use chrono::TimeDelta;
use domain::{members::Member, people::Role};
use inviter_app::{
    attention::{COUNTED, attention},
    coupons::{NewPool, add_coupons, create_pool},
    members::{Notices, TimelineEntry, TimelineItem, invitees, inviter_of, timeline},
    programs::{compare_versions, revise_program},
};
use kernel::{Actor, Amount, MemberId, Page, PageRequest, ProblemCode};
use serde_json::json;

use crate::{
    fixture::{Fixture, refusal, settings},
    scene::{credits, units, with},
};

fn all() -> PageRequest {
    PageRequest::new(None, None)
}

async fn pool(f: &Fixture, slug: &str, pattern: Option<&str>) {
    let new = NewPool {
        slug: slug.to_owned(),
        pattern: pattern.map(str::to_owned),
    };
    create_pool(&f.app, &f.cli(), f.id(), new).await.unwrap();
}

#[tokio::test]
async fn what_waits_for_a_person_is_counted() {
    let rule = with(
        units("thanks", "signup", "inviter", 30),
        &json!({ "approval": true }),
    );
    let soon = "2026-05-09T00:00:00Z";
    let given = json!({
        "rules": [rule], "ends_at": soon, "budgets": [{ "unit": "credits", "amount": 99 }],
    });
    let f = Fixture::with(given).await;
    let (_, code) = f.inviter().await;
    let before = attention(&f.app, &f.cli(), f.id()).await.unwrap();
    assert_eq!((before.approvals, before.reviews), (Some(0), Some(0)));
    assert_eq!(before.budgets_nearly_spent, Some(vec![]));
    for friend in ["ben", "cem", "dee"] {
        f.signup(&code, friend).await.unwrap();
    }
    pool(&f, "empty", None).await;
    pool(&f, "made", Some("X-######")).await;
    pool(&f, "full", None).await;
    let coupons = vec!["ONE".to_owned()];
    add_coupons(&f.app, &f.cli(), f.id(), "full", coupons)
        .await
        .unwrap();
    let found = attention(&f.app, &f.cli(), f.id()).await.unwrap();
    assert_eq!(found.approvals, Some(3));
    assert_eq!(found.failing_webhooks, Some(0));
    assert_eq!(found.exhausted_pools, Some(vec!["empty".to_owned()]));
    let ending = found.programs_ending.unwrap();
    assert_eq!(ending[0].program, f.program.id);
    let spent = found.budgets_nearly_spent.unwrap();
    assert_eq!(
        (spent[0].granted, spent[0].budget),
        (Amount(90), Amount(99))
    );
    f.days_pass(-14);
    let earlier = attention(&f.app, &f.cli(), f.id()).await.unwrap();
    assert_eq!(earlier.programs_ending, Some(vec![]));
}

#[tokio::test]
async fn what_waits_is_counted_no_further_than_it_is_shown() {
    let rule = with(
        units("thanks", "signup", "inviter", 1),
        &json!({ "approval": true }),
    );
    let f = Fixture::with(json!({ "rules": [rule] })).await;
    let (_, code) = f.inviter().await;
    for friend in 0..COUNTED + 2 {
        f.signup(&code, &format!("friend{friend}")).await.unwrap();
    }
    let found = attention(&f.app, &f.cli(), f.id()).await.unwrap();
    assert_eq!(found.approvals, Some(COUNTED));
}

#[tokio::test]
async fn everybody_sees_of_it_what_they_may_read() {
    let f = Fixture::new().await;
    let other = f.project("other").await;
    let developer = f.as_actor(f.operator(Role::Developer).await);
    let found = attention(&f.app, &developer, f.id()).await.unwrap();
    assert_eq!(found.failing_webhooks, Some(0));
    assert_eq!(found.approvals, Some(0));
    assert_eq!(found.exhausted_pools, None);
    assert_eq!(found.budgets_nearly_spent, None);
    let elsewhere = attention(&f.app, &developer, other.id).await;
    assert_eq!(refusal(elsewhere), ProblemCode::NotFound);
}

async fn tree(f: &Fixture) -> (Member, Member) {
    let (ada, code) = f.inviter().await;
    for friend in ["ben", "cem", "dee"] {
        f.clock.advance(TimeDelta::seconds(1));
        f.signup(&code, friend).await.unwrap();
    }
    let ben = f.member("ben").await;
    let of_ben = f.code(&ben).await;
    for friend in ["eve", "fay"] {
        f.clock.advance(TimeDelta::seconds(1));
        f.signup(&of_ben, friend).await.unwrap();
    }
    (ada, ben)
}

#[tokio::test]
async fn the_tree_is_read_level_by_level() {
    let f = Fixture::new().await;
    let (ada, ben) = tree(&f).await;
    let (app, ctx) = (&f.app, f.cli());
    let two = PageRequest::new(None, Some(2));
    let page = invitees(app, &ctx, f.id(), ada.id, None, two)
        .await
        .unwrap();
    let names: Vec<_> = page
        .items
        .iter()
        .map(|it| (it.member.external_id.as_deref().unwrap(), it.invited))
        .collect();
    assert_eq!(names, [("dee", 0), ("cem", 0)]);
    let rest = PageRequest::parse(page.next.as_deref(), None, Some(2)).unwrap();
    let rest = invitees(app, &ctx, f.id(), ada.id, None, rest)
        .await
        .unwrap();
    assert_eq!(rest.items.len(), 1);
    assert_eq!(
        (rest.items[0].member.id, rest.items[0].invited),
        (ben.id, 2)
    );
    let inviters = inviter_of(app, &ctx, f.id(), ben.id).await.unwrap();
    assert_eq!(inviters.len(), 1);
    assert_eq!(inviters[0].member.as_ref().map(|it| it.id), Some(ada.id));
    assert!(
        inviter_of(app, &ctx, f.id(), ada.id)
            .await
            .unwrap()
            .is_empty()
    );
    let other = f.program("other", json!({})).await.id;
    let none = invitees(app, &ctx, f.id(), ada.id, Some(other), all()).await;
    assert!(none.unwrap().items.is_empty());

    let elsewhere = f.project("other").await.id;
    let strange = invitees(app, &ctx, elsewhere, ada.id, None, all()).await;
    assert_eq!(refusal(strange), ProblemCode::NotFound);
    let own = f.as_actor(Actor::Member(ada.id));
    let own = inviter_of(app, &own, f.id(), ada.id).await;
    assert_eq!(refusal(own), ProblemCode::Forbidden);
}

#[tokio::test]
async fn a_timeline_has_all_and_pages_both_ways() {
    let f = Fixture::with(json!({ "rules": [units("thanks", "activation", "inviter", 50)] })).await;
    let (ada, code) = f.inviter().await;
    for friend in ["ben", "cem", "dee"] {
        f.clock.advance(TimeDelta::seconds(1));
        f.signup(&code, friend).await.unwrap();
        f.clock.advance(TimeDelta::seconds(1));
        f.event("activation", friend).await.unwrap();
    }
    f.event("purchase", "ada").await.unwrap();
    f.clock.advance(TimeDelta::seconds(1));
    f.spend(&ada, 60, "order-1").await.unwrap();
    f.follow().await;
    let (app, ctx) = (&f.app, f.cli());
    let whole = timeline(app, &ctx, f.id(), ada.id, Notices::With, all())
        .await
        .unwrap();
    let kinds: Vec<&str> = whole.items.iter().map(|entry| kind(&entry.item)).collect();
    for expected in ["audited", "moved", "granted", "brought_in", "event", "told"] {
        assert!(
            kinds.contains(&expected),
            "{expected} is missing: {kinds:?}"
        );
    }
    assert!(
        whole.items.is_sorted_by(|a, b| a.at >= b.at),
        "newest first"
    );
    let untold = timeline(app, &ctx, f.id(), ada.id, Notices::Without, all())
        .await
        .unwrap();
    let mut rest = whole.items.clone();
    rest.retain(|entry| kind(&entry.item) != "told");
    assert_eq!(untold.items, rest);
    pages_both_ways(&f, ada.id, &whole).await;

    let support = f.as_actor(f.operator(Role::Support).await);
    let some = timeline(app, &support, f.id(), ada.id, Notices::With, all())
        .await
        .unwrap();
    assert!(
        some.items
            .iter()
            .all(|entry| kind(&entry.item) != "audited")
    );
    let analyst = f.as_actor(f.operator(Role::Analyst).await);
    let none = timeline(app, &analyst, f.id(), ada.id, Notices::With, all()).await;
    assert_eq!(refusal(none), ProblemCode::Forbidden);
}

/// The pages of a timeline hold what the whole of it does, forwards and backwards.
async fn pages_both_ways(f: &Fixture, member: MemberId, whole: &Page<TimelineEntry>) {
    let (app, ctx) = (&f.app, f.cli());
    let page_at = async |page| {
        timeline(app, &ctx, f.id(), member, Notices::With, page)
            .await
            .unwrap()
    };
    let mut seen = Vec::new();
    let mut page = page_at(PageRequest::new(None, Some(4))).await;
    let mut pages = vec![page.clone()];
    while let Some(next) = page.next.clone() {
        seen.extend(page.items.clone());
        page = page_at(PageRequest::parse(Some(&next), None, Some(4)).unwrap()).await;
        pages.push(page.clone());
    }
    seen.extend(page.items.clone());
    assert_eq!(seen, whole.items, "each once and in order");
    while let Some(prev) = page.prev.clone() {
        pages.pop();
        page = page_at(PageRequest::parse(None, Some(&prev), Some(4)).unwrap()).await;
        assert_eq!(page, *pages.last().unwrap());
    }
    assert_eq!(pages.len(), 1);
}

fn kind(item: &TimelineItem) -> &'static str {
    match item {
        TimelineItem::Event(_) => "event",
        TimelineItem::Joined(_) => "joined",
        TimelineItem::BroughtIn(_) => "brought_in",
        TimelineItem::Granted(_) => "granted",
        TimelineItem::Moved(_) => "moved",
        TimelineItem::Told(_) => "told",
        TimelineItem::Audited(_) => "audited",
    }
}

#[tokio::test]
async fn versions_are_compared() {
    let f = Fixture::new().await;
    let (app, ctx, id) = (&f.app, f.cli(), f.program.id);
    let rule = units("thanks", "signup", "inviter", 5);
    let new = settings(json!({ "rules": [rule] }));
    revise_program(app, &ctx, f.id(), id, 1, new).await.unwrap();
    let changes = compare_versions(app, &ctx, f.id(), id, 1, 2).await.unwrap();
    assert_eq!(changes.len(), 1);
    assert_eq!(
        (changes[0].path.as_str(), &changes[0].before),
        ("rules.thanks", &None)
    );
    let after = changes[0].after.as_ref().unwrap();
    assert_eq!(after["then"]["reward"], credits(5));
    let missing = compare_versions(app, &ctx, f.id(), id, 1, 3).await;
    assert_eq!(refusal(missing), ProblemCode::NotFound);
}

//! What follows from the event log: once, whatever stops in between.

use std::{collections::BTreeMap, sync::Arc};

use chrono::NaiveDate;
use domain::{
    members::Member,
    notices::NoticeKind::{self, FriendJoined, RewardAvailable, RewardGranted, RewardReversed},
    referrals::{Event, EventType},
};
use inviter_app::{
    codes::{revoke_code, validate_code},
    followers,
    invitations::{NewInvitation, send_invitation},
    members::{NewMember, upsert_member},
    notices::{list_notices, mark_read},
    rewards::{approve_grant, reverse_grant},
    stats::{StatsQuery, totals},
};
use jobs::Watch;
use kernel::{Actor, Amount, PageRequest, ProblemCode};
use notify::{Letter, Locale, News, render};
use serde_json::json;
use store::StoreResult;

use crate::{
    fixture::{Fixture, event, refusal},
    scene::{purchase, refund, units, with},
};

fn page() -> PageRequest {
    PageRequest::new(None, None)
}

async fn letters(f: &Fixture, member: &Member) -> Vec<(NoticeKind, Letter)> {
    let ctx = f.as_actor(Actor::Member(member.id));
    let notices = list_notices(&f.app, &ctx, f.id(), member.id, false, page())
        .await
        .unwrap()
        .items;
    let mut letters: Vec<_> = notices
        .into_iter()
        .map(|notice| (notice.kind, serde_json::from_value(notice.data).unwrap()))
        .collect();
    letters.sort_by_key(|(kind, _)| format!("{kind:?}"));
    letters
}

async fn named(f: &Fixture, external_id: &str, name: &str) -> Member {
    let new = NewMember {
        external_id: Some(external_id.to_owned()),
        email: Some(format!("{external_id}@example.org")),
        name: Some(name.to_owned()),
        locale: Some("zh".to_owned()),
    };
    upsert_member(&f.app, &f.cli(), f.id(), new).await.unwrap()
}

/// The messages that lie in the mail folder, each with its addressee.
fn mails(f: &Fixture) -> BTreeMap<String, usize> {
    let mut found = BTreeMap::new();
    for entry in std::fs::read_dir(f.database.home().join("mail")).unwrap() {
        let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
        let to = text
            .lines()
            .find_map(|line| line.strip_prefix("To: "))
            .unwrap()
            .to_owned();
        *found.entry(to).or_default() += 1;
    }
    found
}

#[tokio::test]
async fn both_sides_are_told_in_the_portal_and_by_mail_with_masked_names() {
    let rule = with(
        units("thanks", "signup", "inviter", 100),
        &json!({ "approval": true }),
    );
    let f = Fixture::with(json!({ "rules": [rule] })).await;
    let ada = named(&f, "ada", "Ada Lovelace").await;
    let code = f.code(&ada).await;
    let sign_up = Event {
        code: Some(code.text.clone()),
        email: Some("ben@example.org".to_owned()),
        name: Some("Ben".to_owned()),
        ..event(EventType::Signup, "ben")
    };
    f.tell(sign_up).await.unwrap();
    f.follow().await;
    let ben = f.member("ben").await;
    let to_ben = letters(&f, &ben).await;
    assert_eq!(to_ben.len(), 1);
    assert_eq!(
        to_ben[0].1.news,
        News::Welcome {
            inviter: Some("A•••e".to_owned())
        }
    );
    assert_eq!(to_ben[0].1.name.as_deref(), Some("Ben"));
    let to_ada = letters(&f, &ada).await;
    assert_eq!(
        to_ada[0].1.news,
        News::FriendJoined {
            friend: Some("B•••n".to_owned())
        }
    );
    assert_eq!(to_ada[1].0, RewardGranted);
    assert!(
        render(&to_ada[0].1, Locale::Zh)
            .unwrap()
            .subject
            .contains("B•••n")
    );
}

#[tokio::test]
async fn every_step_of_a_reward_is_told_once() {
    let rule = with(
        units("thanks", "signup", "inviter", 100),
        &json!({ "approval": true }),
    );
    let f = Fixture::with(json!({ "rules": [rule] })).await;
    let ada = named(&f, "ada", "Ada Lovelace").await;
    let code = f.code(&ada).await;
    named(&f, "ben", "Ben").await;
    let grants = f.signup(&code, "ben").await.unwrap().outcome.grants;
    f.follow().await;
    let (app, ctx) = (&f.app, f.cli());
    approve_grant(app, &ctx, f.id(), grants[0], "fine".to_owned())
        .await
        .unwrap();
    reverse_grant(app, &ctx, f.id(), grants[0], "not fine".to_owned())
        .await
        .unwrap();
    f.follow().await;
    f.work().await;
    let kinds: Vec<_> = letters(&f, &ada)
        .await
        .into_iter()
        .map(|(kind, _)| kind)
        .collect();
    assert_eq!(
        kinds,
        [FriendJoined, RewardAvailable, RewardGranted, RewardReversed]
    );
    let expected = [
        ("ada@example.org".to_owned(), 4),
        ("ben@example.org".to_owned(), 1),
    ];
    assert_eq!(mails(&f), BTreeMap::from(expected));
    f.sound().await;
}

#[tokio::test]
async fn notices_are_read_by_their_member_alone() {
    let f = Fixture::with(json!({})).await;
    let (ada, code) = f.inviter().await;
    f.signup(&code, "ben").await.unwrap();
    f.follow().await;
    let ben = f.member("ben").await;
    let own = f.as_actor(Actor::Member(ada.id));
    assert_eq!(
        refusal(list_notices(&f.app, &own, f.id(), ben.id, true, page()).await),
        ProblemCode::Forbidden
    );
    let unread = list_notices(&f.app, &own, f.id(), ada.id, true, page())
        .await
        .unwrap()
        .items;
    assert_eq!(unread.len(), 1);
    mark_read(&f.app, &own, f.id(), ada.id, vec![unread[0].id])
        .await
        .unwrap();
    assert!(
        list_notices(&f.app, &own, f.id(), ada.id, true, page())
            .await
            .unwrap()
            .items
            .is_empty()
    );
    let bens = list_notices(&f.app, &f.cli(), f.id(), ben.id, true, page())
        .await
        .unwrap()
        .items;
    assert_eq!(bens.len(), 1, "nobody else's are touched");
}

#[tokio::test]
async fn an_invitation_goes_out_by_mail() {
    let f = Fixture::with(json!({})).await;
    let ada = named(&f, "ada", "Ada").await;
    let new = NewInvitation {
        program: f.program.id,
        inviter: ada.id,
        email: "cem@example.org".to_owned(),
        message: Some("Come along".to_owned()),
    };
    send_invitation(&f.app, &f.cli(), f.id(), new)
        .await
        .unwrap();
    f.follow().await;
    f.work().await;
    assert_eq!(
        mails(&f),
        BTreeMap::from([("cem@example.org".to_owned(), 1)])
    );
}

/// Followers that begin again from the log's beginning: what they write must be there already.
#[tokio::test]
async fn following_again_doubles_no_notice() {
    let f = Fixture::with(json!({ "rules": [units("thanks", "signup", "inviter", 1)] })).await;
    let (ada, code) = f.inviter().await;
    f.signup(&code, "ben").await.unwrap();
    f.follow().await;
    let before = letters(&f, &ada).await;
    let notices = followers::all(&f.app)
        .into_iter()
        .find(|follower| follower.name() == "notices")
        .unwrap();
    let again: StoreResult<()> = f
        .app
        .store()
        .transact(move |tx| {
            let notices = Arc::clone(&notices);
            Box::pin(async move { notices.follow(tx, &tx.log_after(0, 500).await?).await })
        })
        .await;
    again.unwrap();
    assert_eq!(letters(&f, &ada).await, before);
    assert_eq!(before.len(), 2);
}

#[tokio::test]
async fn figures_count_what_happened_once() {
    let rules = json!([
        units("plain", "purchase", "inviter", 100),
        with(
            units("badge", "signup", "invitee", 1),
            &json!({ "hold_days": 1 })
        ),
    ]);
    let f = Fixture::with(json!({ "qualify_on": "purchase", "rules": rules })).await;
    let (ada, code) = f.inviter().await;
    f.signup(&code, "ben").await.unwrap();
    f.tell(purchase("ben", "order-1", 100)).await.unwrap();
    f.spend(&ada, 40, "op-1").await.unwrap();
    f.tell(refund("ben", "order-1", 50)).await.unwrap();
    let stranger = Event {
        code: Some("NOSUCHCODE".to_owned()),
        ..event(EventType::Signup, "eve")
    };
    f.tell(stranger).await.unwrap();
    f.follow().await;
    f.follow().await;

    let day = NaiveDate::from_ymd_opt(2026, 5, 1).unwrap();
    let query = StatsQuery {
        program: None,
        from: day,
        to: day,
    };
    let totals = totals(&f.app, &f.cli(), f.id(), query).await.unwrap();
    assert_eq!(
        (
            totals.funnel.sign_ups,
            totals.funnel.qualified,
            totals.funnel.rewarded
        ),
        (1, 1, 1)
    );
    assert_eq!(totals.funnel.grants, 2);
    assert_eq!(
        (totals.refused[0].name.as_str(), totals.refused[0].count),
        ("invite_code_invalid", 1)
    );
    let states: Vec<_> = totals
        .grants_by_state
        .iter()
        .map(|state| (state.name.as_str(), state.count))
        .collect();
    assert_eq!(states, [("available", 1), ("held", 1)]);
    let credits = &totals.units[0];
    assert_eq!(
        (credits.granted, credits.taken_back, credits.spent),
        (Amount(101), Amount(50), Amount(40))
    );
    f.sound().await;
}

#[tokio::test]
async fn caches_forget_what_another_process_changes() {
    let f = Fixture::with(json!({})).await;
    let (_, code) = f.inviter().await;
    let (other, _tasks) = f.beside().await;
    assert!(
        validate_code(&other, &f.cli(), f.id(), &code.text)
            .await
            .unwrap()
            .valid
    );
    let head = f.app.store().read().log_head().await.unwrap();
    revoke_code(&f.app, &f.cli(), f.id(), &code.text)
        .await
        .unwrap();
    assert!(
        validate_code(&other, &f.cli(), f.id(), &code.text)
            .await
            .unwrap()
            .valid,
        "it is remembered"
    );
    see(followers::watch(&other).as_ref(), &f, head).await;
    let check = validate_code(&other, &f.cli(), f.id(), &code.text)
        .await
        .unwrap();
    assert_eq!(check.problem, Some(ProblemCode::InviteCodeRevoked));
}

#[tokio::test]
async fn a_code_that_is_used_up_is_known_to_be() {
    let f = Fixture::with(json!({ "codes": { "max_uses": 1 } })).await;
    let (_, code) = f.inviter().await;
    assert!(
        validate_code(&f.app, &f.cli(), f.id(), &code.text)
            .await
            .unwrap()
            .valid
    );
    let head = f.app.store().read().log_head().await.unwrap();
    f.signup(&code, "ben").await.unwrap();
    see(followers::watch(&f.app).as_ref(), &f, head).await;
    let check = validate_code(&f.app, &f.cli(), f.id(), &code.text)
        .await
        .unwrap();
    assert_eq!(check.problem, Some(ProblemCode::InviteCodeExhausted));
}

async fn see(watch: &dyn Watch, f: &Fixture, after: i64) {
    for entry in f.app.store().read().log_after(after, 500).await.unwrap() {
        watch.see(&entry);
    }
}

//! What several tests do with an installation: settings of programs, stories in a line, and the work beside requests.

use std::{sync::Arc, time::Duration};

use chrono::TimeDelta;
use domain::{
    codes::Code,
    members::Member,
    people::Role,
    referrals::{Event, EventType, ReferralState},
    rewards::{Grant, GrantState},
};
use inviter_app::{
    AppResult,
    events::Ingested,
    followers, handlers,
    ledger::{Spend, Spent, spend, verify_ledger},
    operators::{NewOperator, create_operator},
    referrals::get_referral,
    rewards::{GrantFilter, list_grants},
};
use jobs::{FollowerLoop, Runner, RunnerOptions};
use kernel::{Actor, Amount, Clock, PageRequest, ReferralId, SystemEntropy};
use serde_json::{Value, json};
use store::JobState;

use crate::fixture::{Fixture, event};

/// A rule that gives units for an event.
pub(crate) fn units(key: &str, on: &str, to: &str, amount: i64) -> Value {
    json!({ "key": key, "on": on, "then": { "kind": "fixed", "to": to, "reward": credits(amount) } })
}

/// The reward of so many credits.
pub(crate) fn credits(amount: i64) -> Value {
    json!({ "type": "units", "unit": "credits", "amount": amount })
}

/// A rule with more to it.
pub(crate) fn with(mut rule: Value, more: &Value) -> Value {
    let fields = more.as_object().unwrap();
    rule.as_object_mut().unwrap().extend(fields.clone());
    rule
}

/// A purchase that an order names.
pub(crate) fn purchase(external_id: &str, order: &str, amount: i64) -> Event {
    let (order, amount) = (Some(order.to_owned()), Some(Amount(amount)));
    Event {
        order,
        amount,
        ..event(EventType::Purchase, external_id)
    }
}

/// All or part of an order is paid back.
pub(crate) fn refund(external_id: &str, order: &str, amount: i64) -> Event {
    Event {
        kind: EventType::Refund,
        ..purchase(external_id, order, amount)
    }
}

impl Fixture {
    /// A member who invites, with a code.
    pub(crate) async fn inviter(&self) -> (Member, Code) {
        let ada = self.member("ada").await;
        let code = self.code(&ada).await;
        (ada, code)
    }

    /// Somebody signs up with a code and does something.
    pub(crate) async fn brings(&self, code: &Code, external_id: &str, kind: &str) -> Ingested {
        self.signup(code, external_id).await.unwrap();
        self.event(kind, external_id).await.unwrap()
    }

    pub(crate) async fn spend(
        &self,
        member: &Member,
        amount: i64,
        operation: &str,
    ) -> AppResult<Spent> {
        let unit = "credits".parse().unwrap();
        let spent = Spend {
            unit,
            amount: Amount(amount),
            operation_id: operation.to_owned(),
            note: None,
        };
        spend(&self.app, &self.cli(), self.id(), member.id, spent).await
    }

    /// What a member holds, has and owes, of credits.
    pub(crate) async fn credits(&self, member: &Member) -> (i64, i64, i64) {
        let balances = self.balances(member).await;
        let credits = balances
            .into_iter()
            .find(|balance| balance.unit.as_str() == "credits");
        credits.map_or((0, 0, 0), |balance| {
            (balance.held.0, balance.available.0, balance.debt.0.abs())
        })
    }

    /// Everything that was granted, in order of the rules' names and then of time.
    pub(crate) async fn grants(&self) -> Vec<Grant> {
        let page = PageRequest::new(None, Some(PageRequest::MAX));
        let list = list_grants(
            &self.app,
            &self.cli(),
            self.id(),
            GrantFilter::default(),
            page,
        )
        .await
        .unwrap();
        let mut grants = list.items;
        // Ids made at one moment have no order.
        grants.sort_by_key(|grant| (grant.rule.clone(), grant.id));
        grants
    }

    pub(crate) async fn grant_states(&self) -> Vec<GrantState> {
        self.grants()
            .await
            .iter()
            .map(|grant| grant.state)
            .collect()
    }

    pub(crate) async fn referral_state(&self, id: ReferralId) -> ReferralState {
        get_referral(&self.app, &self.cli(), self.id(), id)
            .await
            .unwrap()
            .state
    }

    /// An operator with one role in the project.
    pub(crate) async fn operator(&self, role: Role) -> Actor {
        let roles = json!([{ "role": role, "project": self.project.slug }]);
        let new = NewOperator {
            email: format!("{role:?}@example.org"),
            name: "Olga".to_owned(),
            roles: serde_json::from_value(roles).unwrap(),
        };
        let made = create_operator(&self.app, &self.cli(), new).await.unwrap();
        Actor::Operator(made.id)
    }

    pub(crate) fn days_pass(&self, days: i64) {
        self.clock.advance(TimeDelta::days(days));
    }

    /// The books add up.
    pub(crate) async fn sound(&self) {
        let report = verify_ledger(&self.app, &self.cli()).await.unwrap();
        assert!(report.is_sound(), "{report:?}");
    }

    /// Runs every follower until it has seen the whole log.
    pub(crate) async fn follow(&self) {
        for follower in followers::all(&self.app) {
            let (store, name) = (self.app.store().clone(), follower.name());
            let clock = Arc::new(self.clock.clone());
            let seen = async move {
                loop {
                    let reader = store.read();
                    if reader.cursor(name).await.unwrap() >= reader.log_head().await.unwrap() {
                        return;
                    }
                    tokio::time::sleep(Duration::from_millis(2)).await;
                }
            };
            let run = FollowerLoop::new(self.app.store(), follower, clock).run(seen);
            tokio::time::timeout(Duration::from_secs(20), run)
                .await
                .expect("the follower catches up");
        }
    }

    /// Runs the jobs that are due.
    pub(crate) async fn work(&self) {
        let (store, clock) = (self.app.store().clone(), self.clock.clone());
        let idle = async move {
            loop {
                let figures = store.read().queue_figures().await.unwrap();
                let busy = figures.iter().any(|figure| match figure.state {
                    JobState::Queued => figure.oldest <= clock.now(),
                    JobState::Running => true,
                    JobState::Dead => false,
                });
                if !busy {
                    return;
                }
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
        };
        let options = RunnerOptions {
            poll: Duration::from_millis(10),
            ..RunnerOptions::new("test")
        };
        let runner = Runner::new(
            self.app.store(),
            handlers::all(&self.app),
            Arc::new(self.clock.clone()),
            Arc::new(SystemEntropy::default()),
            options,
        );
        tokio::time::timeout(Duration::from_secs(20), runner.run(idle))
            .await
            .expect("the queue empties");
    }
}

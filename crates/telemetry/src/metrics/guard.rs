//! What the guard of a MySQL group gives out.

use prometheus_client::{
    encoding::{EncodeLabelSet, text::encode},
    metrics::{counter::Counter, family::Family, gauge::Gauge},
    registry::{Metric, Registry},
};

/// What is known of one member.
#[derive(Debug, Clone, Default)]
pub struct MemberFigures {
    /// `HOST:PORT`.
    pub member: String,
    /// It answers.
    pub up: bool,
    /// Its state in the group, as MySQL names it; empty where it does not answer.
    pub state: &'static str,
    /// Its role in the group; empty where it has none.
    pub role: &'static str,
    /// It would take a write of an ordinary account.
    pub writable: bool,
    /// Transactions that it has and has not executed.
    pub queue: i64,
    /// Transactions that the primary has and it has not.
    pub missing: u64,
    /// Transactions that it has and the primary has not, while it is not in the group.
    pub errant: u64,
}

/// What is known of the group at one moment.
#[derive(Debug, Clone, Default)]
pub struct GroupFigures {
    /// Every member that was configured.
    pub members: Vec<MemberFigures>,
    /// How many of them take part in a group that can go on.
    pub online: usize,
    /// More than one says that it is the primary.
    pub split_brain: bool,
    /// What the guard thinks of its own member.
    pub verdict: &'static str,
}

/// The figures of a guard, and what it has done since it started.
#[derive(Debug, Default)]
pub struct GuardMetrics {
    actions: Family<ActionLabels, Counter>,
    split_brains: Counter,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ActionLabels {
    action: &'static str,
    outcome: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct MemberLabel {
    member: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct MemberStateLabels {
    member: String,
    state: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct MemberRoleLabels {
    member: String,
    role: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct VerdictLabel {
    verdict: &'static str,
}

impl GuardMetrics {
    /// The guard did something to its member, or tried to.
    pub fn acted(&self, action: &'static str, done: bool) {
        let outcome = if done { "ok" } else { "error" };
        self.actions
            .get_or_create(&ActionLabels { action, outcome })
            .inc();
    }

    /// Two members began to say that they are the primary.
    pub fn split_brain(&self) {
        self.split_brains.inc();
    }

    /// All figures as OpenMetrics text. What is known of the members is given with them, so that no series outlives the
    /// state that it tells of.
    ///
    /// # Panics
    /// Never: writing to a string does not fail.
    pub fn render(&self, now: &GroupFigures) -> String {
        let mut registry = Registry::default();
        self.of_the_group(&mut registry, now);
        of_the_members(&mut registry, &now.members);
        states_and_roles(&mut registry, &now.members);
        let mut text = String::new();
        encode(&mut text, &registry).expect("writing to a string does not fail");
        text
    }

    fn of_the_group(&self, registry: &mut Registry, now: &GroupFigures) {
        let number = |count: usize| gauge(i64::try_from(count).unwrap_or(i64::MAX));
        let mut add = |name, help, metric| add(registry, name, help, metric);
        add(
            "mysql_group_configured",
            "Members that were configured",
            number(now.members.len()),
        );
        add(
            "mysql_group_online",
            "Members that take part in a group that can go on",
            number(now.online),
        );
        add(
            "mysql_group_split_brain",
            "1 while more than one member says that it is the primary",
            gauge(now.split_brain.into()),
        );
        let verdict = Family::<VerdictLabel, Gauge>::default();
        verdict
            .get_or_create(&VerdictLabel {
                verdict: now.verdict,
            })
            .set(1);
        registry.register(
            "inviter_mysql_guard_verdict",
            "1 for what the guard thinks of its own member",
            verdict,
        );
        registry.register(
            "inviter_mysql_guard_actions",
            "What the guard did to its member, by action and outcome",
            self.actions.clone(),
        );
        registry.register(
            "inviter_mysql_guard_split_brains",
            "How often two members began to say that they are the primary",
            self.split_brains.clone(),
        );
    }
}

fn of_the_members(registry: &mut Registry, members: &[MemberFigures]) {
    let mut each = |name, help, value: fn(&MemberFigures) -> i64| {
        let family = Family::<MemberLabel, Gauge>::default();
        for one in members {
            let member = one.member.clone();
            family
                .get_or_create(&MemberLabel { member })
                .set(value(one));
        }
        add(registry, name, help, family);
    };
    each("mysql_member_up", "1 where the member answers", |one| {
        one.up.into()
    });
    each(
        "mysql_member_writable",
        "1 where it would take a write",
        |one| one.writable.into(),
    );
    each(
        "mysql_member_queue",
        "Transactions that it has and has not executed",
        |one| one.queue,
    );
    each(
        "mysql_member_missing",
        "Transactions that the primary has and it has not",
        |one| large(one.missing),
    );
    each(
        "mysql_member_errant",
        "Transactions that it has from outside the group",
        |one| large(one.errant),
    );
}

/// Only the state and the role that a member has are given.
fn states_and_roles(registry: &mut Registry, members: &[MemberFigures]) {
    let states = Family::<MemberStateLabels, Gauge>::default();
    let roles = Family::<MemberRoleLabels, Gauge>::default();
    for one in members.iter().filter(|one| one.up) {
        let (member, state, role) = (one.member.clone(), one.state, one.role);
        states
            .get_or_create(&MemberStateLabels {
                member: member.clone(),
                state,
            })
            .set(1);
        if !role.is_empty() {
            roles
                .get_or_create(&MemberRoleLabels { member, role })
                .set(1);
        }
    }
    add(
        registry,
        "mysql_member_state",
        "1 for the state of the member in the group",
        states,
    );
    add(
        registry,
        "mysql_member_role",
        "1 for the role of the member in the group",
        roles,
    );
}

fn large(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

fn gauge(value: i64) -> Gauge {
    let gauge = Gauge::default();
    gauge.set(value);
    gauge
}

fn add(registry: &mut Registry, name: &str, help: &str, metric: impl Metric) {
    registry.register(format!("inviter_{name}"), help, metric);
}

/// Every figure once, for the catalogue.
pub(super) fn sample() -> String {
    let metrics = GuardMetrics::default();
    metrics.acted("join", true);
    metrics.render(&GroupFigures {
        members: vec![MemberFigures {
            up: true,
            state: "ONLINE",
            role: "PRIMARY",
            ..MemberFigures::default()
        }],
        ..GroupFigures::default()
    })
}

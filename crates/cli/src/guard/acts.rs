//! What takes time: joining, beginning, letting clients in, copying.

use std::{sync::Arc, time::Duration};

use anyhow::{Result, bail};
use store::{
    group::{Account, Facts, Known, Member, Verdict, Waiting, decide, live},
    topology::{MemberRole, MemberState},
};
use telemetry::{GuardMetrics, Lifecycle};
use tokio::time::Instant;

use super::{
    figures::verdict_name,
    group::{Group, known, words},
    watch::{Sight, Sights},
};

/// So many looks in a row have to find that it is for this member to begin the group.
const CERTAIN: u32 = 3;
/// So many have to find that the member was written to outside the group before all it has is thrown away.
const HOPELESS: u32 = 30;
/// The longest pause after an act that failed.
const PAUSE: Duration = Duration::from_secs(30);

/// The loop that acts.
pub(super) struct Acts {
    pub(super) group: Group,
    pub(super) own: usize,
    pub(super) recovery: Account,
    pub(super) replace_errant: bool,
    pub(super) metrics: Arc<GuardMetrics>,
    pub(super) sights: Sights,
}

/// What the last looks came to.
#[derive(Debug, Default)]
struct Course {
    verdict: Option<Verdict>,
    /// How many looks in a row came to it.
    times: u32,
    failures: u32,
    /// Nothing is tried before.
    not_before: Option<Instant>,
    /// What was seen before is out of date.
    acted: Option<Instant>,
}

impl Acts {
    pub(super) async fn run(mut self, life: Lifecycle) {
        let mut course = Course::default();
        loop {
            tokio::select! {
                changed = self.sights.changed() => if changed.is_err() { return },
                () = life.cancelled() => return,
            }
            let seen = self.sights.borrow_and_update().clone();
            let fresh = seen.filter(|seen| course.acted.is_none_or(|acted| seen.at > acted));
            if let Some(sight) = fresh {
                self.consider(&sight, &mut course).await;
            }
        }
    }

    async fn consider(&self, sight: &Sight, course: &mut Course) {
        let verdict = decide(&sight.facts);
        if course.verdict.as_ref() == Some(&verdict) {
            course.times = course.times.saturating_add(1);
        } else {
            tell(&verdict);
            course.times = 1;
            course.verdict = Some(verdict.clone());
        }
        let now = Instant::now();
        if course.not_before.is_some_and(|then| now < then) {
            return;
        }
        let outcome = match verdict {
            Verdict::Admit => self.own().admit().await.map_err(Into::into),
            Verdict::Join => self.join(&sight.facts).await,
            Verdict::Bootstrap if course.times >= CERTAIN => self.begin().await,
            Verdict::StayOut { .. } if self.replace_errant && course.times >= HOPELESS => {
                self.replace(&sight.facts.members).await
            }
            Verdict::Settled => {
                course.failures = 0;
                return;
            }
            _ => return,
        };
        let action = course.verdict.as_ref().map_or("", verdict_name);
        self.metrics.acted(action, outcome.is_ok());
        let after = Instant::now();
        course.acted = Some(after);
        course.times = 0;
        match outcome {
            Ok(()) => tracing::info!(action, took = ?after - now, "done"),
            Err(error) => {
                let pause =
                    PAUSE.min(Duration::from_secs(1) * 2u32.saturating_pow(course.failures));
                course.failures = course.failures.saturating_add(1);
                course.not_before = Some(after + pause);
                tracing::warn!(
                    action,
                    error = format!("{error:#}"),
                    ?pause,
                    "failed; it will be tried again"
                );
            }
        }
    }

    fn own(&self) -> Member {
        self.group.member(self.own)
    }

    async fn join(&self, facts: &Facts) -> Result<()> {
        let mut own = self.own();
        let state = facts.members[self.own]
            .word
            .as_ref()
            .and_then(|word| word.view.state);
        if state == Some(MemberState::Error) {
            own.leave().await?;
        }
        Ok(own.join(&self.recovery).await?)
    }

    /// Guards see the members at different moments. Whoever holds the lock of every member looks once more: in all this
    /// time no other can have begun the group.
    async fn begin(&self) -> Result<()> {
        let mut members = self.group.members();
        let outcome = self.begin_locked(&mut members).await;
        for member in &mut members {
            member.hang_up().await;
        }
        outcome
    }

    async fn begin_locked(&self, members: &mut [Member]) -> Result<()> {
        lock_all(members, false).await?;
        let words = words(members).await;
        let facts = Facts {
            members: known(members, words),
            own: self.own,
            failed_for: 0,
        };
        match decide(&facts) {
            Verdict::Bootstrap => {
                begin(&mut self.own(), &facts.members[self.own], &self.recovery).await
            }
            other => {
                bail!("on a second look it is not for this member to begin the group: {other:?}")
            }
        }
    }

    /// Copies a secondary rather than the primary, which has enough to do.
    async fn replace(&self, members: &[Known]) -> Result<()> {
        let part = |known: &Known| {
            known
                .word
                .as_ref()
                .filter(|word| live(&word.view))
                .map(|word| word.view.role)
        };
        let secondary = Some(Some(MemberRole::Secondary));
        let donor = (members.iter().position(|known| part(known) == secondary))
            .or_else(|| members.iter().position(|known| part(known).is_some()));
        let Some(donor) = donor else {
            bail!("there is no member to copy");
        };
        let donor = &self.group.addresses[donor];
        tracing::warn!(%donor, "the member was written to outside the group: it becomes a copy of another, and what was written is lost");
        Ok(self.own().copy(donor, &self.recovery).await?)
    }
}

/// Takes the lock of every member, or of those that answer.
pub(crate) async fn lock_all(members: &mut [Member], of_those_that_answer: bool) -> Result<()> {
    for member in members {
        match member.lock().await {
            Ok(true) => {}
            Ok(false) => bail!(
                "somebody else is about to begin the group: {} is locked",
                member.address()
            ),
            Err(_) if of_those_that_answer => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

/// Begins the group with this member, about which so much is known.
pub(crate) async fn begin(member: &mut Member, known: &Known, recovery: &Account) -> Result<()> {
    let state = known.word.as_ref().and_then(|word| word.view.state);
    if state == Some(MemberState::Error) {
        member.leave().await?;
    }
    Ok(member.begin(recovery).await?)
}

fn tell(verdict: &Verdict) {
    match verdict {
        Verdict::Settled => tracing::info!("the member takes part"),
        Verdict::Silent => tracing::warn!("the member does not answer"),
        Verdict::Admit => tracing::info!("the member takes part and lets clients in again"),
        Verdict::Join => tracing::info!("there is a group: the member joins it"),
        Verdict::Bootstrap => {
            tracing::info!("there is no group, and no member has more: this one begins it")
        }
        Verdict::StayOut { errant } => tracing::error!(
            %errant,
            "the member was written to outside the group and stays out of it, read-only: save what was written, \
             then make the member anew (mysql_guard.replace_errant)"
        ),
        Verdict::Wait(Waiting::Comeback) => {
            tracing::info!("the member failed and tries to come back")
        }
        Verdict::Wait(Waiting::Unsettled(member)) => {
            tracing::info!(member, "waiting for a member to join or to leave")
        }
        Verdict::Wait(Waiting::Missing(members)) => tracing::warn!(
            members = members.join(", "),
            "there is no group, and members that do not answer may know more: start them, or run `inviter mysql recover --accept-missing`"
        ),
        Verdict::Wait(Waiting::Beginner(member)) => {
            tracing::info!(member, "waiting for the member that begins the group")
        }
        Verdict::Wait(Waiting::Human(undecided)) => tracing::error!(
            "there is no group and none can be begun: {undecided}; run `inviter mysql recover --from MEMBER` with the one to go on with"
        ),
    }
}

//! `inviter mysql`: a look at the group, and what only a human should begin.

use std::{process::ExitCode, time::Duration};

use anyhow::{Context, Result, bail};
use config::Config;
use store::{
    group::{GroupError, Known, Member, choose, in_group, split_brain, writer},
    topology::{MemberRole, MemberState, SPLIT_BRAIN},
};
use tokio::time::{Instant, sleep};

use crate::{
    args::{Group as Wanted, Recover},
    guard::{Group, begin, gap, lock_all, words},
    output::say,
};

/// A secondary that has more to catch up with would keep everybody waiting.
const NEAR: i64 = 10_000;
/// How long a member may take to do what it was told.
const PATIENCE: Duration = Duration::from_mins(1);

pub(super) async fn run(config: Config, wanted: Wanted) -> Result<ExitCode> {
    let group = Group::of(&config.mysql_guard)?;
    match wanted {
        Wanted::Status => status(&group).await,
        Wanted::Switchover { to, grace } => switch_over(&group, &to, grace).await,
        Wanted::Recover(wanted) => recover(&group, &wanted).await,
    }
}

async fn look(members: &mut [Member]) -> (Vec<Known>, Vec<GroupError>) {
    let mut errors = Vec::new();
    let words = words(members).await.into_iter();
    let known = members.iter().zip(words).map(|(member, word)| Known {
        address: member.address().to_string(),
        word: word.map_err(|error| errors.push(error)).ok(),
    });
    (known.collect(), errors)
}

async fn status(group: &Group) -> Result<ExitCode> {
    let (known, errors) = look(&mut group.members()).await;
    let width = known
        .iter()
        .map(|known| known.address.len())
        .max()
        .unwrap_or(0);
    say(format_args!(
        "{:width$}  {:11}  {:9}  {:9}  {:>7}  {:>7}  {:>7}",
        "member", "state", "role", "takes", "missing", "errant", "queue"
    ))?;
    for one in &known {
        say(line(one, &known, width))?;
    }
    for error in &errors {
        say(error)?;
    }
    let online = in_group(&known).len();
    let primary = writer(&known);
    let verdict = match primary {
        _ if split_brain(&known) => &format!("SPLIT BRAIN: {SPLIT_BRAIN}"),
        None => "no member takes writes",
        _ if online < known.len() => "degraded: the group is without a member",
        _ => "all members take part",
    };
    say(verdict)?;
    let well = primary.is_some() && online == known.len();
    Ok(if well {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn line(one: &Known, known: &[Known], width: usize) -> String {
    let address = &one.address;
    let Some(word) = &one.word else {
        return format!("{address:width$}  silent");
    };
    let view = &word.view;
    let (missing, errant) = gap(one, known);
    let takes = match (view.offline, view.accepts_writes()) {
        (true, _) => "nobody",
        (_, true) => "writes",
        (_, false) => "reads",
    };
    let state = view.state.unwrap_or(MemberState::Offline).as_str();
    let role = view.role.map_or("-", MemberRole::as_str);
    format!(
        "{address:width$}  {state:11}  {role:9}  {takes:9}  {missing:>7}  {errant:>7}  {:>7}",
        view.queue
    )
}

/// Checks first: a switch that cannot end well is not begun.
async fn switch_over(group: &Group, to: &str, grace: Duration) -> Result<ExitCode> {
    let place = group.place(to)?;
    let mut members = group.members();
    let (known, _) = look(&mut members).await;
    if split_brain(&known) {
        bail!("{SPLIT_BRAIN}: stop all but one first");
    }
    let Some(word) = &known[place].word else {
        bail!("{to} does not answer");
    };
    let view = &word.view;
    let old = writer(&known);
    if old == Some(place) {
        say(format_args!("{to} is the primary"))?;
        return Ok(ExitCode::SUCCESS);
    }
    if !in_group(&known).contains(&place) || view.offline {
        bail!("{to} takes no part in the group: see `inviter mysql status`");
    }
    if view.queue > NEAR {
        bail!(
            "{to} has {} transactions to catch up with: wait until it has",
            view.queue
        );
    }
    let old =
        old.context("there is no primary: the group chooses one by itself, or its guards do")?;
    let id = view.id.clone();
    let gap = {
        let (mut from, mut next) = (group.member(old), group.member(place));
        let appointed = members[place].appoint(&id, grace);
        let (appointed, gap) = tokio::join!(appointed, measure(&mut from, &mut next));
        appointed.with_context(|| format!("{to} cannot be made the primary"))?;
        gap?
    };
    say(format_args!(
        "{to} is the primary instead of {}; no member said that it takes writes for {:.2} s",
        known[old].address,
        gap.as_secs_f64()
    ))?;
    Ok(ExitCode::SUCCESS)
}

/// From the last moment when the old primary took writes to the first when the new one does.
async fn measure(old: &mut Member, new: &mut Member) -> Result<Duration> {
    const STEP: Duration = Duration::from_millis(10);
    let begun = Instant::now();
    let mut last = begun;
    while begun.elapsed() < PATIENCE {
        let asked = Instant::now();
        let (was, is) = tokio::join!(old.ask(), new.ask());
        if is.is_ok_and(|word| word.view.is_group_writer()) {
            return Ok(last.elapsed());
        }
        if was.is_ok_and(|word| word.view.is_group_writer()) {
            last = asked;
        }
        sleep(STEP).await;
    }
    bail!(
        "{} is not the primary after {PATIENCE:?}: see `inviter mysql status`",
        new.address()
    )
}

/// What the guards do by themselves where nothing is lost by it.
async fn recover(group: &Group, wanted: &Recover) -> Result<ExitCode> {
    let recovery = group.recovery()?;
    let mut members = group.members();
    lock_all(&mut members, wanted.accept_missing).await?;
    let (known, _) = look(&mut members).await;
    for (one, word) in known
        .iter()
        .filter_map(|one| Some((one, one.word.as_ref()?)))
    {
        if matches!(
            word.view.state,
            Some(MemberState::Online | MemberState::Recovering)
        ) {
            bail!(
                "{} is in a group or about to join one: the others join it by themselves",
                one.address
            );
        }
    }
    let silent: Vec<_> = known
        .iter()
        .filter(|one| one.word.is_none())
        .map(|one| one.address.as_str())
        .collect();
    if !silent.is_empty() && !wanted.accept_missing {
        bail!(
            "{} may know more and does not answer: start it, or say --accept-missing to lose what only it has",
            silent.join(", ")
        );
    }
    let place = match &wanted.from {
        Some(member) => group.place(member)?,
        None => {
            choose(&known)
                .context("say --from MEMBER to lose what only others have")?
                .place
        }
    };
    let beginner = &known[place];
    let word = beginner.word.as_ref();
    let word = word.with_context(|| format!("{} does not answer", beginner.address))?;
    for other in &known {
        let lost = other.word.as_ref().map(|other| other.has.minus(&word.has));
        if let Some(lost) = lost.filter(|lost| !lost.is_empty()) {
            say(format_args!(
                "{} has {lost}, which {} has not; it stays out of the group",
                other.address, beginner.address
            ))?;
        }
    }
    begin(&mut group.member(place), beginner, recovery).await?;
    say(format_args!(
        "{} has begun the group; the others join it by themselves",
        beginner.address
    ))?;
    Ok(ExitCode::SUCCESS)
}

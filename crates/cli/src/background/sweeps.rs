//! What time alone brings about.

use std::{pin::pin, time::Duration};

use app::{App, AppResult, ledger, rewards};
use jobs::Schedule;
use kernel::{Actor, Ctx};

/// How often grants and referrals are looked at whose time may have come.
const SWEEP: Duration = Duration::from_secs(30);
/// How often the books are checked.
const VERIFICATION: Duration = Duration::from_hours(6);

/// Adds the sweeps.
pub(super) fn add(schedule: Schedule, app: &App) -> Schedule {
    let schedule = sweep(schedule, app, "due grants", |app, ctx| async move { rewards::release_due(&app, &ctx).await });
    sweep(schedule, app, "due referrals", |app, ctx| async move { rewards::expire_due(&app, &ctx).await })
}

fn sweep<F>(
    schedule: Schedule,
    app: &App,
    name: &'static str,
    run: impl Fn(App, Ctx) -> F + Copy + Send + Sync + 'static,
) -> Schedule
where
    F: Future<Output = AppResult<usize>> + Send,
{
    let app = app.clone();
    schedule.every(SWEEP, name, move || {
        let app = app.clone();
        async move {
            let ctx = app.ctx(Actor::System(name), name);
            let moved = run(app.clone(), ctx).await?;
            if moved > 0 {
                tracing::info!(work = name, moved, "time has come");
            }
            Ok(())
        }
    })
}

/// Checks the books again and again, for the metric and the log. It reads every transfer, so it keeps off the start.
pub(super) async fn verify_ledger(app: App, stop: impl Future<Output = ()> + Send) {
    let mut stop = pin!(stop);
    loop {
        tokio::select! {
            () = &mut stop => return,
            () = tokio::time::sleep(VERIFICATION) => {}
        }
        let ctx = app.ctx(Actor::System("ledger"), "ledger verification");
        let verified = tokio::select! {
            () = &mut stop => return,
            verified = ledger::verify_ledger(&app, &ctx) => verified,
        };
        match verified {
            Ok(report) if report.is_sound() => {}
            Ok(_) => tracing::error!("the ledger is not sound: `inviter ledger verify` says where"),
            Err(error) => tracing::error!(%error, "the ledger could not be verified"),
        }
    }
}

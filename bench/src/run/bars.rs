//! What the rounds say about the bars.

use std::time::Duration;

use super::{
    Bench, CONNECTIONS, Round,
    load::Load,
    report::{Bar, median},
};

impl Bench<'_> {
    pub(super) fn bars(&self, rounds: &[Round], sync: Duration) -> Vec<Bar> {
        let sync = sync.as_secs_f64() * 1e6;
        let mut bars: Vec<_> = CONNECTIONS
            .into_iter()
            .enumerate()
            .map(|(place, connections)| {
                let what = format!("clicks, c={connections}");
                let pick = |round: &'_ Round| (round.clicks[place], round.redirect[place].rate());
                let mut bar = beside(what, rounds, pick, "in-memory 302");
                if connections == 32 {
                    bar.asked(0.20);
                }
                bar
            })
            .collect();
        if self.wanted.mysql.is_some() {
            let rate = median(rounds.iter().map(|round| round.clicks[2].rate()));
            bars.push(Bar {
                met: Some(rate >= 10_000.0),
                ..Bar::figure("clicks, c=256: at least 10,000/s", format!("{rate:.0}/s"))
            });
        }
        let p50 = median(rounds.iter().map(|round| round.clicks[0].p50));
        bars.push(Bar {
            met: Some(p50 <= 2000.0),
            ..Bar::figure("clicks, c=32: p50 at most 2 ms", format!("{p50:.0} us"))
        });
        let more = median(
            rounds
                .iter()
                .map(|round| round.clicks[1].p50 - round.redirect[1].p50),
        );
        bars.push(Bar {
            yardstick: format!("one fdatasync {sync:.0} us + 200 us"),
            met: Some(more <= sync + 200.0),
            ..Bar::figure("clicks, c=1: p50 above the 302's", format!("{more:.0} us"))
        });
        bars.extend(self.api_bars(rounds));
        bars
    }

    fn api_bars(&self, rounds: &[Round]) -> Vec<Bar> {
        let validate = |round: &'_ Round| (round.validate, round.json.rate());
        let mut validations = beside("validations, c=32", rounds, validate, "in-memory JSON");
        validations.asked(0.60);
        let yardstick = match self.wanted.mysql {
            Some(_) => "one sqlx transaction each, 16 connections",
            None => "raw rusqlite, 50 per commit",
        };
        let sign_up = |round: &'_ Round| (round.sign_up, round.raw);
        let mut few = beside("sign-ups, c=32", rounds, sign_up, yardstick);
        let crowd = |round: &'_ Round| (round.crowd, round.raw);
        let mut many = beside("sign-ups, c=256", rounds, crowd, yardstick);
        if self.wanted.mysql.is_some() {
            few.asked(2.5);
            many.asked(5.0);
        } else {
            few.asked(0.35);
        }
        let mut bars = vec![validations, few, many];
        if self.wanted.mysql.is_none() {
            let rate = median(rounds.iter().map(|round| round.crowd.rate()));
            bars.push(Bar {
                met: Some(rate >= 5000.0),
                ..Bar::figure("sign-ups, c=256: at least 5,000/s", format!("{rate:.0}/s"))
            });
        }
        let of = |pick: fn(&Round) -> f64| median(rounds.iter().map(pick));
        let alone = format!(
            "{:.0}/s, p50 {:.0} us",
            of(|round| round.alone.rate()),
            of(|round| round.alone.p50)
        );
        bars.push(Bar::figure("sign-ups, c=1", alone));
        bars.push(Bar::figure(
            "followers done after the sign-ups",
            format!("{:.1} s", of(|round| round.behind)),
        ));
        bars
    }
}

impl Bar {
    /// The least that its ratio may be.
    fn asked(&mut self, least: f64) {
        self.name = format!("{}: at least {least:.2}", self.name);
        self.met = self.ratio.map(|ratio| ratio >= least);
    }
}

/// What a load did beside what its yardstick did in the same round, each per second.
fn beside(
    what: impl Into<String>,
    rounds: &[Round],
    pick: impl Fn(&Round) -> (Load, f64),
    yardstick: &str,
) -> Bar {
    let of = |figure: fn(&Load, f64) -> f64| {
        median(rounds.iter().map(|round| {
            let (load, raw) = pick(round);
            figure(&load, raw)
        }))
    };
    Bar {
        yardstick: format!("{yardstick}: {:.0}/s", of(|_, raw| raw)),
        ratio: Some(of(|load, raw| load.rate() / raw)),
        ..Bar::figure(
            what,
            format!(
                "{:.0}/s, p50 {:.0} us, p99 {:.0} us",
                of(|load, _| load.rate()),
                of(|load, _| load.p50),
                of(|load, _| load.p99)
            ),
        )
    }
}

/// A read from a replica beside one from the primary, in microseconds.
pub(super) fn replica([primary, replica]: [f64; 2]) -> Bar {
    let ratio = replica / primary;
    Bar {
        name: "a read from a replica: at most 1.10".to_owned(),
        figure: format!("{replica:.0} us"),
        yardstick: format!("from the primary: {primary:.0} us"),
        ratio: Some(ratio),
        met: Some(ratio <= 1.10),
    }
}

/// The same figures before and after: within 20 %, measured by the yardsticks of their own rounds.
pub(super) fn history(fresh: &[Round], full: &[Round]) -> Vec<Bar> {
    type Pick = fn(&Round) -> (f64, f64);
    let figures: [(&str, Pick); 3] = [
        ("clicks", |round| {
            (round.clicks[0].rate(), round.redirect[0].rate())
        }),
        ("validations", |round| {
            (round.validate.rate(), round.json.rate())
        }),
        ("sign-ups", |round| (round.sign_up.rate(), round.raw)),
    ];
    figures
        .into_iter()
        .map(|(name, pick)| {
            let rate = |rounds: &[Round]| median(rounds.iter().map(|round| pick(round).0));
            let ratio =
                |rounds: &[Round]| median(rounds.iter().map(|round| pick(round).0 / pick(round).1));
            let kept = ratio(full) / ratio(fresh);
            Bar {
                name: format!("{name} with history: at least 0.80 of before"),
                figure: format!("{:.0}/s", rate(full)),
                yardstick: format!("before: {:.0}/s", rate(fresh)),
                ratio: Some(kept),
                met: Some(kept >= 0.80),
            }
        })
        .collect()
}

/// The slowest of some answers may take so long, with the history behind them.
pub(super) fn slowest(what: &str, answers: &[(String, Duration)], allowed: Duration) -> Bar {
    for (path, most) in answers.iter().take(8) {
        println!("  {:>8.1} ms  {path}", most.as_secs_f64() * 1e3);
    }
    let (path, most) = answers.first().cloned().unwrap_or_default();
    Bar {
        yardstick: path,
        met: Some(most <= allowed),
        ..Bar::figure(
            format!(
                "slowest of {} {what} with history: at most {} ms",
                answers.len(),
                allowed.as_millis()
            ),
            format!("{:.1} ms", most.as_secs_f64() * 1e3),
        )
    }
}

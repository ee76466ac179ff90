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
        let clicks = |place: usize| median(rounds.iter().map(|round| round.clicks[place].rate()));
        let mut bars = Vec::new();
        for (place, connections) in CONNECTIONS.into_iter().enumerate() {
            let load = |pick: fn(&Load) -> f64| {
                median(rounds.iter().map(|round| pick(&round.clicks[place])))
            };
            let redirect = median(rounds.iter().map(|round| round.redirect[place].rate()));
            let ratio = median(
                rounds
                    .iter()
                    .map(|round| round.clicks[place].rate() / round.redirect[place].rate()),
            );
            let asked = if connections == 32 {
                "clicks, c=32: at least 0.20 (goal 0.35)"
            } else {
                "clicks"
            };
            bars.push(Bar {
                name: if connections == 32 {
                    asked.to_owned()
                } else {
                    format!("{asked}, c={connections}")
                },
                figure: format!(
                    "{:.0}/s, p50 {:.0} us, p99 {:.0} us",
                    clicks(place),
                    load(|l| l.p50),
                    load(|l| l.p99)
                ),
                yardstick: format!("in-memory 302: {redirect:.0}/s"),
                ratio: Some(ratio),
                met: (connections == 32).then_some(ratio >= 0.20),
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
        let of = |pick: fn(&Round) -> f64| median(rounds.iter().map(pick));
        let validations = of(|round| round.validate.rate() / round.json.rate());
        let ratio = of(|round| round.sign_up.rate() / round.raw);
        let rate = of(|round| round.sign_up.rate());
        let (bar, yardstick) = match self.wanted.mysql {
            Some(_) => (2.5, "one sqlx transaction each, 16 connections"),
            None => (0.35, "raw rusqlite, 50 per commit"),
        };
        let mut bars = vec![
            Bar {
                name: "validations, c=32: at least 0.60".to_owned(),
                figure: format!(
                    "{:.0}/s, p50 {:.0} us, p99 {:.0} us",
                    of(|round| round.validate.rate()),
                    of(|round| round.validate.p50),
                    of(|round| round.validate.p99)
                ),
                yardstick: format!("in-memory JSON: {:.0}/s", of(|round| round.json.rate())),
                ratio: Some(validations),
                met: Some(validations >= 0.60),
            },
            Bar {
                name: format!("sign-ups, c=32: at least {bar}"),
                figure: format!(
                    "{rate:.0}/s, p50 {:.0} us, p99 {:.0} us",
                    of(|round| round.sign_up.p50),
                    of(|round| round.sign_up.p99)
                ),
                yardstick: format!("{yardstick}: {:.0}/s", of(|round| round.raw)),
                ratio: Some(ratio),
                met: Some(ratio >= bar),
            },
        ];
        if self.wanted.mysql.is_none() {
            let floor = Bar::figure("sign-ups, c=32: at least 5,000/s", format!("{rate:.0}/s"));
            bars.push(Bar {
                met: Some(rate >= 5000.0),
                ..floor
            });
        }
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
            &format!(
                "slowest of {} {what} with history: at most {} ms",
                answers.len(),
                allowed.as_millis()
            ),
            format!("{:.1} ms", most.as_secs_f64() * 1e3),
        )
    }
}

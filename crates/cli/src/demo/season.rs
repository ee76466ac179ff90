//! What people do in the demo's season.

use std::fmt;

use anyhow::Result;
use serde_json::{Value, json};

use super::{
    calendar::Calendar,
    people::{Dice, person},
    setting::Setting,
    stage::{Api, Stage},
};

const CHANNELS: [&str; 6] = ["wechat", "email", "copy", "qr", "x", "whatsapp"];
const AGENTS: [&str; 4] = [
    "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 Version/19.0 Mobile Safari/604.1",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36",
    "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36 MicroMessenger/8.0",
    "facebookexternalhit/1.1",
];

/// The season, as far as it has come.
pub(super) struct Season<'a> {
    api: &'a Api,
    setting: Setting,
    dice: Dice,
    people: usize,
    inviters: Vec<Inviter>,
    plans: Vec<Plan>,
    pub(super) figures: Figures,
}

struct Inviter {
    id: String,
    code: String,
}

/// What somebody is going to do on a later day.
struct Plan {
    day: u16,
    event: Value,
}

/// What has happened so far.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Figures {
    clicks: u32,
    sign_ups: u32,
    activations: u32,
    purchases: u32,
    refunds: u32,
    spends: u32,
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            clicks,
            sign_ups,
            activations,
            purchases,
            refunds,
            spends,
        } = self;
        write!(
            f,
            "{clicks} clicks, {sign_ups} sign-ups, {activations} activations, {purchases} purchases, \
             {refunds} refunds, {spends} spends"
        )
    }
}

impl<'a> Season<'a> {
    /// A handful of first members, who know nobody yet.
    pub(super) async fn begin(stage: &'a Stage, setting: Setting, seed: u64) -> Result<Self> {
        let (inviters, plans) = (Vec::new(), Vec::new());
        let figures = Figures::default();
        let mut season = Self {
            api: &stage.api,
            setting,
            dice: Dice::new(seed),
            people: 0,
            inviters,
            plans,
            figures,
        };
        for _ in 0..6 {
            let who = season.newcomer();
            let member = season.api.put("/api/v1/members", who).await?;
            season
                .becomes_inviter(member["id"].as_str().unwrap_or_default())
                .await?;
        }
        Ok(season)
    }

    pub(super) async fn live_through(&mut self, calendar: &Calendar, day: u16) -> Result<()> {
        let visits = self.dice.around(10.0 * calendar.liveliness(day));
        let pause = 1.0 / f64::from(visits.max(1) + 1);
        for _ in 0..visits {
            calendar.pass(pause * self.dice.share());
            self.visit(day).await?;
        }
        self.keep_plans(day).await?;
        for _ in 0..self.dice.around(1.0) {
            self.spend(day).await?;
        }
        Ok(())
    }

    /// Somebody opens a link, and perhaps joins.
    async fn visit(&mut self, day: u16) -> Result<()> {
        // Few people invite many: early inviters are likelier.
        let inviter = self.dice.place(self.inviters.len(), 2.0);
        let code = self.inviters[inviter].code.clone();
        let channel = *self.dice.one(&CHANNELS);
        let agent = *self.dice.one(&AGENTS);
        let click = self.api.click(&code, channel, agent).await?;
        self.figures.clicks += 1;
        if agent.starts_with("facebook") || !self.dice.falls(0.33) {
            return Ok(());
        }
        let mut event = self.newcomer();
        let who = event["external_id"].as_str().unwrap_or_default().to_owned();
        event["type"] = json!("signup");
        event["event_id"] = json!(format!("signup-{who}"));
        event["address"] = json!(format!("203.0.113.{}", self.dice.place(250, 1.3)));
        event["properties"] = json!({"channel": channel});
        match click {
            Some(click) if self.dice.falls(0.8) => event["click_ids"] = json!([click]),
            _ => event["code"] = json!(code),
        }
        if self.dice.falls(0.04) {
            event["device"] = json!(format!("phone-{}", self.dice.place(4, 1.0)));
        }
        let outcome = self.api.post("/api/v1/events", event).await?;
        self.figures.sign_ups += 1;
        self.plan(&who, day);
        if self.dice.falls(0.12) {
            self.queue(&who).await?;
        }
        if self.dice.falls(0.35) {
            self.becomes_inviter(outcome["member_id"].as_str().unwrap_or_default())
                .await?;
        }
        Ok(())
    }

    /// What a new member is going to do.
    fn plan(&mut self, who: &str, day: u16) {
        if !self.dice.falls(0.62) {
            return;
        }
        let activation = day + self.days(5);
        self.later(
            activation,
            json!({"type": "activation", "event_id": format!("active-{who}"), "external_id": who}),
        );
        if !self.dice.falls(0.45) {
            return;
        }
        let (order, bought) = (format!("order-{who}"), activation + self.days(12));
        let amount = 900 + 100 * self.dice.place(120, 2.0);
        self.later(
            bought,
            json!({"type": "purchase", "event_id": format!("bought-{who}"), "external_id": who,
                   "order_id": order, "amount": amount, "unit": "eur"}),
        );
        if self.dice.falls(0.08) {
            let back = if self.dice.falls(0.5) {
                amount
            } else {
                amount / 2
            };
            let day = bought + self.days(9);
            self.later(
                day,
                json!({"type": "refund", "event_id": format!("refund-{who}"), "external_id": who,
                       "order_id": order, "amount": back}),
            );
        }
    }

    fn later(&mut self, day: u16, event: Value) {
        self.plans.push(Plan { day, event });
    }

    fn days(&self, most: usize) -> u16 {
        u16::try_from(self.dice.place(most, 1.6)).unwrap_or(0)
    }

    async fn keep_plans(&mut self, day: u16) -> Result<()> {
        let (due, rest): (Vec<Plan>, Vec<Plan>) =
            self.plans.drain(..).partition(|plan| plan.day <= day);
        self.plans = rest;
        for plan in due {
            match plan.event["type"].as_str() {
                Some("activation") => self.figures.activations += 1,
                Some("purchase") => self.figures.purchases += 1,
                _ => self.figures.refunds += 1,
            }
            self.api.post("/api/v1/events", plan.event).await?;
        }
        Ok(())
    }

    /// An inviter spends some of what they have; whoever has too little leaves it.
    async fn spend(&mut self, day: u16) -> Result<()> {
        let place = self.dice.place(self.inviters.len(), 2.0);
        let body = json!({"unit": "credits", "amount": 100 + 50 * self.dice.place(8, 1.0),
                          "operation_id": format!("spend-{day}-{}", self.figures.spends)});
        let path = format!("/api/v1/members/{}/spend", self.inviters[place].id);
        if self.api.post(&path, body).await.is_ok() {
            self.figures.spends += 1;
        }
        Ok(())
    }

    async fn queue(&mut self, who: &str) -> Result<()> {
        let event = json!({"type": "signup", "event_id": format!("queue-{who}"), "external_id": who,
                           "program": self.setting.waitlist_slug});
        self.api.post("/api/v1/events", event).await.map(drop)
    }

    async fn becomes_inviter(&mut self, id: &str) -> Result<()> {
        let path = format!("/api/v1/members/{id}/link");
        let link = self
            .api
            .post(&path, json!({"program_id": self.setting.referral}))
            .await?;
        let code = link["code"]["code"].as_str().unwrap_or_default().to_owned();
        self.inviters.push(Inviter {
            id: id.to_owned(),
            code,
        });
        Ok(())
    }

    fn newcomer(&mut self) -> Value {
        self.people += 1;
        let who = person(self.people, &self.dice);
        json!({"external_id": who.external_id, "name": who.name, "locale": who.locale})
    }
}

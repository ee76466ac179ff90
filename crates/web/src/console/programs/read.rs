//! Settings out of the form. What cannot be read is a fault of its field, and something harmless stands in for it, so
//! that everything else can be read, checked and told in sentences all the same.

use chrono::NaiveDateTime;
use domain::{
    programs::{
        Attribution, Budget, CodePolicy, ProgramSettings, QuotaPolicy, RiskPolicy, Touch,
        WaitlistPolicy,
    },
    rewards::{Limits, Reward, Rule, RuleKind, Side, Tier},
};
use kernel::{Amount, FieldError, Timestamp, Unit};
use notify::parse_amount;
use serde_json::Value;

use super::sheet::Sheet;

mod conditions;

pub(super) use conditions::value;

/// What the form says, and what of it cannot be read.
pub(super) fn settings(sheet: &Sheet) -> (ProgramSettings, Vec<FieldError>) {
    let mut reading = Reading {
        sheet,
        faults: Vec::new(),
    };
    let settings = reading.settings();
    (settings, reading.faults)
}

struct Reading<'s> {
    sheet: &'s Sheet,
    faults: Vec<FieldError>,
}

impl Reading<'_> {
    fn settings(&mut self) -> ProgramSettings {
        ProgramSettings {
            name: self.text("name"),
            // Forms send line ends as two characters.
            description: self.text("description").replace("\r\n", "\n"),
            landing_url: self.url("landing_url"),
            starts_at: self.time("starts_at"),
            ends_at: self.time("ends_at"),
            attribution: Attribution {
                click_window_days: self.number("attribution.click_window_days"),
                claim_window_days: self.number("attribution.claim_window_days"),
                touch: match self.sheet.text("attribution.touch") {
                    "first" => Touch::First,
                    _ => Touch::Last,
                },
            },
            codes: CodePolicy {
                length: u8::try_from(self.number("codes.length")).unwrap_or(u8::MAX),
                max_uses: self.maybe("codes.max_uses"),
                expire_after_days: self.maybe("codes.expire_after_days"),
                per_member: self.number("codes.per_member"),
            },
            qualify_on: self.text("qualify_on"),
            expire_after_days: self.maybe("expire_after_days"),
            rules: self.each("rules", Self::rule),
            budgets: self.each("budgets", Self::budget),
            risk: RiskPolicy {
                hold_at: self.number("risk.hold_at"),
                review_at: self.number("risk.review_at"),
                block_at: self.number("risk.block_at"),
                hold_days: self.number("risk.hold_days"),
                address_per_hour: self.number("risk.address_per_hour"),
            },
            quota: self.maybe("quota.invites").map(|invites| QuotaPolicy {
                invites,
                refill_days: self.maybe("quota.refill_days"),
            }),
            waitlist: self
                .maybe("waitlist.move_up")
                .map_or_else(WaitlistPolicy::default, |move_up| WaitlistPolicy {
                    move_up,
                }),
        }
    }

    fn rule(&mut self, at: &str) -> Rule {
        Rule {
            key: self.text(&format!("{at}.key")),
            on: self.text(&format!("{at}.on")),
            conditions: self.conditions(at),
            then: self.then(&format!("{at}.then")),
            limits: Limits {
                per_member: self.maybe(&format!("{at}.limits.per_member")),
                per_day: self.maybe(&format!("{at}.limits.per_day")),
                per_month: self.maybe(&format!("{at}.limits.per_month")),
                total: self.maybe(&format!("{at}.limits.total")),
            },
            hold_days: self.maybe(&format!("{at}.hold_days")).unwrap_or(0),
            approval: self.sheet.text(&format!("{at}.approval")) == "true",
            expire_after_days: self.maybe(&format!("{at}.expire_after_days")),
        }
    }

    fn then(&mut self, at: &str) -> RuleKind {
        match self.sheet.text(&format!("{at}.kind")) {
            "double_sided" => RuleKind::DoubleSided {
                inviter: self.reward(&format!("{at}.inviter")),
                invitee: self.reward(&format!("{at}.invitee")),
            },
            "milestone" => RuleKind::Milestone {
                at: self.number(&format!("{at}.at")),
                every: self.sheet.text(&format!("{at}.every")) == "true",
                reward: self.reward(&format!("{at}.reward")),
            },
            "tiered" => RuleKind::Tiered {
                tiers: self.each(&format!("{at}.tiers"), |this, at| Tier {
                    from: this.number(&format!("{at}.from")),
                    reward: this.reward(&format!("{at}.reward")),
                }),
            },
            _ => RuleKind::Fixed {
                to: match self.sheet.text(&format!("{at}.to")) {
                    "invitee" => Side::Invitee,
                    _ => Side::Inviter,
                },
                reward: self.reward(&format!("{at}.reward")),
            },
        }
    }

    fn reward(&mut self, at: &str) -> Reward {
        let name = self.text(&format!("{at}.name"));
        match self.sheet.text(&format!("{at}.type")) {
            "badge" => Reward::Badge { name },
            "title" => Reward::Title { name },
            "coupon" => Reward::Coupon {
                pool: self.text(&format!("{at}.pool")),
            },
            "entitlement" => Reward::Entitlement {
                feature: self.text(&format!("{at}.feature")),
                days: self.number(&format!("{at}.days")),
            },
            "custom" => Reward::Custom {
                name,
                data: self.document(&format!("{at}.data")),
            },
            _ => {
                let unit = self.unit(&format!("{at}.unit"));
                Reward::Units {
                    amount: self.amount(&format!("{at}.amount"), &unit),
                    unit,
                }
            }
        }
    }

    fn budget(&mut self, at: &str) -> Budget {
        let unit = self.unit(&format!("{at}.unit"));
        Budget {
            amount: self.amount(&format!("{at}.amount"), &unit),
            unit,
        }
    }

    fn each<T>(&mut self, list: &str, read: impl Fn(&mut Self, &str) -> T) -> Vec<T> {
        let rows = 0..self.sheet.count(list);
        rows.map(|row| read(self, &format!("{list}[{row}]")))
            .collect()
    }

    fn fault(&mut self, field: &str, code: &str) {
        self.faults.push(FieldError {
            field: field.to_owned(),
            code: code.to_owned(),
            message: String::new(),
        });
    }

    fn text(&self, field: &str) -> String {
        self.sheet.text(field).trim().to_owned()
    }

    fn number(&mut self, field: &str) -> u32 {
        if self.text(field).is_empty() {
            self.fault(field, "required");
        }
        self.maybe(field).unwrap_or(1)
    }

    fn maybe(&mut self, field: &str) -> Option<u32> {
        let text = self.text(field);
        let number = text.parse().ok();
        if number.is_none() && !text.is_empty() {
            self.fault(field, "number");
        }
        number
    }

    fn unit(&mut self, field: &str) -> Unit {
        let name = self.text(field).to_lowercase();
        name.parse().unwrap_or_else(|_| {
            self.fault(field, "unit");
            "units".parse().expect("lower-case letters name a unit")
        })
    }

    fn amount(&mut self, field: &str, unit: &Unit) -> Amount {
        let amount = parse_amount(self.sheet.text(field), unit);
        if amount.is_none() {
            self.fault(field, "amount");
        }
        amount.unwrap_or(Amount(1))
    }

    fn url(&mut self, field: &str) -> Option<url::Url> {
        let text = self.text(field);
        let url = text.parse().ok();
        if url.is_none() && !text.is_empty() {
            self.fault(field, "url");
        }
        url
    }

    /// A time in UTC, as the browser's field for times sends it.
    fn time(&mut self, field: &str) -> Option<Timestamp> {
        let text = self.text(field);
        let forms = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S%.f"];
        let time = forms
            .iter()
            .find_map(|form| NaiveDateTime::parse_from_str(&text, form).ok());
        if time.is_none() && !text.is_empty() {
            self.fault(field, "time");
        }
        time.map(|time| time.and_utc())
    }

    fn document(&mut self, field: &str) -> Value {
        let text = self.text(field);
        if text.is_empty() {
            return Value::Null;
        }
        serde_json::from_str(&text).unwrap_or_else(|_| {
            self.fault(field, "json");
            Value::Null
        })
    }
}

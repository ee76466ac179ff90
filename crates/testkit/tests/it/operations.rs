//! Every operation of the OpenAPI document, with a request that is valid but for the things that it names.

mod bodies;
mod needs;

use std::collections::BTreeMap;

use inviter_testkit::{Client, Reply};
use reqwest::Method;
use serde_json::Value;

pub(crate) use needs::{Needs, TABLE};

/// Things that requests name: by the segment before them in a path, or by the parameter of a query.
pub(crate) type Things = BTreeMap<&'static str, String>;

/// One operation of the document.
#[derive(Debug)]
pub(crate) struct Operation {
    pub(crate) id: String,
    pub(crate) method: Method,
    path: String,
    /// Parameters of the query, and whether they have to be there.
    query: Vec<(String, bool)>,
    has_body: bool,
}

impl Operation {
    /// All that the document lists.
    pub(crate) fn all() -> Vec<Self> {
        let document = serde_json::to_value(api::openapi()).unwrap();
        let paths = document["paths"].as_object().unwrap();
        let verbs = paths.iter().flat_map(|(path, item)| {
            let verbs = item.as_object().unwrap().iter();
            verbs.map(move |(verb, operation)| Self::of(path, verb, operation))
        });
        verbs.collect()
    }

    fn of(path: &str, verb: &str, operation: &Value) -> Self {
        let parameters = operation["parameters"].as_array().into_iter().flatten();
        let query = parameters.filter(|parameter| parameter["in"] == "query");
        Self {
            id: operation["operationId"].as_str().unwrap().to_owned(),
            method: Method::from_bytes(verb.to_uppercase().as_bytes()).unwrap(),
            path: path.to_owned(),
            query: query
                .map(|parameter| {
                    let name = parameter["name"].as_str().unwrap().to_owned();
                    (name, parameter["required"] == true)
                })
                .collect(),
            has_body: operation["requestBody"].is_object(),
        }
    }

    /// What the table says of it.
    pub(crate) fn needs(&self) -> Needs {
        let row = TABLE.iter().find(|(id, _)| *id == self.id);
        row.unwrap_or_else(|| panic!("{} is missing in the table", self.id))
            .1
    }

    /// Path and body that name these things; `narrow` names them in every filter of a list too.
    pub(crate) fn request(&self, things: &Things, narrow: bool) -> (String, Option<Value>) {
        let mut target = String::new();
        for segment in self.path.split('/').skip(1) {
            let before = target.rsplit('/').next().unwrap_or_default();
            let text = match segment.strip_prefix('{') {
                Some(_) => things[before].clone(),
                None => segment.to_owned(),
            };
            target = format!("{target}/{text}");
        }
        let asked = self
            .query
            .iter()
            .filter(|(_, required)| narrow || *required);
        let named = asked.filter_map(|(name, _)| Some((name, things.get(name.as_str())?)));
        for (place, (name, value)) in named.enumerate() {
            let mark = if place == 0 { '?' } else { '&' };
            target = format!("{target}{mark}{name}={value}");
        }
        let body = bodies::body(&self.id, things);
        assert_eq!(
            body.is_some(),
            self.has_body,
            "{} has another body",
            self.id
        );
        (target, body)
    }

    /// Sends the request as somebody.
    pub(crate) async fn ask(&self, client: &Client, request: &(String, Option<Value>)) -> Reply {
        let body = request.1.as_ref().map(|body| body.to_string().into_bytes());
        client.send(self.method.clone(), &request.0, body).await
    }
}

/// Well-formed names of things that are not there.
pub(crate) fn nothing() -> Things {
    let id = |prefix: &str| format!("{prefix}_{}", "0".repeat(26));
    let ids = [
        ("programs", "prg"),
        ("program_id", "prg"),
        ("code_id", "cod"),
        ("invitations", "ivt"),
        ("events", "evt"),
        ("referrals", "ref"),
        ("referral_id", "ref"),
        ("rewards", "grt"),
        ("notices", "ntc"),
        ("webhooks", "whk"),
        ("deliveries", "msg"),
        ("keys", "key"),
        ("operators", "opr"),
        ("tokens", "key"),
    ];
    let mut things: Things = ids.map(|(name, prefix)| (name, id(prefix))).into();
    things.extend([
        ("codes", "NOSUCHCODE".to_owned()),
        ("coupon-pools", "no-such-pool".to_owned()),
        ("versions", "1".to_owned()),
        ("slug", "no-such-program".to_owned()),
        ("external_id", "nobody".to_owned()),
        ("event_id", "nothing".to_owned()),
        ("hook", "https://hooks.example/in".to_owned()),
        ("from", "2026-05-01".to_owned()),
        ("to", "2026-05-01".to_owned()),
    ]);
    name_member(&mut things, &id("mem"));
    things
}

/// Names a member wherever a request can.
pub(crate) fn name_member(things: &mut Things, id: &str) {
    for name in [
        "members",
        "member_id",
        "owner_id",
        "inviter_id",
        "invitee_id",
        "around",
    ] {
        things.insert(name, id.to_owned());
    }
}

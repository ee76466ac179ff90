//! Roles as rows of a form: which, and where.

use domain::people::{Operator, Role, RoleAssignment};
use url::form_urlencoded::parse;

use crate::{door::Console, look::Frame, words::rights};

/// What the form of an operator says.
#[derive(Debug, Default)]
pub(super) struct Answers {
    pub(super) email: String,
    pub(super) name: String,
    /// Role and project, by name; either may be empty.
    pub(super) rows: Vec<(String, String)>,
    /// Another row is asked for, nothing else.
    pub(super) more: bool,
}

impl Answers {
    pub(super) fn read(body: &[u8]) -> Self {
        let mut answers = Self::default();
        let mut role = String::new();
        for (name, value) in parse(body) {
            match &*name {
                "email" => answers.email = value.into_owned(),
                "name" => answers.name = value.into_owned(),
                "role" => role = value.into_owned(),
                "where" => {
                    let role = std::mem::take(&mut role);
                    answers.rows.push((role, value.into_owned()));
                }
                "more" => answers.more = true,
                _ => {}
            }
        }
        answers
    }

    /// The rows of what somebody has.
    pub(super) fn rows_of(roles: &[RoleAssignment]) -> Vec<(String, String)> {
        let row = |assignment: &RoleAssignment| {
            let project = assignment.project.clone().unwrap_or_default();
            (slug(assignment.role), project)
        };
        roles.iter().map(row).collect()
    }

    /// What is said to be given; rows without a role give nothing.
    pub(super) fn roles(&self) -> Vec<RoleAssignment> {
        let mut roles: Vec<RoleAssignment> = Vec::new();
        for (role, project) in &self.rows {
            let Ok(role) = serde_json::from_value(role.as_str().into()) else {
                continue;
            };
            let given = RoleAssignment {
                project: (!project.is_empty()).then(|| project.clone()),
                role,
            };
            if !roles.contains(&given) {
                roles.push(given);
            }
        }
        roles
    }

    /// What the form shows: what it said, and room for one more where that is asked for or there is nothing.
    pub(super) fn shown(&self) -> Vec<(String, String)> {
        let mut rows = self.rows.clone();
        if self.more || rows.is_empty() {
            rows.push((String::new(), String::new()));
        }
        rows
    }
}

/// The stable name of a role.
fn slug(role: Role) -> String {
    let name = serde_json::to_value(role).unwrap_or_default();
    name.as_str().unwrap_or_default().to_owned()
}

/// What can be chosen as a role: value, words.
pub(super) fn choices(f: &Frame) -> Vec<(String, &'static str)> {
    let none = (String::new(), f.t.operators.no_role);
    let named = Role::ALL.map(|role| (slug(role), rights::role(f.t, role).0));
    std::iter::once(none).chain(named).collect()
}

/// What each role is called and may do.
pub(super) fn explained(f: &Frame) -> [(&'static str, &'static str); 8] {
    Role::ALL.map(|role| rights::role(f.t, role))
}

/// Where a role can be given: value, words.
pub(super) fn places(c: &Console) -> Vec<(String, String)> {
    let everywhere = (String::new(), c.f.t.operators.everywhere.to_owned());
    let projects = c
        .projects
        .iter()
        .map(|one| (one.slug.clone(), one.name.clone()));
    std::iter::once(everywhere).chain(projects).collect()
}

/// Whether the operator may come in, and how that looks.
pub(super) fn state(f: &Frame, operator: &Operator) -> (&'static str, &'static str) {
    let t = &f.t.operators;
    match (operator.disabled_at, &operator.password_hash) {
        (Some(_), _) => (t.disabled, "bad"),
        (None, None) => (t.invited, "warn"),
        (None, Some(_)) => (t.active, "good"),
    }
}

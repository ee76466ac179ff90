use std::collections::HashSet;

use inviter_domain::people::{ApiKey, Operator, Permission, Role, RoleAssignment};

use crate::made::{day, id};

fn operator(roles: Vec<RoleAssignment>) -> Operator {
    Operator {
        id: id(1),
        email: "ada@example.org".to_owned(),
        email_key: "ada@example.org".to_owned(),
        name: "Ada".to_owned(),
        roles,
        password_hash: None,
        disabled_at: None,
        created_at: day(0),
    }
}

fn in_project(role: Role, slug: &str) -> RoleAssignment {
    RoleAssignment {
        project: Some(slug.to_owned()),
        role,
    }
}

#[test]
fn every_permission_has_one_slug_that_reads_back() {
    let slugs: HashSet<_> = Permission::ALL.iter().map(|each| each.slug()).collect();
    assert_eq!(slugs.len(), Permission::ALL.len());
    for permission in Permission::ALL {
        let slug = permission.to_string();
        assert_eq!(slug.parse(), Ok(*permission));
        assert_eq!(
            serde_json::to_value(permission).unwrap(),
            serde_json::json!(slug)
        );
        let (area, verb) = slug.split_once(':').unwrap();
        assert!(!area.is_empty() && !verb.is_empty());
    }
    assert!("ledger".parse::<Permission>().is_err());
    assert!("Ledger:Read".parse::<Permission>().is_err());
}

#[test]
fn owners_may_everything_and_admins_all_but_name_operators() {
    for permission in Permission::ALL {
        assert!(Role::Owner.permits(*permission), "{permission}");
        let admin = Role::Admin.permits(*permission);
        assert_eq!(
            admin,
            *permission != Permission::OperatorsWrite,
            "{permission}"
        );
    }
}

#[test]
fn duties_are_separated() {
    use Permission as P;
    let table = [
        (Role::Growth, P::ProgramsWrite, true),
        (Role::Growth, P::RewardsApprove, false),
        (Role::Support, P::LedgerRead, true),
        (Role::Support, P::LedgerSpend, false),
        (Role::Support, P::ReferralsReview, false),
        (Role::Reviewer, P::ReferralsReview, true),
        (Role::Reviewer, P::RewardsApprove, false),
        (Role::Finance, P::RewardsApprove, true),
        (Role::Finance, P::ProgramsWrite, false),
        (Role::Analyst, P::StatsRead, true),
        (Role::Analyst, P::MembersRead, false),
        (Role::Developer, P::KeysWrite, true),
        (Role::Developer, P::LedgerSpend, false),
        (Role::Developer, P::OperatorsRead, false),
    ];
    for (role, permission, expected) in table {
        assert_eq!(role.permits(permission), expected, "{role:?} {permission}");
    }
    let writing = Permission::ALL
        .iter()
        .filter(|each| !each.slug().ends_with(":read"));
    for permission in writing {
        assert!(!Role::Analyst.permits(*permission), "{permission}");
    }
}

#[test]
fn a_role_in_one_project_says_nothing_about_another() {
    let ada = operator(vec![
        in_project(Role::Owner, "one"),
        in_project(Role::Analyst, "two"),
    ]);
    assert!(ada.permits(Permission::KeysWrite, Some("one")));
    assert!(!ada.permits(Permission::KeysWrite, Some("two")));
    assert!(ada.permits(Permission::StatsRead, Some("two")));
    assert!(!ada.permits(Permission::StatsRead, Some("three")));
    assert!(!ada.permits(Permission::OperatorsWrite, None));
    let root = operator(vec![RoleAssignment {
        project: None,
        role: Role::Owner,
    }]);
    assert!(root.permits(Permission::OperatorsWrite, None));
    assert!(root.permits(Permission::KeysWrite, Some("three")));
    assert!(!operator(vec![]).permits(Permission::ProjectsRead, Some("one")));
}

#[test]
fn a_disabled_operator_may_nothing() {
    let mut root = operator(vec![RoleAssignment {
        project: None,
        role: Role::Owner,
    }]);
    root.disabled_at = Some(day(1));
    assert!(
        Permission::ALL
            .iter()
            .all(|permission| !root.permits(*permission, None))
    );
}

#[test]
fn a_key_ends_and_never_exceeds_its_scopes() {
    let key = ApiKey {
        id: id(1),
        project: id(2),
        name: "Backend".to_owned(),
        scopes: vec![Permission::EventsWrite],
        hash: [0; 32],
        hint: "inv_test_abcd".to_owned(),
        created_at: day(0),
        expires_at: Some(day(10)),
        revoked_at: None,
    };
    assert!(key.permits(Permission::EventsWrite, day(9)));
    assert!(!key.permits(Permission::MembersRead, day(9)));
    assert!(!key.permits(Permission::EventsWrite, day(10)));
    let revoked = ApiKey {
        revoked_at: Some(day(5)),
        ..key
    };
    assert!(!revoked.permits(Permission::EventsWrite, day(5)));
}

//! Things to store.

use std::sync::{
    LazyLock,
    atomic::{AtomicI64, Ordering},
};

use chrono::TimeDelta;
use domain::{
    members::Member,
    people::{ApiKey, Operator, Permission, Role, RoleAssignment},
    projects::{Mode, Project, ProjectSettings, TokenAlgorithm, TokenKey},
};
use kernel::{Clock, Id, Kind, ProjectId, SystemClock, SystemEntropy, Timestamp};

static ENTROPY: LazyLock<SystemEntropy> = LazyLock::new(SystemEntropy::default);

/// An id above all that were made before it: a fast machine makes several within the microsecond by which ids are ordered.
pub(crate) fn id<K: Kind>() -> Id<K> {
    static MADE: AtomicI64 = AtomicI64::new(0);
    let micros = MADE.fetch_add(1, Ordering::SeqCst);
    Id::new(
        SystemClock.now() + TimeDelta::microseconds(micros),
        &*ENTROPY,
    )
}

/// A moment `micros` after a fixed one that has no fraction of a second.
pub(crate) fn moment(micros: i64) -> Timestamp {
    Timestamp::from_timestamp_micros(1_767_225_600_000_000 + micros).unwrap()
}

pub(crate) fn member(project: ProjectId, external_id: Option<&str>) -> Member {
    Member {
        id: id(),
        project,
        external_id: external_id.map(str::to_owned),
        email: None,
        email_key: None,
        name: None,
        locale: "en".to_owned(),
        created_at: moment(0),
    }
}

pub(crate) fn project(slug: &str, mode: Mode) -> Project {
    Project {
        id: id(),
        slug: slug.to_owned(),
        mode,
        name: "Größe 大小 🎁".to_owned(),
        settings: ProjectSettings {
            member_tokens: vec![TokenKey {
                kid: Some("k1".to_owned()),
                algorithm: TokenAlgorithm::ES256,
                key: "-----BEGIN PUBLIC KEY-----\n\"quoted\"\\".to_owned(),
            }],
        },
        created_at: moment(1),
    }
}

pub(crate) fn operator(email_key: &str) -> Operator {
    Operator {
        id: id(),
        email: email_key.to_uppercase(),
        email_key: email_key.to_owned(),
        name: "Ann".to_owned(),
        roles: vec![RoleAssignment {
            project: Some("shop".to_owned()),
            role: Role::Finance,
        }],
        password_hash: None,
        disabled_at: None,
        created_at: moment(2),
    }
}

pub(crate) fn key(project: ProjectId, first: u8) -> ApiKey {
    ApiKey {
        id: id(),
        project,
        name: "server".to_owned(),
        scopes: vec![Permission::EventsWrite, Permission::MembersRead],
        hash: [first; 32],
        hint: "inv_live_ab".to_owned(),
        created_at: moment(3),
        expires_at: Some(moment(4)),
        revoked_at: None,
    }
}

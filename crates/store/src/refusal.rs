//! Why a server does not let us in, in words that say what to mend and in a name that does not change.

use std::{fmt, io::ErrorKind};

use sea_orm::sqlx::{self, mysql::MySqlDatabaseError};

/// What is in the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Obstacle {
    /// The address names no database.
    Address,
    /// Nobody answers there.
    Unreachable,
    /// No encryption that both sides accept.
    Encryption,
    /// The account or its password.
    Login,
    /// The account may not use the database.
    Access,
    /// There is no such database.
    Missing,
    /// The account may not do all that it has to.
    Privilege,
    /// Something else.
    Other,
}

/// A server that does not let us in.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what}{detail}")]
pub struct Refusal {
    /// What is in the way.
    pub what: Obstacle,
    /// What the server or the system said.
    pub detail: String,
}

impl Obstacle {
    /// The stable name.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Address => "database_address",
            Self::Unreachable => "database_unreachable",
            Self::Encryption => "database_encryption",
            Self::Login => "database_login",
            Self::Access => "database_access",
            Self::Missing => "database_missing",
            Self::Privilege => "database_privilege",
            Self::Other => "database_error",
        }
    }

    pub(crate) fn because(self, detail: impl fmt::Display) -> Refusal {
        Refusal {
            what: self,
            detail: detail.to_string(),
        }
    }
}

/// As the beginning of a sentence that goes on with the detail.
impl fmt::Display for Obstacle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Address | Self::Other => "",
            Self::Unreachable => "it cannot be reached: ",
            Self::Encryption => "no secure connection: ",
            Self::Login => "the account or its password is refused: ",
            Self::Access => "the account may not use the database: ",
            Self::Missing => "the database has to be made first: ",
            Self::Privilege => "the account lacks a privilege: ",
        })
    }
}

impl From<&sqlx::Error> for Refusal {
    fn from(error: &sqlx::Error) -> Self {
        let number = match error {
            sqlx::Error::Database(database) => database
                .try_downcast_ref::<MySqlDatabaseError>()
                .map(MySqlDatabaseError::number),
            _ => None,
        };
        match (number, error) {
            (Some(1045 | 1698), _) => Obstacle::Login.because(error),
            (Some(1044), _) => Obstacle::Access.because(error),
            (Some(1049), _) => Obstacle::Missing.because(error),
            (Some(1142 | 1143 | 1227), _) => Obstacle::Privilege.because(error),
            // A certificate that is refused comes as an error of reading.
            (_, sqlx::Error::Io(cause)) if cause.kind() == ErrorKind::InvalidData => {
                Obstacle::Encryption.because(cause)
            }
            (_, sqlx::Error::Io(cause)) => Obstacle::Unreachable.because(cause),
            (_, sqlx::Error::Tls(cause)) => Obstacle::Encryption.because(cause),
            _ => Obstacle::Other.because(error),
        }
    }
}

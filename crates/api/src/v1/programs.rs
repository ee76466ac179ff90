//! Programs: the rules under which invitations earn.

use domain::programs::{self, ProgramKind as Kind, ProgramStatus as Status};

use crate::prelude::*;

mod activate;
mod changes;
mod create;
mod end;
mod get;
mod list;
mod pause;
mod revise;
pub(super) mod rules;
pub(super) mod settings;
mod version;
mod versions;

words! {
    "What a program is for." ProgramKind = [Kind::Referral, Kind::Waitlist, Kind::InviteOnly];
    "Where a program stands." ProgramStatus = [Status::Draft, Status::Active, Status::Paused, Status::Ended];
}

pub(super) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::default()
        .routes(routes!(list::list, create::create))
        .routes(routes!(get::get))
        .routes(routes!(activate::activate))
        .routes(routes!(pause::pause))
        .routes(routes!(end::end))
        .routes(routes!(changes::changes))
        .routes(routes!(versions::versions, revise::revise))
        .routes(routes!(version::version))
}

/// A program in its present version.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Program {
    /// Its id, `prg_…`.
    id: String,
    /// Short name in addresses.
    slug: String,
    /// What it is for.
    #[schema(value_type = ProgramKind)]
    kind: Kind,
    /// Where it stands.
    #[schema(value_type = ProgramStatus)]
    status: Status,
    /// The number of the present version, from 1.
    version: u32,
    /// The settings of the present version.
    #[schema(value_type = settings::ProgramSettings)]
    settings: programs::ProgramSettings,
    /// When it was made.
    created_at: DateTime<Utc>,
    /// When it was changed last.
    updated_at: DateTime<Utc>,
}

/// One version of a program. Versions never change.
#[derive(Debug, Serialize, ToSchema)]
struct ProgramVersion {
    /// The program, `prg_…`.
    program_id: String,
    /// Its number, from 1.
    version: u32,
    /// Its settings.
    #[schema(value_type = settings::ProgramSettings)]
    settings: programs::ProgramSettings,
    /// Who made it.
    author: String,
    /// When.
    created_at: DateTime<Utc>,
}

impl From<programs::Program> for Program {
    fn from(program: programs::Program) -> Self {
        Self {
            id: program.id.to_string(),
            slug: program.slug,
            kind: program.kind,
            status: program.status,
            version: program.version,
            settings: program.settings,
            created_at: program.created_at,
            updated_at: program.updated_at,
        }
    }
}

impl From<programs::ProgramVersion> for ProgramVersion {
    fn from(version: programs::ProgramVersion) -> Self {
        Self {
            program_id: version.program.to_string(),
            version: version.version,
            settings: version.settings,
            author: version.author,
            created_at: version.created_at,
        }
    }
}

//! Clicks on invite links.

use std::collections::BTreeMap;

use domain::clicks;

use crate::prelude::*;

mod list;

pub(super) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::default().routes(routes!(list::list))
}

/// A click on an invite link.
#[derive(Debug, Serialize, ToSchema)]
struct Click {
    /// Its id.
    id: String,
    /// The program of the code, `prg_…`.
    program_id: String,
    /// The code of the link, `cod_…`.
    code_id: String,
    /// When.
    at: DateTime<Utc>,
    /// The channel.
    channel: String,
    /// The `utm_*` parameters without their prefix.
    utm: BTreeMap<String, String>,
    /// Host of the referring page.
    #[schema(required)]
    referrer: Option<String>,
    /// Whether the visitor calls itself a robot or a link preview.
    bot: bool,
}

impl From<clicks::Click> for Click {
    fn from(click: clicks::Click) -> Self {
        Self {
            id: click.id.to_string(),
            program_id: click.program.to_string(),
            code_id: click.code.to_string(),
            at: click.at,
            channel: click.channel,
            utm: click.utm,
            referrer: click.referrer,
            bot: click.bot,
        }
    }
}

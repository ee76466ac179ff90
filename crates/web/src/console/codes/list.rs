//! The list of codes.

use app::{
    codes::{CodeFilter, CodeState, list_codes},
    exports::Export,
};
use askama::Template;
use domain::{
    codes::{Code, normalize_prefix},
    people::Permission,
};
use kernel::Page;

use super::super::{export::download, list::Listing, people::People};
use crate::{
    answer::{PageResult, page},
    door::{Console, Desk},
    look::{Frame, filters},
    words::states,
};

#[derive(Template)]
#[template(path = "console/codes/list.html")]
struct List<'a> {
    f: &'a Frame,
    c: &'a Console,
    listing: &'a Listing,
    people: People,
    codes: Page<Code>,
}

impl List<'_> {
    fn states(&self) -> [(&'static str, &'static str); 5] {
        let t = &self.f.t.story;
        [
            ("", t.any_state),
            ("live", t.code_live),
            ("used_up", t.code_used_up),
            ("expired", t.code_expired),
            ("revoked", t.code_revoked),
        ]
    }
}

fn filter(listing: &Listing) -> CodeFilter {
    let prefix = listing.get("q");
    let batch = listing.get("batch");
    CodeFilter {
        program: listing.parse("program"),
        owner: listing.parse("owner"),
        batch: (!batch.is_empty()).then(|| batch.to_owned()),
        state: listing.choose::<CodeState>("state"),
        prefix: (!prefix.is_empty())
            .then(|| normalize_prefix(prefix).unwrap_or_else(|_| prefix.to_owned())),
        ..CodeFilter::default()
    }
}

/// `GET …/codes`.
pub(super) async fn show(desk: Desk, listing: Listing) -> PageResult {
    let (app, ctx, project) = (&desk.app, &desk.ctx, desk.project.id);
    let codes = list_codes(app, ctx, project, filter(&listing), listing.page()).await?;
    let owners = codes.items.iter().filter_map(|code| code.owner);
    Ok(page(&List {
        f: &desk.f,
        c: &desk,
        people: People::of(&desk, owners.collect()).await?,
        listing: &listing,
        codes,
    }))
}

/// `GET …/codes/export.csv`.
pub(super) async fn export(desk: Desk, listing: Listing) -> PageResult {
    download(&desk, Export::Codes(filter(&listing)), "codes").await
}

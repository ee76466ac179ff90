//! Handing a link on: to copy, to scan, to send.

use app::{
    clicks,
    codes::{MemberLink, link_url},
};
use axum::{
    Router,
    extract::{Path, State},
    response::{IntoResponse, Response},
    routing::get,
};
use cache::LimitClass;
use http::header;
use http_kit::{ClientAddress, qr};
use kernel::ProblemCode;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use crate::{
    answer::{PageError, PageResult, admit},
    look::{Frame, filters::fill},
    state::WebState,
};

/// Pixels of one module of a QR code: fit for print.
const SCALE: u8 = 16;

/// The pictures of links.
pub(crate) fn routes() -> Router<WebState> {
    Router::new().route("/i/{code}/{picture}", get(picture))
}

/// A member's link with everything that hands it on.
#[derive(Debug)]
pub(crate) struct Share {
    /// The link.
    pub(crate) url: String,
    /// The code in it.
    pub(crate) code: String,
    /// The link as a QR code, SVG.
    pub(crate) qr: String,
    /// Opens a letter with the link in it.
    pub(crate) mailto: String,
    /// What is shared, in a line.
    pub(crate) title: String,
    /// What is said with it.
    pub(crate) words: String,
}

impl Share {
    /// The link of a member of the program of this name.
    pub(crate) fn new(f: &Frame, program: &str, link: &MemberLink) -> Self {
        let t = &f.t.share;
        let url = link.url.to_string();
        let title = fill(t.subject, "program", program);
        let words = fill(t.words, "program", program);
        let body = format!("{words}\n\n{url}");
        let encoded = |text| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
        Self {
            mailto: format!(
                "mailto:?subject={}&body={}",
                encoded(&title),
                encoded(&body)
            ),
            qr: qr::svg(&url).unwrap_or_default(),
            code: link.code.text.clone(),
            url,
            title,
            words,
        }
    }

    /// The address of a picture: `qr.png`, `qr.svg`.
    pub(crate) fn picture(&self, name: &str) -> String {
        format!("/i/{}/{name}", self.code)
    }
}

/// `GET /i/{code}/qr.png` and `qr.svg`: for whoever has the code, which is all that is in the picture.
async fn picture(
    State(state): State<WebState>,
    Path((code, name)): Path<(String, String)>,
    address: ClientAddress,
) -> PageResult {
    admit(&state, LimitClass::Visit, address).await?;
    let found = clicks::link(&state.app, &code).await?;
    let url = link_url(&state.app, &found.code.text);
    let failed = |_| PageError(ProblemCode::Internal.into());
    let (kind, bytes) = match name.as_str() {
        "qr.png" => ("image/png", qr::png(url.as_str(), SCALE).map_err(failed)?),
        "qr.svg" => (
            "image/svg+xml",
            qr::svg(url.as_str()).map_err(failed)?.into_bytes(),
        ),
        _ => return Err(PageError(ProblemCode::NotFound.into())),
    };
    Ok(drawing(kind, bytes))
}

/// A picture that stays as it is for a day.
pub(crate) fn drawing(kind: &'static str, bytes: impl IntoResponse) -> Response {
    let headers = [
        (header::CONTENT_TYPE, kind),
        (header::CACHE_CONTROL, "public, max-age=86400"),
    ];
    (headers, bytes).into_response()
}

//! `GET /api/v1/codes/{code}/qr.svg` and `qr.png`

use app::codes::link_url;
use axum::{
    http::header::{CACHE_CONTROL, CONTENT_TYPE},
    response::{IntoResponse, Response},
};
use http_kit::qr;

use crate::{prelude::*, refusal::Refusal};

/// How big.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct PngQuery {
    /// Pixels of one module, 1 to 32; 8 where it is absent.
    #[param(minimum = 1, maximum = 32)]
    scale: Option<u8>,
}

failures!(reads: NotFound, InviteCodeInvalid, ValidationFailed);

/// Draws the link of a code as a QR code, scalable.
#[utoipa::path(get, path = "/api/v1/codes/{code}/qr.svg", tag = "codes", operation_id = "draw_code_svg",
    params(("code" = String, Path, description = "The code, in any spelling that counts as the same.")),
    responses((status = 200, description = "The drawing.", body = String, content_type = "image/svg+xml"), Failure))]
pub(super) async fn svg(
    State(app): State<App>,
    Caller { ctx, project }: Caller,
    PathOf(text): PathOf<String>,
) -> Result<Response, Refusal> {
    let code = app::codes::get_code(&app, &ctx, project, &text).await?;
    let drawing = qr::svg(link_url(&app, &code.text).as_str()).map_err(http_kit::internal)?;
    Ok(image("image/svg+xml", drawing.into_bytes()))
}

/// Draws the link of a code as a QR code, in pixels.
#[utoipa::path(get, path = "/api/v1/codes/{code}/qr.png", tag = "codes", operation_id = "draw_code_png",
    params(("code" = String, Path, description = "The code, in any spelling that counts as the same."), PngQuery),
    responses((status = 200, description = "The drawing.", body = Vec<u8>, content_type = "image/png"), Failure))]
pub(super) async fn png(
    State(app): State<App>,
    Caller { ctx, project }: Caller,
    PathOf(text): PathOf<String>,
    Params(PngQuery { scale }): Params<PngQuery>,
) -> Result<Response, Refusal> {
    let scale = scale.unwrap_or(8);
    if !(1..=32).contains(&scale) {
        return Err(Problem::field("scale", "out_of_range", "Use 1 to 32 pixels.").into());
    }
    let code = app::codes::get_code(&app, &ctx, project, &text).await?;
    let drawing =
        qr::png(link_url(&app, &code.text).as_str(), scale).map_err(http_kit::internal)?;
    Ok(image("image/png", drawing))
}

/// A code's link never changes, so neither does its drawing.
fn image(kind: &'static str, bytes: Vec<u8>) -> Response {
    (
        [
            (CONTENT_TYPE, kind),
            (CACHE_CONTROL, "private, max-age=86400"),
        ],
        bytes,
    )
        .into_response()
}

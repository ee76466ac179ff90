//! Lists as files.

use app::exports::{Export, export};
use axum::{body::Body, response::IntoResponse};
use http::header;

use crate::{answer::PageResult, door::Desk};

/// A list as CSV, under the name of the project and the list.
pub(super) async fn download(desk: &Desk, what: Export, list: &str) -> PageResult {
    let csv = export(&desk.app, &desk.ctx, desk.project.id, what).await?;
    let day = desk.f.now.format("%Y-%m-%d");
    let name = format!("{}-{list}-{day}.csv", desk.project.slug);
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{name}\""),
        ),
        (header::CACHE_CONTROL, "private, no-store".to_owned()),
    ];
    Ok((headers, Body::from_stream(csv)).into_response())
}

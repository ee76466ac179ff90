//! The top of a leaderboard, which every member of a program asks for and which is the same for all of them.
//!
//! Nothing says when it changes: it fades, so soon that nobody sees an old one for a second. However many look, it is read
//! from the database about twice a second for all processes together.

use std::{sync::Arc, time::Duration};

use cache::{Fanout, Loaded, LocalFanout, Packed, Tiered, TieredOptions};
use kernel::{ProgramId, ProjectId};
use store::StoreError;

use super::leaders::{Leader, leaders};
use crate::{App, AppError, AppResult, app::SharedParts};

/// What is kept of leaderboards.
pub(crate) type Boards = Tiered<Board, Top, Arc<StoreError>>;

/// Both levels together stay below a second.
const OPTIONS: TieredOptions = TieredOptions {
    name: "leaders",
    capacity: 1_000,
    fresh: Duration::from_millis(200),
    near: Duration::from_millis(400),
    far: Duration::from_millis(400),
};

/// Which leaderboard, and how much of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Board {
    project: ProjectId,
    program: ProgramId,
    places: u64,
}

/// The first places.
pub(crate) struct Top(Vec<Leader>);

impl Packed for Board {
    fn pack(&self) -> Vec<u8> {
        format!("{} {} {}", self.project, self.program, self.places).into_bytes()
    }

    fn unpack(bytes: &[u8]) -> Option<Self> {
        let mut words = str::from_utf8(bytes).ok()?.split(' ');
        Some(Self {
            project: words.next()?.parse().ok()?,
            program: words.next()?.parse().ok()?,
            places: words.next()?.parse().ok()?,
        })
    }
}

impl Packed for Top {
    fn pack(&self) -> Vec<u8> {
        serde_json::to_vec(&self.0).expect("places are plain values")
    }

    fn unpack(bytes: &[u8]) -> Option<Self> {
        serde_json::from_slice(bytes).ok().map(Self)
    }
}

/// Nothing kept yet.
pub(crate) fn boards(shared: Option<&SharedParts>) -> Boards {
    let far = shared.map(|shared| Arc::clone(&shared.leaders));
    let news: Arc<dyn Fanout> = match shared {
        Some(shared) => Arc::clone(&shared.news),
        None => Arc::new(LocalFanout::default()),
    };
    Tiered::new(OPTIONS, far, news)
}

/// The first `places` of a program, whoever asks.
pub(crate) async fn top(
    app: &App,
    project: ProjectId,
    program: ProgramId,
    places: u64,
) -> AppResult<Vec<Leader>> {
    let board = Board {
        project,
        program,
        places,
    };
    let load = || {
        let app = app.clone();
        async move {
            let version = app.now().timestamp_micros().max(0).unsigned_abs();
            let found = leaders(&app, project, program, places).await;
            let value = Some(Top(found.map_err(Arc::new)?));
            Ok(Loaded { version, value })
        }
    };
    match app.caches().leaders.get_or_load(&board, load).await {
        Ok(top) => Ok(top.map(|top| top.0.clone()).unwrap_or_default()),
        Err(error) => Err(AppError::Store(Arc::try_unwrap(error).unwrap_or_else(
            // Others have failed with it as well.
            |error| StoreError::Unavailable(error.to_string()),
        ))),
    }
}

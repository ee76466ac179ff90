//! Mail as files: for trying things out, and where no mail server is configured.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::atomic::{AtomicU64, Ordering},
};

use async_trait::async_trait;

use super::{Channel, Composer, Message, SendError, SettingsError};

/// Writes `ID.eml` into a folder. A reader never sees half a file; a repeated message replaces itself.
#[derive(Debug)]
pub struct FileChannel {
    composer: Composer,
    folder: PathBuf,
    written: AtomicU64,
}

impl FileChannel {
    pub(super) fn new(composer: Composer, folder: PathBuf) -> Result<Self, SettingsError> {
        fs::create_dir_all(&folder)
            .map_err(|error| SettingsError::Folder(folder.clone(), error))?;
        Ok(Self {
            composer,
            folder,
            written: AtomicU64::new(0),
        })
    }
}

#[async_trait]
impl Channel for FileChannel {
    async fn send(&self, message: &Message) -> Result<(), SendError> {
        let mail = self.composer.compose(message)?.formatted();
        let number = self.written.fetch_add(1, Ordering::Relaxed);
        let draft = self
            .folder
            .join(format!(".{}.{}.{number}", message.id, std::process::id()));
        let target = self.folder.join(format!("{}.eml", message.id));
        tokio::task::spawn_blocking(move || write_whole(&draft, &target, &mail))
            .await
            .map_err(|error| SendError::passing(&error))?
            .map_err(|error| SendError::passing(&error))
    }
}

fn write_whole(draft: &Path, target: &Path, content: &[u8]) -> io::Result<()> {
    fs::write(draft, content)
        .and_then(|()| fs::rename(draft, target))
        .inspect_err(|_| {
            // Nothing is lost if the draft stays: the message is still to be sent.
            let _ = fs::remove_file(draft);
        })
}

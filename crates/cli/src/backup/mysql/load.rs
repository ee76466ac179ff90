//! Bringing a backup of MySQL to life, in a database that nobody uses yet.

use std::{
    fs::File,
    io::Read,
    path::{Path, PathBuf},
    process::Stdio,
};

use anyhow::{Context, Result, bail, ensure};
use app::audit;
use config::Config;
use kernel::{ExposeSecret, Timestamp};
use tempfile::TempDir;
use tokio::io::AsyncWriteExt;

use super::{
    DUMP,
    client::{Client, Target, bare, ended, started},
};
use crate::{
    backup::{
        Keys, Manifest,
        manifest::Server,
        seal::plain_name,
        stream::{self, Replayed, Until},
    },
    commands::{Books, check_books},
    installation::{Installation, open_store},
};

/// The statement that makes a database that compares text by its bytes.
pub(super) fn create(database: &str) -> String {
    format!("CREATE DATABASE `{database}` CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_bin")
}

/// Makes the database where it is not there yet.
///
/// # Errors
/// Where it is, with tables in it.
pub(crate) async fn make_room(client: &Client, database: &str) -> Result<()> {
    let question = format!(
        "SELECT COUNT(*), COALESCE(SUM(TABLE_NAME IS NOT NULL), 0) FROM information_schema.SCHEMATA \
         LEFT JOIN information_schema.TABLES ON TABLE_SCHEMA = SCHEMA_NAME WHERE SCHEMA_NAME = '{database}'"
    );
    let mut command = client.command("mysql");
    command
        .args(["-NB", "-e", &question])
        .stdout(Stdio::piped());
    let output = started(&mut command)?.wait_with_output().await?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{}", said.trim());
    let answer = String::from_utf8_lossy(&output.stdout);
    match answer.split_whitespace().collect::<Vec<_>>()[..] {
        ["0", ..] => {
            let mut command = client.command("mysql");
            command.args(["-e", &create(database)]);
            ended("mysql", started(&mut command)?).await
        }
        [_, "0"] => Ok(()),
        _ => bail!("it has tables already, and what is there is never overwritten"),
    }
}

/// Fills the empty database of `config` with a backup, checks on the way that it is what its manifest says, replays what was
/// archived since, brings the schema up to date, and checks the ledger. The restore is on the audit trail where a name for it is
/// given. `client` goes to the member that takes writes.
pub(crate) async fn bring(
    config: &Config,
    client: &Client,
    (backup, manifest): (&Path, &Manifest),
    until: Until,
    restored_as: Option<&str>,
) -> Result<(Books, Option<Replayed>)> {
    let (shown, keys) = (backup.display(), Keys::of(config)?);
    let server = manifest.mysql.as_ref();
    let server = server.with_context(|| format!("{shown} is a backup of SQLite"))?;
    // Before it is filled: that may be archived as well.
    let changes = match until {
        Until::Backup => None,
        Until::Time(at) => changes(config, &keys, server, Some(at))?,
        Until::End => changes(config, &keys, server, None)?,
    };
    let cannot = || format!("the backup {shown} cannot be used");
    manifest.check(backup).with_context(cannot)?;
    let target = Target::of(config)?;
    load(client, &target, &keys, (backup, manifest))
        .await
        .with_context(cannot)?;
    let found = store::contents_at(target.url().expose_secret()).await?;
    ensure!(
        found == manifest.contents,
        "the dump of {shown} does not hold what its manifest says: use another backup"
    );
    let replayed = match &changes {
        None => None,
        Some(changes) => {
            replay(client, &target, &server.database, changes).await?;
            Some(changes.replayed)
        }
    };
    let (store, _writer) = open_store(config, None).await?;
    store
        .migrate()
        .await
        .context("its schema cannot be brought up to date")?;
    let books = check_books(&store).await?;
    store.close().await?;
    if let Some(name) = restored_as {
        let installation = Installation::open(config.clone(), None).await?;
        let recorded = audit::record_restore(&installation.app, &installation.ctx(), name).await;
        installation.close().await;
        recorded?;
    }
    Ok((books, replayed))
}

async fn load(
    client: &Client,
    target: &Target,
    keys: &Keys,
    (backup, manifest): (&Path, &Manifest),
) -> Result<()> {
    let mut names = manifest.files.keys();
    let name = names.find(|name| plain_name(name) == DUMP);
    let name = name.context("there is no dump in it")?;
    let mut from = keys.unpacking(name, File::open(backup.join(name))?)?;
    let mut command = client.command("mysql");
    command
        .args(["--binary-mode", target.database()])
        .stdin(Stdio::piped());
    let mut child = started(&mut command)?;
    let mut to = child.stdin.take().context("mysql takes nothing")?;
    let mut block = vec![0; 256 * 1024];
    loop {
        let read = from
            .read(&mut block)
            .with_context(|| format!("{name} is damaged"))?;
        // Where it does not take more it says why.
        if read == 0 || to.write_all(&block[..read]).await.is_err() {
            break;
        }
    }
    drop((to, from));
    ended("mysql", child).await
}

/// What was changed after the backup.
struct Changes {
    _scratch: TempDir,
    logs: Vec<PathBuf>,
    replayed: Replayed,
}

/// Takes it out of the archive; none where there is no archive.
fn changes(
    config: &Config,
    keys: &Keys,
    server: &Server,
    to: Option<Timestamp>,
) -> Result<Option<Changes>> {
    let Some(executed) = &server.gtid_executed else {
        ensure!(
            to.is_none(),
            "the server of this backup had `gtid_mode = OFF`: changes after a backup are only kept where it is ON"
        );
        return Ok(None);
    };
    let scratch = tempfile::Builder::new()
        .prefix(".replay-")
        .tempdir_in(&config.data_dir)?;
    let (archive, course) = (stream::folder(&config.backup.dir), (executed.parse()?, to));
    let extracted = stream::extract(&archive, keys, &server.database, course, scratch.path());
    let (logs, replayed) = extracted?;
    Ok(Some(Changes {
        _scratch: scratch,
        logs,
        replayed,
    }))
}

/// Replays the changes of the database `from`, under the name that the target has: `mysqlbinlog … | mysql`
async fn replay(client: &Client, target: &Target, from: &str, changes: &Changes) -> Result<()> {
    if changes.logs.is_empty() {
        return Ok(());
    }
    let (database, mut decode) = (target.database(), bare("mysqlbinlog"));
    decode.args(["--no-defaults", "--skip-gtids"]);
    decode.arg(format!("--database={database}"));
    if from != database {
        decode.arg(format!("--rewrite-db={from}->{database}"));
        // What had that name before is another database.
        decode.arg(format!("--rewrite-db={database}->{database}_before"));
    }
    decode.args(&changes.logs).stdout(Stdio::piped());
    let mut decoding = started(&mut decode)?;
    let decoded = decoding.stdout.take().context("mysqlbinlog says nothing")?;
    let decoded: Stdio = decoded.try_into()?;
    let mut command = client.command("mysql");
    command
        .args(["--binary-mode", "--init-command=SET SESSION sql_notes = 0"])
        .stdin(decoded);
    let applying = started(&mut command)?;
    // It still holds the pipe: where nobody reads from that any more, `mysqlbinlog` has to hear of it.
    drop(command);
    // Both, since the first would wait for ever for the second when that has died.
    let (applied, decoded) = tokio::join!(ended("mysql", applying), ended("mysqlbinlog", decoding));
    applied.context("the changes since the backup cannot be replayed")?;
    decoded
}

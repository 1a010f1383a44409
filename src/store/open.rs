//! Opens the file, makes it, or refuses it untouched.

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::time::Duration;

use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection, SqlSafeStr, SqliteConnection, SqlitePool};

use super::error::{StoreError, shown};

/// Every migration, oldest first. A released one is never edited.
static MIGRATIONS: &[(i64, &str, &str)] =
    &[(1, "assessments and pulls", include_str!("migrations/0001_assessments_and_pulls.sql"))];

/// The schema that this program writes: the number of the newest migration.
const SCHEMA: u32 = 1;

/// Marks a SQLite file as ours: the letters `true`.
const APPLICATION_ID: u32 = 0x7472_7565;

/// How long a writer waits for another one.
const PATIENCE: Duration = Duration::from_secs(5);

/// Opens the database at `path`, making it when there is none.
pub(super) async fn open(path: &Path) -> Result<SqlitePool, StoreError> {
    let schema = match inspect(path)? {
        Found::Nothing => {
            make(path).await?;
            SCHEMA
        }
        Found::Ours { schema } => schema,
    };
    let pool = SqlitePoolOptions::new()
        .max_connections(3)
        .acquire_timeout(PATIENCE * 2)
        .connect_with(options(path))
        .await
        .map_err(|error| StoreError::from_sqlx(path, &error))?;
    if schema < SCHEMA {
        upgrade(path, &pool).await?;
    }
    Ok(pool)
}

/// What lies at the path.
enum Found {
    Nothing,
    Ours { schema: u32 },
}

/// Looks at the file's header only: a foreign file is left byte for byte as it is.
fn inspect(path: &Path) -> Result<Found, StoreError> {
    let header = match header(path) {
        Ok(header) => header,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Found::Nothing),
        Err(error) => return Err(StoreError::from_io(path, &error)),
    };
    if header.is_empty() {
        return Ok(Found::Nothing);
    }
    if !header.starts_with(b"SQLite format 3\0") {
        return Err(foreign(path, "it is not a SQLite file"));
    }
    // https://www.sqlite.org/fileformat.html: user version at 60, application id at 68.
    if word(&header, 68) != Some(APPLICATION_ID) {
        return Err(foreign(path, "it is a SQLite file of another program"));
    }
    match word(&header, 60) {
        Some(schema) if schema <= SCHEMA => Ok(Found::Ours { schema }),
        schema => Err(newer(path, schema.unwrap_or_default())),
    }
}

fn header(path: &Path) -> std::io::Result<Vec<u8>> {
    if path.is_dir() {
        return Err(ErrorKind::IsADirectory.into());
    }
    let mut header = Vec::with_capacity(100);
    File::open(path)?.take(100).read_to_end(&mut header)?;
    Ok(header)
}

fn word(header: &[u8], at: usize) -> Option<u32> {
    header.get(at..at + 4)?.try_into().ok().map(u32::from_be_bytes)
}

fn foreign(path: &Path, reason: &str) -> StoreError {
    StoreError::Foreign {
        path: shown(path),
        reason: reason.to_owned(),
        help: "it was left as it is; name another file with --db FILE".to_owned(),
    }
}

fn newer(path: &Path, schema: u32) -> StoreError {
    StoreError::Foreign {
        path: shown(path),
        reason: format!("a newer trueup made it (layout {schema}; this one knows layouts up to {SCHEMA})"),
        help: "it was left as it is; update trueup, or name another file with --db FILE".to_owned(),
    }
}

fn options(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .foreign_keys(true)
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(PATIENCE)
        // Statements carry answers and names: they never reach a log.
        .disable_statement_logging()
}

/// Makes the database beside its place and links it in when it is whole, so that nobody ever meets half of
/// one: neither a second trueup that starts at the same moment nor the next start after a power cut.
async fn make(path: &Path) -> Result<(), StoreError> {
    let draft = draft(path).map_err(|error| StoreError::from_io(path, &error))?;
    let made = match fill(&draft).await {
        Ok(()) => place(&draft, path).map_err(|error| StoreError::from_io(path, &error)),
        Err(error) => Err(StoreError::from_sqlx(path, &error)),
    };
    for left in [draft.clone(), beside(&draft, "-journal"), beside(&draft, "-wal"), beside(&draft, "-shm")] {
        let _ = std::fs::remove_file(left);
    }
    made
}

fn draft(path: &Path) -> std::io::Result<PathBuf> {
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        make_folder(folder)?;
    }
    let draft = beside(path, &format!(".{}.new", uuid::Uuid::now_v7().simple()));
    private(OpenOptions::new().write(true).create_new(true)).open(&draft)?;
    Ok(draft)
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

async fn fill(draft: &Path) -> Result<(), sqlx::Error> {
    let mut connection = SqliteConnection::connect_with(&options(draft)).await?;
    migrator().run_direct(None, &mut connection, false).await?;
    mark(&mut connection).await?;
    connection.close().await?;
    let wal = options(draft).journal_mode(SqliteJournalMode::Wal);
    SqliteConnection::connect_with(&wal).await?.close().await
}

/// Moves the whole draft to its place, unless somebody else was faster.
fn place(draft: &Path, path: &Path) -> std::io::Result<()> {
    File::open(draft)?.sync_all()?;
    match std::fs::hard_link(draft, path) {
        Ok(()) => {}
        Err(error) if error.kind() == ErrorKind::AlreadyExists && !is_empty(path) => {}
        // The disk knows no hard links, or an empty file lies there.
        Err(_) => std::fs::rename(draft, path)?,
    }
    match path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        Some(folder) if cfg!(unix) => File::open(folder)?.sync_all(),
        _ => Ok(()),
    }
}

fn is_empty(path: &Path) -> bool {
    path.metadata().is_ok_and(|metadata| metadata.len() == 0)
}

async fn upgrade(path: &Path, pool: &SqlitePool) -> Result<(), StoreError> {
    let told = |error: sqlx::Error| StoreError::from_sqlx(path, &error);
    let mut connection = pool.acquire().await.map_err(told)?;
    migrator().run_direct(None, &mut *connection, false).await.map_err(|error| told(error.into()))?;
    mark(&mut connection).await.map_err(told)?;
    // From here on the header itself tells older programs to keep away.
    sqlx::query("pragma wal_checkpoint(truncate)").execute(&mut *connection).await.map(drop).map_err(told)
}

/// Writes into the header whose file this is and which layout it has.
async fn mark(connection: &mut SqliteConnection) -> Result<(), sqlx::Error> {
    let marks = format!("pragma application_id = {APPLICATION_ID}; pragma user_version = {SCHEMA};");
    sqlx::raw_sql(sqlx::AssertSqlSafe(marks)).execute(connection).await.map(drop)
}

fn migrator() -> Migrator {
    let migrations = MIGRATIONS.iter().map(|(version, title, sql)| {
        Migration::new(*version, (*title).into(), MigrationType::Simple, (*sql).into_sql_str(), false)
    });
    Migrator::with_migrations(migrations.collect())
}

/// Makes missing folders for the owner only; folders that exist stay as they are.
fn make_folder(folder: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// Files for the owner only; SQLite gives its journals the mode of the database.
fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    options
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_migration_file_is_listed_and_the_layout_number_is_the_newest() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/store/migrations");
        assert_eq!(std::fs::read_dir(folder).unwrap().count(), MIGRATIONS.len());
        assert_eq!(MIGRATIONS.last().unwrap().0, i64::from(SCHEMA));
    }
}

//! The three databases: connecting so that nothing can be written, and rows as texts.

use std::path::Path;

use futures_util::TryStreamExt as _;
use sqlx::mysql::{MySqlConnectOptions, MySqlConnection, MySqlSslMode};
use sqlx::postgres::{PgConnectOptions, PgConnection, PgSslMode};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{AssertSqlSafe, Column as _, ConnectOptions as _, Connection as _, Executor as _, Row as _};
use sqlx::{SqlSafeStr as _, Statement as _};

use super::address::Address;
use super::fault::Broken;
use super::reading::Reading;
use crate::connectors::secret::Secret;

/// Which database it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Postgres,
    MySql,
    Sqlite,
}

/// Who signs in, and whose word about certificates counts.
#[derive(Debug, Clone, Default)]
pub struct SignIn {
    pub user: Option<String>,
    pub password: Option<Secret>,
    pub ca: Option<String>,
}

/// A connection in a transaction that only reads and sees one moment.
pub enum Session {
    Postgres(PgConnection),
    MySql(MySqlConnection),
    Sqlite(SqliteConnection),
}

/// Does the same with whichever connection it is.
macro_rules! on {
    ($session:expr, $own:ident => $work:expr) => {
        match $session {
            Session::Postgres($own) => $work,
            Session::MySql($own) => $work,
            Session::Sqlite($own) => $work,
        }
    };
}

/// Who signs in where nobody is named.
const USER: &str = "trueup";
/// How long one query may take.
const PATIENCE: &str = "600000";

impl Session {
    /// Connects and begins to read.
    pub async fn open(address: &Address, sign_in: &SignIn) -> Result<Self, sqlx::Error> {
        match address.kind {
            Kind::Postgres => {
                let mut own = postgres(address, sign_in).connect().await?;
                let lasts = format!("set statement_timeout = {PATIENCE}");
                own.execute(AssertSqlSafe(lasts)).await?;
                own.execute("set default_transaction_read_only = on").await?;
                own.execute("begin isolation level repeatable read, read only").await?;
                Ok(Self::Postgres(own))
            }
            Kind::MySql => {
                let mut own = mysql(address, sign_in).connect().await?;
                // MySQL and MariaDB name it differently; one that knows neither waits for ever.
                for limit in
                    ["set session max_execution_time = 600000", "set session max_statement_time = 600"]
                {
                    let _ = own.execute(limit).await;
                }
                own.execute("set session transaction isolation level repeatable read").await?;
                // Taken apart: the protocol of prepared statements has no word for beginning.
                sqlx::raw_sql("start transaction with consistent snapshot, read only")
                    .execute(&mut own)
                    .await?;
                Ok(Self::MySql(own))
            }
            Kind::Sqlite => {
                let options =
                    SqliteConnectOptions::new().filename(Path::new(&address.database)).read_only(true);
                let mut own = options.disable_statement_logging().connect().await?;
                own.execute("begin").await?;
                Ok(Self::Sqlite(own))
            }
        }
    }

    /// The names of a query's columns; what is wrong with it, and rights that are missing, are told here.
    pub async fn columns(&mut self, sql: &str) -> Result<Vec<String>, sqlx::Error> {
        self.mark().await?;
        // The text is the user's own, from the user's own settings, and was held to be one query that reads.
        let text = AssertSqlSafe(sql.to_owned()).into_sql_str();
        let told = on!(self, own => {
            let statement = own.prepare(text).await;
            statement.map(|statement| statement.columns().iter().map(|one| one.name().to_owned()).collect())
        });
        let columns = self.settled(told).await?;
        // Rights are looked at when a query runs; no row is asked for.
        let text = AssertSqlSafe(format!("select 1 from ({sql}\n) as probed limit 0"));
        let told = on!(self, own => sqlx::query(text).persistent(false).execute(own).await.map(|_| ()));
        self.settled(told).await?;
        Ok(columns)
    }

    /// How many rows a query has.
    pub async fn count(&mut self, sql: &str) -> Result<u64, sqlx::Error> {
        self.mark().await?;
        let text = AssertSqlSafe(format!("select count(*) from ({sql}\n) as counted"));
        let count = on!(self, own => {
            let row = sqlx::query(text).persistent(false).fetch_one(own).await;
            row.and_then(|row| row.try_get::<i64, _>(0))
        });
        self.settled(count.map(i64::unsigned_abs)).await
    }

    /// Hands every row over as texts, in the order of `columns`; NULL is empty.
    pub async fn rows(
        &mut self,
        sql: &str,
        columns: &[String],
        reading: &mut Reading<'_>,
    ) -> Result<(), Broken> {
        self.mark().await?;
        let cells: Vec<String> = columns.iter().map(|name| self.cell(name)).collect();
        let text = AssertSqlSafe(format!("select {} from ({sql}\n) as asked", cells.join(", ")));
        let broken = on!(self, own => {
            let mut rows = sqlx::query(text).persistent(false).fetch(own);
            loop {
                match rows.try_next().await {
                    Ok(Some(row)) => {
                        let texts = (0..columns.len()).map(|at| {
                            let text = row.try_get::<Option<String>, _>(at)?.unwrap_or_default();
                            Ok(text.trim().to_owned())
                        });
                        let texts = texts.collect::<Result<_, sqlx::Error>>()?;
                        reading.take(texts).await.map_err(Broken::Stopped)?;
                    }
                    Ok(None) => break None,
                    Err(error) => break Some(error),
                }
            }
        });
        match broken {
            Some(error) => Ok(self.settled(Err(error)).await?),
            None => Ok(()),
        }
    }

    /// One column as text, in the database's own words for that.
    fn cell(&self, name: &str) -> String {
        let sign = if matches!(self, Self::MySql(_)) { '`' } else { '"' };
        let name = format!("{sign}{}{sign}", name.replace(sign, &sign.to_string().repeat(2)));
        match self {
            // A list is joined by blanks, as registers write several keys.
            Self::Postgres(_) => format!(
                "case when pg_typeof({name})::text like '%[]' \
                 then array_to_string(translate({name}::text, '\"', '')::text[], ' ') else {name}::text end"
            ),
            Self::MySql(_) => format!("cast({name} as char)"),
            Self::Sqlite(_) => format!("cast({name} as text)"),
        }
    }

    /// A place to come back to: in PostgreSQL a refused query ends the transaction otherwise.
    async fn mark(&mut self) -> Result<(), sqlx::Error> {
        if let Self::Postgres(own) = self {
            own.execute("savepoint asked").await?;
        }
        Ok(())
    }

    async fn settled<T>(&mut self, told: Result<T, sqlx::Error>) -> Result<T, sqlx::Error> {
        if let (Err(sqlx::Error::Database(_)), Self::Postgres(own)) = (&told, &mut *self) {
            own.execute("rollback to savepoint asked").await?;
        }
        told
    }

    /// Ends the transaction and the connection.
    pub async fn close(self) {
        // Nothing was written, so nothing is lost whatever the answer.
        let _ = on!(self, own => own.close().await);
    }
}

fn postgres(address: &Address, sign_in: &SignIn) -> PgConnectOptions {
    let mut options = PgConnectOptions::new_without_pgpass().host(&address.host).application_name("trueup");
    options = address.port.map_or(options.clone(), |port| options.port(port));
    options = options.ssl_mode(if address.is_here() { PgSslMode::Prefer } else { PgSslMode::VerifyFull });
    if !address.database.is_empty() {
        options = options.database(&address.database);
    }
    // Without a word of our own, variables of the environment would sign in, at an address that they are not for.
    options = options.username(sign_in.user.as_deref().unwrap_or(USER));
    options = options.password(sign_in.password.as_ref().map_or("", Secret::reveal));
    if let Some(ca) = &sign_in.ca {
        options = options.ssl_root_cert(ca).ssl_mode(PgSslMode::VerifyFull);
    }
    options.disable_statement_logging()
}

fn mysql(address: &Address, sign_in: &SignIn) -> MySqlConnectOptions {
    let mut options = MySqlConnectOptions::new().host(&address.host);
    options = address.port.map_or(options.clone(), |port| options.port(port));
    let mode = if address.is_here() { MySqlSslMode::Preferred } else { MySqlSslMode::VerifyIdentity };
    options = options.ssl_mode(mode);
    if !address.database.is_empty() {
        options = options.database(&address.database);
    }
    options = options.username(sign_in.user.as_deref().unwrap_or(USER));
    if let Some(password) = &sign_in.password {
        options = options.password(password.reveal());
    }
    if let Some(ca) = &sign_in.ca {
        options = options.ssl_ca(ca).ssl_mode(MySqlSslMode::VerifyIdentity);
    }
    options.disable_statement_logging()
}

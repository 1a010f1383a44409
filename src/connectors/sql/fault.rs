//! What a database says, as what it means for a pull.

use sqlx::mysql::MySqlDatabaseError;
use sqlx::postgres::{PgDatabaseError, PgErrorPosition};

use super::address::Address;
use crate::connectors::ConnectorError;

/// What became of a query that was refused.
pub enum Fault {
    /// The reader may not see a table of it.
    Forbidden(String),
    /// A table or a column is not there, or the query is wrong otherwise.
    Wrong(String),
    /// Nothing else will be answered either.
    Failed(ConnectorError),
}

/// Why reading rows ended early.
pub enum Broken {
    /// The database refused, or is gone.
    Database(sqlx::Error),
    /// Whoever takes the rows stopped.
    Stopped(ConnectorError),
}

impl From<sqlx::Error> for Broken {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(error)
    }
}

/// What a code of the SQL standard, or a number of MySQL's own, means.
enum Meaning {
    Credentials,
    NoDatabase,
    Forbidden,
    TooLong,
    Query,
}

impl Fault {
    /// Sorts an error of a database at an address.
    pub fn of(error: &sqlx::Error, address: &Address) -> Self {
        let failed = |reason: String, help: &str| {
            let origin = address.name();
            Self::Failed(ConnectorError::Network { origin, reason, help: help.to_owned() })
        };
        let sqlx::Error::Database(told) = error else {
            let help = "look at the address, the network and the certificate; nothing of this pull was kept";
            return failed(format!("it cannot be reached, or broke off: {error}"), help);
        };
        let words = format!("{}{}", told.message(), place(error));
        match meaning(error) {
            Meaning::Credentials => failed(
                format!("it does not accept the user or the password: {words}"),
                "look at the settings `user` and `password`, and from where this user may sign in",
            ),
            Meaning::NoDatabase => failed(words, "look at the name behind the host in the address"),
            Meaning::TooLong => failed(
                format!("a query took longer than ten minutes: {words}"),
                "ask for fewer rows or columns, or for a view that is made beforehand",
            ),
            Meaning::Forbidden => Self::Forbidden(words),
            Meaning::Query => Self::Wrong(words),
        }
    }
}

fn meaning(error: &sqlx::Error) -> Meaning {
    let sqlx::Error::Database(told) = error else { return Meaning::Query };
    if let Some(mysql) = told.try_downcast_ref::<MySqlDatabaseError>() {
        return match mysql.number() {
            1045 | 1698 | 1130 => Meaning::Credentials,
            1049 => Meaning::NoDatabase,
            1044 | 1142 | 1143 | 1227 | 1370 => Meaning::Forbidden,
            1969 | 3024 => Meaning::TooLong,
            _ => Meaning::Query,
        };
    }
    match told.code().as_deref() {
        Some("28P01" | "28000") => Meaning::Credentials,
        Some("3D000") => Meaning::NoDatabase,
        Some("42501") => Meaning::Forbidden,
        Some("57014") => Meaning::TooLong,
        _ => Meaning::Query,
    }
}

/// Where in the query it is, where PostgreSQL says so.
fn place(error: &sqlx::Error) -> String {
    let sqlx::Error::Database(told) = error else { return String::new() };
    match told.try_downcast_ref::<PgDatabaseError>().and_then(PgDatabaseError::position) {
        Some(PgErrorPosition::Original(at)) => format!(" (at character {at})"),
        _ => String::new(),
    }
}

//! Addresses of databases: which one, where, and nothing secret in them.

use std::net::IpAddr;
use std::path::Path;

use super::engine::Kind;
use crate::connectors::ConnectorError;
use crate::connectors::http::ADDRESS;

/// Where a database is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    pub kind: Kind,
    pub host: String,
    pub port: Option<u16>,
    /// The database's name, or the file of SQLite.
    pub database: String,
}

const SCHEMES: [(&str, Kind); 4] = [
    ("postgres://", Kind::Postgres),
    ("postgresql://", Kind::Postgres),
    ("mysql://", Kind::MySql),
    ("mariadb://", Kind::MySql),
];

/// Reads an address such as `postgres://db.example.com/hr`, `mysql://db.example.com:3306/hr` or `sqlite:/data/hr.db`.
pub fn read(text: &str) -> Result<Address, ConnectorError> {
    let text = text.trim();
    if let Some(file) = text.strip_prefix("sqlite:") {
        let file = file.strip_prefix("//").unwrap_or(file).to_owned();
        if file.is_empty() {
            return Err(wrong("it names no file", "write it whole, such as sqlite:/data/hr.db"));
        }
        if !Path::new(&file).is_absolute() {
            return Err(wrong(
                "it does not name the file whole",
                "begin it at the root, such as sqlite:/data/hr.db",
            ));
        }
        return Ok(Address { kind: Kind::Sqlite, host: String::new(), port: None, database: file });
    }
    let found = SCHEMES.iter().find_map(|(scheme, kind)| Some((text.strip_prefix(scheme)?, *kind)));
    let help = "write it whole, such as postgres://db.example.com:5432/hr";
    let (rest, kind) = found.ok_or_else(|| wrong("it is of no database that can be read", help))?;
    if rest.contains('@') {
        let help = "take it out; the user and the place of the password have settings of their own";
        return Err(wrong("it holds a name or a password", help));
    }
    if rest.contains(['?', '#']) {
        return Err(wrong("it holds a `?` or a `#`", "leave out what follows the database's name"));
    }
    let (place, database) = rest.split_once('/').unwrap_or((rest, ""));
    let (host, port) = match place.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => {
            let port = port.parse().map_err(|_| wrong("its port is no number", help))?;
            (host, Some(port))
        }
        _ => (place, None),
    };
    if host.is_empty() {
        return Err(wrong("it names no host", help));
    }
    let host = host.trim_matches(['[', ']']).to_owned();
    Ok(Address { kind, host, port, database: database.trim_end_matches('/').to_owned() })
}

fn wrong(reason: &str, help: &str) -> ConnectorError {
    ConnectorError::Value { key: ADDRESS, reason: reason.to_owned(), help: help.to_owned() }
}

impl Address {
    /// Whether it leads to this machine, where nobody listens in between.
    pub fn is_here(&self) -> bool {
        self.host == "localhost" || self.host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
    }

    /// What it is called in ids and errors: the host and the database, or the file's name.
    pub fn name(&self) -> String {
        if self.kind == Kind::Sqlite {
            return self.database.rsplit('/').next().unwrap_or(&self.database).to_owned();
        }
        let port = self.port.map_or_else(String::new, |port| format!(":{port}"));
        format!("{}{port}/{}", self.host, self.database)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_name_a_database_and_nothing_secret() {
        let pg = read("postgres://db.example.com/hr").unwrap();
        assert_eq!(
            (pg.kind, pg.host.as_str(), pg.port, pg.database.as_str()),
            (Kind::Postgres, "db.example.com", None, "hr")
        );
        assert!(!pg.is_here() && read("mysql://[::1]:3307/x").unwrap().is_here());
        assert_eq!(read("mysql://[::1]:3307/x").unwrap().port, Some(3307));
        assert_eq!(read("sqlite:///data/hr.db").unwrap().database, "/data/hr.db");
        for bad in [
            "postgres://me:secret@db/hr",
            "mysql://secret@db/hr",
            "postgres://db/hr?password=secret",
            "postgres://:5432/hr",
            "postgres://db:secret/hr",
            "https://db/secret",
            "sqlite:",
            "sqlite:secret.db",
            "",
        ] {
            let error = read(bad).unwrap_err().to_string();
            assert!(!error.contains("secret"), "{bad}: {error}");
        }
    }
}

//! Where things lie and what the user has set: flags, environment, file, defaults.

mod sources;

use std::path::{Path, PathBuf};

use etcetera::BaseStrategy;
use miette::{Diagnostic, NamedSource, SourceSpan};
use serde::Deserialize;
use thiserror::Error;

pub use sources::{Source, Sources};

/// The default configuration, which is also its manual.
pub const DEFAULTS: &str = include_str!("../assets/config.toml");

/// Everything that can be set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    pub database: PathBuf,
    /// The folder of the user's own packs; it need not exist.
    pub packs: PathBuf,
    /// The user's own weights of over-privilege, where there are any.
    pub weights: Option<PathBuf>,
    /// The file of sources; it need not exist.
    pub sources: PathBuf,
    /// Who stands beside every edit.
    pub actor: String,
    pub log: LogLevel,
    pub log_file: PathBuf,
}

/// How much is written to the log file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogLevel {
    Off,
    Error,
    Warn,
    Info,
    Debug,
    Trace,
}

impl LogLevel {
    /// The word as it stands in the file.
    pub fn word(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Error => "error",
            Self::Warn => "warn",
            Self::Info => "info",
            Self::Debug => "debug",
            Self::Trace => "trace",
        }
    }
}

/// Why the settings cannot be used.
#[derive(Debug, Error, Diagnostic)]
pub enum ConfigError {
    /// The user's file says something that nobody understands.
    #[error("the settings in {path} cannot be used: {reason}")]
    #[diagnostic(code(config::file))]
    File {
        path: String,
        reason: String,
        #[help]
        help: String,
        #[source_code]
        text: NamedSource<String>,
        #[label("here")]
        at: Option<SourceSpan>,
    },
    /// The user's file is there but cannot be read.
    #[error("the settings in {path} cannot be read: {reason}")]
    #[diagnostic(code(config::unreadable), help("make the file readable, or remove it"))]
    Unreadable { path: String, reason: String },
    /// The computer does not say where the user's files belong.
    #[error("there is no home folder to keep the database in")]
    #[diagnostic(code(config::home), help("set TRUEUP_DATA to a folder"))]
    Homeless,
}

/// The folders that trueup uses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folders {
    pub data: PathBuf,
    pub config: PathBuf,
    pub state: PathBuf,
}

impl Folders {
    /// The user's folders; one folder for everything when `TRUEUP_DATA` names it.
    pub fn find() -> Result<Self, ConfigError> {
        if let Some(folder) = std::env::var_os("TRUEUP_DATA").filter(|folder| !folder.is_empty()) {
            let folder = PathBuf::from(folder);
            return Ok(Self { data: folder.clone(), config: folder.clone(), state: folder });
        }
        let base = etcetera::choose_base_strategy().map_err(|_| ConfigError::Homeless)?;
        let data = base.data_dir().join("trueup");
        let state = base.state_dir().map_or_else(|| data.clone(), |folder| folder.join("trueup"));
        Ok(Self { data, config: base.config_dir().join("trueup"), state })
    }
}

/// The file's own form: every key may be missing.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Written {
    database: String,
    packs: String,
    weights: String,
    actor: String,
    log: Option<LogLevel>,
}

/// The keys of the file, for "did you mean".
const KEYS: [&str; 5] = ["database", "packs", "weights", "actor", "log"];

impl Config {
    /// Reads the user's file, where there is one, over the defaults; `database` is the flag `--db`.
    pub fn load(database: Option<&Path>) -> Result<Self, ConfigError> {
        let folders = Folders::find()?;
        let file = folders.config.join("config.toml");
        let written = match std::fs::read_to_string(&file) {
            Ok(text) => read(&file, text)?,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Written::default(),
            Err(error) => {
                let (path, reason) = (file.display().to_string(), error.to_string());
                return Err(ConfigError::Unreadable { path, reason });
            }
        };
        let place = |set: &str, name: &str| match set {
            "" => folders.data.join(name),
            set => PathBuf::from(set),
        };
        Ok(Self {
            database: database.map_or_else(|| place(&written.database, "trueup.db"), Path::to_path_buf),
            packs: place(&written.packs, "packs"),
            weights: weights(&written.weights, &folders.config.join("weights.toml")),
            sources: folders.config.join("sources.toml"),
            actor: if written.actor.is_empty() { user() } else { written.actor },
            log: written.log.unwrap_or(LogLevel::Info),
            log_file: folders.state.join("trueup.log"),
        })
    }
}

/// The file that was named, which has to be there, else the usual one where it is.
fn weights(named: &str, usual: &Path) -> Option<PathBuf> {
    if named.is_empty() { usual.exists().then(|| usual.to_path_buf()) } else { Some(PathBuf::from(named)) }
}

/// The user's name on this computer.
fn user() -> String {
    ["USER", "LOGNAME", "USERNAME"]
        .into_iter()
        .find_map(|key| std::env::var(key).ok().filter(|name| !name.is_empty()))
        .unwrap_or_else(|| "unknown".to_owned())
}

fn read(path: &Path, text: String) -> Result<Written, ConfigError> {
    toml::from_str(&text).map_err(|error| {
        let at = error.span().map(SourceSpan::from);
        let word = error.span().and_then(|span| text.get(span)).unwrap_or_default().to_owned();
        ConfigError::File {
            path: path.display().to_string(),
            reason: error.message().to_owned(),
            help: help(&word),
            text: NamedSource::new(path.display().to_string(), text),
            at,
        }
    })
}

fn help(word: &str) -> String {
    let near = KEYS
        .into_iter()
        .map(|key| (strsim::jaro_winkler(word, key), key))
        .filter(|(likeness, _)| *likeness > 0.8)
        .max_by(|(one, _), (other, _)| one.total_cmp(other));
    match near {
        Some((_, key)) if key != word => format!("did you mean `{key}`?"),
        _ => format!("the keys are {}", KEYS.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_file_has_every_key_and_no_other() {
        let table: toml::Table = toml::from_str(DEFAULTS).unwrap();
        let mut keys: Vec<_> = table.keys().map(String::as_str).collect();
        keys.sort_unstable();
        let mut known = KEYS;
        known.sort_unstable();
        assert_eq!(keys, known);
        let written = read(Path::new("config.toml"), DEFAULTS.to_owned()).unwrap();
        assert_eq!((written.actor.as_str(), written.log), ("", Some(LogLevel::Info)));
    }

    #[test]
    fn a_slip_in_a_key_is_shown_where_it_is_and_what_was_meant() {
        let error = read(Path::new("config.toml"), "actr = \"anna\"\n".to_owned()).unwrap_err();
        let ConfigError::File { help, at, .. } = error else { panic!("{error}") };
        assert_eq!(help, "did you mean `actor`?");
        assert_eq!(at.unwrap().offset(), 0);
    }
}

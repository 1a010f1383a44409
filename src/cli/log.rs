//! The log: a file in the state folder. It never holds answers, records or secrets.

use std::fs::{File, OpenOptions};
use std::path::Path;
use std::sync::Mutex;

use tracing_subscriber::EnvFilter;

use crate::config::{Config, LogLevel};

/// From this size on the log is put aside and a new one begun, in bytes.
const FULL: u64 = 1 << 20;

/// Opens the log. A log that cannot be written is no reason not to work.
pub(super) fn open(config: &Config) {
    if config.log == LogLevel::Off {
        return;
    }
    let Some(file) = append(&config.log_file) else { return };
    let _ = tracing_subscriber::fmt()
        .with_ansi(false)
        .with_env_filter(EnvFilter::new(format!("trueup={}", config.log.word())))
        .with_writer(Mutex::new(file))
        .try_init();
}

fn append(path: &Path) -> Option<File> {
    if path.metadata().is_ok_and(|metadata| metadata.len() > FULL) {
        let _ = std::fs::rename(path, path.with_extension("log.1"));
    }
    let mut folders = std::fs::DirBuilder::new();
    folders.recursive(true);
    let mut options = OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    {
        std::os::unix::fs::DirBuilderExt::mode(&mut folders, 0o700);
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    }
    folders.create(path.parent()?).ok()?;
    options.open(path).ok()
}

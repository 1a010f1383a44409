//! One call of the program: its flags, its output, and the database once it is needed.

use std::io::{IsTerminal, Write};
use std::path::PathBuf;
use std::sync::Mutex;

use serde::Serialize;
use tokio::sync::OnceCell;

use super::Global;
use super::error::Error;
use super::log;
use crate::config::{Config, Sources};
use crate::model::AssessmentId;
use crate::model::questionnaire::Questionnaire;
use crate::ops::{self, Ctx, Opened};
use crate::packs::Library;

/// What every command works with.
pub(super) struct Call {
    pub global: Global,
    config: OnceCell<Config>,
    ctx: OnceCell<Ctx>,
    out: Mutex<std::io::BufWriter<std::io::Stdout>>,
}

impl Call {
    /// A call with these flags; nothing is opened yet.
    pub fn new(global: Global) -> Self {
        let out = Mutex::new(std::io::BufWriter::new(std::io::stdout()));
        Self { global, config: OnceCell::new(), ctx: OnceCell::new(), out }
    }

    /// The settings; also opens the log.
    pub async fn config(&self) -> Result<&Config, Error> {
        self.config
            .get_or_try_init(async || {
                let config = Config::load(self.global.db.as_deref())?;
                log::open(&config);
                Ok(config)
            })
            .await
    }

    /// The database and the packs, opened on first use.
    pub async fn ctx(&self) -> Result<&Ctx, Error> {
        self.ctx
            .get_or_try_init(async || {
                let config = self.config().await?;
                let ctx = Ctx::open(&config.database, Some(&config.packs), config.actor.clone()).await?;
                let ctx = ctx.with_sources(&config.sources);
                Ok(match &config.weights {
                    Some(file) => ctx.weighed(file)?,
                    None => ctx,
                })
            })
            .await
    }

    /// The catalogues alone, for work that needs no database.
    pub async fn library(&self) -> Result<Library, Error> {
        let config = self.config().await?;
        let packs = Some(&config.packs).filter(|packs| packs.is_dir());
        let mut library = Library::open(packs.map(PathBuf::as_path))?;
        if let Some(file) = &config.weights {
            library.weigh(file)?;
        }
        Ok(library)
    }

    /// The sources that are set up.
    pub async fn sources(&self) -> Result<Sources, Error> {
        Ok(Sources::load(&self.config().await?.sources)?)
    }

    /// The assessment that is meant, where one was named.
    pub async fn named(&self) -> Result<Option<AssessmentId>, Error> {
        match &self.global.assessment {
            Some(part) => Ok(Some(ops::find(self.ctx().await?, part).await?)),
            None => Ok(None),
        }
    }

    /// The assessment that is meant, opened.
    pub async fn opened(&self) -> Result<Opened, Error> {
        let named = self.named().await?;
        Ok(ops::open(self.ctx().await?, named.as_ref()).await?)
    }

    /// The id of the assessment that is meant: the named or the newest one.
    pub async fn assessment(&self) -> Result<AssessmentId, Error> {
        let named = self.named().await?;
        Ok(ops::which(self.ctx().await?, named.as_ref()).await?.id)
    }

    /// The questions of the assessment that is meant; `None` while there is none.
    pub async fn pack(&self) -> Option<Questionnaire> {
        let id = self.assessment().await.ok()?;
        ops::unscored(self.ctx().await.ok()?, Some(&id)).await.ok().map(|(pack, _)| pack)
    }

    /// Whether somebody sits at a terminal and may be asked.
    pub fn may_ask(&self) -> bool {
        !self.global.no_input && std::io::stdin().is_terminal() && std::io::stdout().is_terminal()
    }

    /// Prints text that ends its own lines.
    pub fn print(&self, text: &str) -> Result<(), Error> {
        let mut out = self.out.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        out.write_all(text.as_bytes()).and_then(|()| out.flush()).map_err(Error::Output)
    }

    /// Prints piece by piece what is too long to be held whole.
    pub fn stream(&self, write: impl FnOnce(&mut dyn Write) -> std::io::Result<()>) -> Result<(), Error> {
        let mut out = self.out.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        write(&mut *out).and_then(|()| out.flush()).map_err(Error::Output)
    }

    /// Prints a value as JSON.
    pub fn print_json(&self, value: &impl Serialize) -> Result<(), Error> {
        let mut text = serde_json::to_string_pretty(value).map_err(|error| Error::Output(error.into()))?;
        text.push('\n');
        self.print(&text)
    }

    /// Prints the value as JSON where that was asked for, else as text.
    pub fn show<T: Serialize>(&self, value: &T, text: impl FnOnce(&T) -> String) -> Result<(), Error> {
        if self.global.json { self.print_json(value) } else { self.print(&text(value)) }
    }

    /// Folds the journal into the database.
    pub async fn close(&self) {
        if let Some(ctx) = self.ctx.get() {
            ctx.store.close().await;
        }
    }
}

//! Sources in, records out. A connector knows nothing of the database, the scores or the screens.

use std::cell::RefCell;
use std::future::Future;
use std::path::PathBuf;
use std::pin::Pin;

use jiff::Timestamp;
use miette::Diagnostic;
use serde::Serialize;
use thiserror::Error;
use tokio::sync::mpsc;

use crate::model::SourceId;
use crate::model::inventory::Record;
use crate::model::pull::{Asked, Missing, Preflight, Refusal, Sight};

mod aws;
mod aws_authorization;
mod aws_cloudtrail;
mod aws_credential_report;
mod aws_last_accessed;
mod aws_organization_policies;
pub mod catalogue;
mod directory;
mod entra;
mod github;
mod google;
pub mod http;
pub mod json;
mod jumpcloud;
mod keycloak;
mod kubernetes;
mod kubernetes_objects;
mod ldap;
mod links;
pub mod listing;
pub mod measurements;
mod network_log;
mod okta;
pub mod open;
pub mod register;
mod scim;
pub mod scope;
pub mod secret;
pub mod setting;
mod sharphound;
mod sql;
pub mod suspect;
mod toml_file;
mod vault;
mod workstation;

pub use setting::{Form, PASSWORD, Setting, Settings};

/// The key of the one setting that every connector of files has.
pub const PATH: &str = "path";

/// How many records a thread hands over at a time.
const BATCH: usize = 128;

/// A boxed future, so that the trait can be used as `dyn`.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Every connector. Help, forms, docs and tests are derived from this table.
pub static REGISTRY: &[&Spec] = &[
    &aws_authorization::SPEC,
    &aws_credential_report::SPEC,
    &aws_last_accessed::SPEC,
    &aws_cloudtrail::SPEC,
    &aws_organization_policies::SPEC,
    &sharphound::SPEC,
    &kubernetes_objects::SPEC,
    &measurements::SPEC,
    &scope::SPEC,
    &register::identities::SPEC,
    &register::agents::SPEC,
    &register::grants::SPEC,
    &register::credentials::SPEC,
    &register::tools::SPEC,
    &network_log::SPEC,
    &aws::SPEC,
    &entra::SPEC,
    &github::SPEC,
    &google::cloud::SPEC,
    &google::workspace::SPEC,
    &jumpcloud::SPEC,
    &keycloak::SPEC,
    &kubernetes::SPEC,
    &ldap::SPEC,
    &okta::SPEC,
    &scim::SPEC,
    &sql::SPEC,
    &vault::SPEC,
    &workstation::SPEC,
];

/// Everything the program knows about a connector before it is configured.
pub struct Spec {
    pub id: &'static str,
    pub title: &'static str,
    /// What it can see, and the least permission for each.
    pub sees: &'static [Sight],
    /// Makes the form, the docs and the config check.
    pub settings: &'static [Setting],
    /// The least rights that show all of it, ready to be given to the reader; empty where no such text exists.
    pub permits: &'static [Permit],
    /// For connectors that read files: whether a file is of this kind, told from how it begins.
    pub recognise: Option<fn(&Sample<'_>) -> bool>,
    pub connect: fn(&Settings) -> Result<Box<dyn Connector>, ConnectorError>,
}

/// The least rights of a reader, written in the system's own language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Permit {
    /// What the text is and what to do with it, as a sentence.
    pub how: &'static str,
    /// The language of the text, as it is named before a block of code, such as `json`.
    pub language: &'static str,
    pub text: &'static str,
}

/// How a file begins: enough to tell its kind without reading it whole.
#[derive(Debug, Clone, Copy)]
pub struct Sample<'a> {
    /// The first bytes (up to 64 KiB; of a zipped spreadsheet all of them), without a byte-order mark.
    pub head: &'a [u8],
    /// The file's whole size in bytes.
    pub size: u64,
}

/// One configured source.
pub trait Connector: Send + Sync {
    /// What would be seen and what not, cheaply, before anything is pulled.
    fn preflight(&self) -> BoxFuture<'_, Result<Preflight, ConnectorError>>;
    /// Pushes every record into `out`. Dropping the future cancels the pull.
    fn pull<'a>(&'a self, out: &'a mut Sink) -> BoxFuture<'a, Result<Taken, ConnectorError>>;
    /// What the system was asked so far: of a look that breaks off, the receipt tells it.
    fn asked(&self) -> Vec<Asked> {
        Vec::new()
    }
}

/// What a finished pull says about itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// The system that the records are about.
    pub source: SourceId,
    /// The moment that the data describe: the snapshot's own time where it has one.
    pub at: Timestamp,
    pub bytes: u64,
}

/// What a connector says while it runs.
#[derive(Debug, Clone, PartialEq)]
pub enum Said {
    Records(Vec<Record>),
    Progress(Progress),
    Refused(Refusal),
    /// A kind of fact that turned out not to be shown.
    Misses(Missing),
    /// What was asked of the system, as far as it was asked.
    Asked(Vec<Asked>),
}

/// How far a pull is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Progress {
    /// What is being read, such as `roles`.
    pub what: String,
    /// How much is done: records, or bytes of the file.
    pub done: u64,
    /// How much there is, where that is known.
    pub of: Option<u64>,
}

impl Progress {
    /// Whether there is nothing to count, as while somebody has to sign in: then what it says stands alone.
    pub fn is_bare(&self) -> bool {
        self.done == 0 && self.of.is_none()
    }
}

/// Where a connector puts what it sees: a bounded channel, so that a slow store slows the source.
#[derive(Debug, Clone)]
pub struct Sink(mpsc::Sender<Said>);

impl Sink {
    /// A sink and its other end.
    pub fn channel(bound: usize) -> (Self, mpsc::Receiver<Said>) {
        let (sender, receiver) = mpsc::channel(bound);
        (Self(sender), receiver)
    }

    /// Hands over some records, such as those of a page.
    pub async fn push(&mut self, records: Vec<Record>) -> Result<(), ConnectorError> {
        self.say(Said::Records(records)).await
    }

    /// Says how far it is; dropped when nobody keeps up.
    pub fn progress(&self, progress: Progress) {
        let _ = self.0.try_send(Said::Progress(progress));
    }

    /// Names something that is counted as unknown instead of being used.
    pub async fn refuse(&mut self, refusal: Refusal) -> Result<(), ConnectorError> {
        self.say(Said::Refused(refusal)).await
    }

    /// Names a kind of fact that turned out not to be shown, such as for want of a right.
    pub async fn misses(&mut self, missing: Missing) -> Result<(), ConnectorError> {
        self.say(Said::Misses(missing)).await
    }

    /// Says what was asked of the system so far; the last word counts.
    pub async fn asked(&mut self, asked: Vec<Asked>) -> Result<(), ConnectorError> {
        self.say(Said::Asked(asked)).await
    }

    async fn say(&mut self, said: Said) -> Result<(), ConnectorError> {
        self.0.send(said).await.map_err(|_| ConnectorError::Cancelled)
    }
}

/// A [`Sink`] for a thread that parses. Records are handed over many at a time, because waking the other side for
/// each one costs more than making it.
#[derive(Debug)]
pub struct Feed {
    sink: Sink,
    waiting: RefCell<Vec<Record>>,
}

impl Feed {
    /// A feed into a sink; what was pushed last arrives with [`Feed::flush`].
    pub fn new(sink: Sink) -> Self {
        Self { sink, waiting: RefCell::new(Vec::with_capacity(BATCH)) }
    }

    /// Hands over one record; an error means that the pull was cancelled.
    pub fn push(&self, record: Record) -> Result<(), ConnectorError> {
        let mut waiting = self.waiting.borrow_mut();
        waiting.push(record);
        if waiting.len() < BATCH {
            return Ok(());
        }
        self.say(Said::Records(std::mem::replace(&mut waiting, Vec::with_capacity(BATCH))))
    }

    /// Hands over what waits.
    pub fn flush(&self) -> Result<(), ConnectorError> {
        self.say(Said::Records(self.waiting.take()))
    }

    /// Whether nobody takes records any more, as after a cancelled pull.
    pub fn is_closed(&self) -> bool {
        self.sink.0.is_closed()
    }

    /// Says how far it is; dropped when nobody keeps up.
    pub fn progress(&self, progress: Progress) {
        self.sink.progress(progress);
    }

    /// Names something that is counted as unknown instead of being used.
    pub fn refuse(&self, refusal: Refusal) -> Result<(), ConnectorError> {
        self.say(Said::Refused(refusal))
    }

    fn say(&self, said: Said) -> Result<(), ConnectorError> {
        self.sink.0.blocking_send(said).map_err(|_| ConnectorError::Cancelled)
    }
}

/// Why a source could not be read.
#[derive(Debug, Error, Diagnostic)]
pub enum ConnectorError {
    /// The user stopped the pull, or its receiver is gone.
    #[error("the pull was cancelled; nothing of it was kept")]
    #[diagnostic(code(connector::cancelled))]
    Cancelled,

    /// A setting that the connector cannot do without is not there.
    #[error("the setting `{key}` is missing")]
    #[diagnostic(code(connector::setting), help("`trueup sources list` names the settings of every kind"))]
    Setting { key: &'static str },

    /// A setting has a value that it cannot have.
    #[error("the setting `{key}` cannot be used: {reason}")]
    #[diagnostic(code(connector::value))]
    Value {
        key: &'static str,
        reason: String,
        #[help]
        help: String,
    },

    /// A secret is not where it should lie.
    #[error("the secret for `{key}` could not be read: {reason}")]
    #[diagnostic(code(connector::secret))]
    Secret {
        key: &'static str,
        reason: String,
        #[help]
        help: String,
    },

    /// A system did not answer, or not as it should.
    #[error("{origin}: {reason}")]
    #[diagnostic(code(connector::network))]
    Network {
        /// The address without anything secret.
        origin: String,
        reason: String,
        #[help]
        help: String,
    },

    /// The operating system refused.
    #[error("could not read {path}: {reason}")]
    #[diagnostic(code(connector::file))]
    File {
        path: PathBuf,
        reason: String,
        #[help]
        help: String,
    },

    /// The content is not what it has to be.
    #[error("{path}{place}: {reason}")]
    #[diagnostic(code(connector::content))]
    Content {
        path: String,
        /// `, row 40000, column "class"` or `, line 3`; empty when the whole file is meant.
        place: String,
        reason: String,
        #[help]
        help: String,
    },
}

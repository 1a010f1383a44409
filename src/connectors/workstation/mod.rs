//! AI on workstations: MCP clients and the servers that they are told to use, and browser extensions, from one home
//! folder, from all of a machine, or from what was collected of many machines.
//!
//! Nothing secret is taken over: of a server the name, how it is spoken to, the program's name or the host, and
//! whether a secret lies beside it. No link out of the folder is followed. The newest time at which anything that was
//! read was written dates the evidence, unless the setting `collected` does.

mod clients;
mod extensions;
mod folder;
mod gather;
mod homes;
mod lenient;
mod secrets;
mod servers;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::Offset;

use super::http::now;
use super::open::{content, on_a_thread};
use super::{BoxFuture, Connector, ConnectorError, Form, PATH, Setting, Settings, Sink, Spec, Taken};
use crate::model::SourceId;
use crate::model::inventory::Record;
use crate::model::pull::{Lack, Missing, Preflight, Refusal, Sight};
use folder::Folder;
use gather::{Gathered, title};

const NAME: &str = "name";
const COLLECTED: &str = "collected";

/// The connector, as the registry knows it.
pub static SPEC: Spec = Spec {
    id: "workstation",
    title: "Workstations (MCP clients, browser extensions)",
    sees: &[SERVERS, EXTENSIONS],
    settings: &[
        Setting {
            key: PATH,
            title: "Folder",
            help: "A home folder, a folder of homes such as /home, an unpacked collection of many machines, or a single \
                   configuration; nothing in it is changed.",
            is_required: true,
            form: Form::Folder,
        },
        Setting {
            key: NAME,
            title: "Name",
            help: "What the machines are called together; the folder's name where nothing is set.",
            is_required: false,
            form: Form::Text("laptops-berlin"),
        },
        Setting {
            key: COLLECTED,
            title: "Collected on",
            help: "When it was collected; where nothing is set, the newest time at which any of the files was written.",
            is_required: false,
            form: Form::Text("2026-03-31"),
        },
    ],
    permits: &[],
    recognise: None,
    connect,
};

const SERVERS: Sight = Sight {
    id: "mcp",
    title: "MCP clients, the servers that they use, whether a secret lies in their configuration",
    needs: "read access to the homes",
    feeds: &["ai.shadow.detected_90d", "ai.shadow.channels_covered", "ai.shadow.scan_age_days"],
};
const EXTENSIONS: Sight = Sight {
    id: "extensions",
    title: "Browser extensions of AI products",
    needs: "read access to the profiles of browsers in the homes",
    feeds: &["ai.shadow.detected_90d", "ai.shadow.channels_covered", "ai.shadow.scan_age_days"],
};

/// A folder that is set up.
#[derive(Clone)]
struct Workstation {
    path: PathBuf,
    name: Option<String>,
    collected: Option<Timestamp>,
}

/// What one reading of the folder showed.
struct Read {
    gathered: Gathered,
    source: SourceId,
    at: Timestamp,
    bytes: u64,
    refusals: Vec<Refusal>,
    is_forbidden: bool,
}

fn connect(settings: &Settings) -> Result<Box<dyn Connector>, ConnectorError> {
    let collected = settings.value(COLLECTED).map(day).transpose()?;
    let name = settings.value(NAME).map(str::to_owned);
    Ok(Box::new(Workstation { path: settings.path()?.to_owned(), name, collected }))
}

fn day(text: &str) -> Result<Timestamp, ConnectorError> {
    let date: Option<Date> = text.trim().parse().ok();
    let start = date.and_then(|date| Offset::UTC.to_timestamp(date.at(0, 0, 0, 0)).ok());
    start.ok_or_else(|| ConnectorError::Value {
        key: COLLECTED,
        reason: format!("`{text}` is no date"),
        help: "write it as 2026-03-31".to_owned(),
    })
}

impl Workstation {
    fn read(&self, is_over: impl Fn() -> bool) -> Result<Read, ConnectorError> {
        let folder = Folder::open(&self.path)?;
        let is_file = self.path.is_file();
        let gathered = match self.path.canonicalize() {
            Ok(whole) if is_file => Gathered::read_file(&folder, &whole),
            _ => Gathered::read(&folder, is_over),
        };
        if gathered.homes == 0 && gathered.configurations == 0 && gathered.profiles == 0 {
            let refused = folder.refusals();
            let why = refused.first().map(|one| format!(" ({}: {})", one.subject, one.reason));
            let reason =
                format!("no home and no configuration of an MCP client is in it{}", why.unwrap_or_default());
            return Err(content(&self.path, "", reason, "name a home, a folder of homes or a configuration"));
        }
        let name = self.name.clone().unwrap_or_else(|| title(&folder));
        Ok(Read {
            gathered,
            source: SourceId::new(format!("workstation:{name}")),
            // A clock that goes ahead on one machine may not date the evidence of all.
            at: self.collected.or(folder.newest()).unwrap_or_default().min(now()),
            bytes: folder.bytes(),
            refusals: folder.refusals(),
            is_forbidden: folder.is_forbidden(),
        })
    }
}

impl Connector for Workstation {
    fn preflight(&self) -> BoxFuture<'_, Result<Preflight, ConnectorError>> {
        let own = self.clone();
        Box::pin(on_a_thread(move || {
            let read = own.read(|| false)?;
            let counts = [
                ("homes", read.gathered.homes),
                ("MCP configurations", read.gathered.configurations),
                ("MCP servers", read.gathered.servers),
                ("browser profiles", read.gathered.profiles),
            ];
            let mut preflight = Preflight {
                recognised: format!("workstations, {} homes", read.gathered.homes),
                counts: counts.map(|(word, count)| (word.to_owned(), count)).into(),
                ..Preflight::default()
            };
            let missing = missing(&read);
            for sight in SPEC.sees.iter().filter(|sight| missing.iter().all(|lack| lack.sight != sight.title))
            {
                preflight.sees.push(sight.title.to_owned());
            }
            preflight.misses = missing;
            Ok(preflight)
        }))
    }

    fn pull<'a>(&'a self, out: &'a mut Sink) -> BoxFuture<'a, Result<Taken, ConnectorError>> {
        let own = self.clone();
        // Dropping the future ends the thread at the next home.
        let over = Over(Arc::new(AtomicBool::new(false)));
        let flag = Arc::clone(&over.0);
        Box::pin(async move {
            let _over = over;
            let read = on_a_thread(move || own.read(|| flag.load(Ordering::Relaxed))).await?;
            for missing in missing(&read) {
                out.misses(missing).await?;
            }
            let taken = Taken { source: read.source, at: read.at, bytes: read.bytes };
            for refusal in read.refusals {
                out.refuse(refusal).await?;
            }
            let records: Vec<Record> =
                read.gathered.tools(&taken.source, taken.at).map(Record::Tool).collect();
            for some in records.chunks(super::BATCH) {
                out.push(some.to_vec()).await?;
            }
            Ok(taken)
        })
    }
}

/// Tells the thread that nobody waits for it any more.
struct Over(Arc<AtomicBool>);

impl Drop for Over {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// What the folder does not show.
fn missing(read: &Read) -> Vec<Missing> {
    let mut missing = Vec::new();
    if read.is_forbidden {
        missing.push(Missing::from(&SERVERS).because(Lack::Forbidden));
    }
    if read.is_forbidden && read.gathered.profiles > 0 {
        missing.push(Missing::from(&EXTENSIONS).because(Lack::Forbidden));
    }
    if read.gathered.profiles == 0 {
        missing.push(Missing::from(&EXTENSIONS));
    }
    missing
}

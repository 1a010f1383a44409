//! Reading a file into the evidence: recognise, look ahead, read whole, keep at once.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;
use std::sync::Arc;

use serde::Serialize;
use tokio::sync::mpsc;
use uuid::Uuid;

use super::edit::{ATTEMPTS, overtaken, stamp};
use super::{Ctx, Error, TOOL, assess};
use crate::connectors::{
    Connector, ConnectorError, Progress, REGISTRY, Said, Sample, Settings, Sink, Spec, Taken,
};
use crate::model::assessment::{Assessment, Begun, Edit};
use crate::model::inventory::Record;
use crate::model::near::did_you_mean;
use crate::model::pull::{Asked, Manifest, Missing, Outcome, Preflight, Pulled, Refusal};
use crate::model::{AssessmentId, MetricName, PullId, SourceId};
use crate::packs::Library;
use crate::store::{Appended, Bundle, Packer};

/// How much of a file is looked at to tell its kind.
const HEAD: u64 = 64 * 1024;
/// How a spreadsheet begins: like every zip archive, so that only the whole of it tells what it is.
const ARCHIVE: &[u8] = b"PK\x03\x04";
/// How much of an archive is looked at, in bytes.
const LARGEST_ARCHIVE: u64 = 256 << 20;
/// How many messages of a connector may wait for the database.
const WAITING: usize = 16;
/// How many refusals a receipt names one by one.
const NAMED_REFUSALS: usize = 200;

/// What a file was recognised as.
#[derive(Debug, Clone, Serialize)]
pub struct Recognised {
    pub connector: String,
    pub title: String,
    pub preflight: Preflight,
}

/// Tells what a file is and what it would show, without keeping anything.
pub async fn preflight(library: &Library, path: &Path) -> Result<Recognised, Error> {
    preflight_as(library, path, None).await
}

/// The same of a file whose kind the user names.
pub async fn preflight_as(library: &Library, path: &Path, kind: Option<&str>) -> Result<Recognised, Error> {
    let (spec, connector) = connect(path, kind, metrics(library))?;
    let preflight = connector.preflight().await?;
    Ok(Recognised { connector: spec.id.to_owned(), title: spec.title.to_owned(), preflight })
}

/// Reads a file into the assessment's evidence. Nothing is kept unless the whole file was read.
pub async fn pull(
    ctx: &Ctx,
    id: &AssessmentId,
    path: &Path,
    progress: &(dyn Fn(Progress) + Send + Sync),
) -> Result<Manifest, Error> {
    pull_as(ctx, id, path, None, progress).await
}

/// The same of a file whose kind the user names, as a log that begins unlike any.
pub async fn pull_as(
    ctx: &Ctx,
    id: &AssessmentId,
    path: &Path,
    kind: Option<&str>,
    progress: &(dyn Fn(Progress) + Send + Sync),
) -> Result<Manifest, Error> {
    let begun = assess::which(ctx, Some(id)).await?;
    let (spec, connector) = connect(path, kind, metrics(&ctx.library))?;
    take(
        ctx,
        begun,
        Read { connector: spec.id, origin: origin(path), by: connector.as_ref(), is_live: false },
        progress,
    )
    .await
}

/// Reads everything and keeps it. Of a pull that breaks off after the source was asked, only the receipt is kept.
pub(super) async fn take(
    ctx: &Ctx,
    begun: Begun,
    read: Read<'_>,
    progress: &(dyn Fn(Progress) + Send + Sync),
) -> Result<Manifest, Error> {
    let (bundle, broken) = match read.whole(ctx, progress).await {
        Ok(bundle) => (bundle, None),
        Err((Some(receipt), error)) => (Packer::default().finish(receipt), Some(error)),
        Err((None, error)) => return Err(error),
    };
    for _ in 0..ATTEMPTS {
        let assessment = assess::replay(ctx, begun.clone()).await?;
        if keep(ctx, &assessment, &bundle).await? == Appended::Yes {
            return broken.map_or_else(|| Ok(bundle.manifest().clone()), Err);
        }
    }
    Err(broken.unwrap_or_else(|| overtaken(ctx)))
}

/// The names that a file of figures may use.
pub(super) fn metrics(library: &Library) -> Arc<[MetricName]> {
    library.catalog.metrics.keys().chain(library.catalog.derived.keys()).cloned().collect()
}

/// Reads a file as `pull` does, and hands everything over instead of keeping it. Its receipt knows no clock: it
/// begins and ends when the data were taken.
pub(super) async fn read(
    library: &Library,
    path: &Path,
    progress: &(dyn Fn(Progress) + Send + Sync),
) -> Result<Pulled, Error> {
    let (spec, connector) = connect(path, None, metrics(library))?;
    // Nothing is kept, so nobody is told beforehand what will be.
    let preflight = Preflight::default();
    let (taken, mut haul) = collect::<Vec<Record>>(connector.as_ref(), progress).await?;
    let taken = taken?;
    haul.records.shrink_to_fit();
    let manifest = Manifest {
        started: taken.at,
        ended: taken.at,
        refusals: haul.refusals,
        more_refusals: haul.more_refusals,
        ..blank(spec.id, origin(path), &taken, preflight)
    };
    Ok(Pulled { manifest, records: haul.records })
}

fn origin(path: &Path) -> String {
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}

/// The receipt of a whole pull without its times, counts and refusals.
fn blank(connector: &str, origin: String, taken: &Taken, preflight: Preflight) -> Manifest {
    Manifest {
        id: PullId::new(String::new()),
        connector: connector.to_owned(),
        source: taken.source.to_string(),
        origin,
        started: taken.at,
        ended: taken.at,
        taken: taken.at,
        outcome: Outcome::Whole,
        bytes: taken.bytes,
        rows: Vec::new(),
        preflight,
        refusals: Vec::new(),
        more_refusals: 0,
        digest: String::new(),
        asked: Vec::new(),
        tool: TOOL.to_owned(),
    }
}

/// A connector that is about to read.
pub(super) struct Read<'a> {
    pub connector: &'a str,
    /// What was read: the name of a file, or of a source.
    pub origin: String,
    pub by: &'a dyn Connector,
    /// Whether it is a system, which may answer otherwise the next time, rather than a file.
    pub is_live: bool,
}

impl Read<'_> {
    /// Reads everything and writes the receipt; nothing is in the database yet. A pull that breaks off has a receipt too
    /// when the source was asked anything.
    async fn whole(
        self,
        ctx: &Ctx,
        progress: &(dyn Fn(Progress) + Send + Sync),
    ) -> Result<Bundle, (Option<Manifest>, Error)> {
        let started = ctx.now();
        let (preflight, (read, haul)) = match self.by.preflight().await {
            Ok(preflight) => {
                let read = collect::<Packer>(self.by, progress).await.map_err(|error| (None, error))?;
                (preflight, read)
            }
            Err(error) => {
                let haul = Haul { asked: self.by.asked(), ..Haul::default() };
                (Preflight::default(), (Err(error), haul))
            }
        };
        let taken = match &read {
            Ok(taken) => taken.clone(),
            Err(_) => Taken { source: SourceId::new(""), at: started, bytes: 0 },
        };
        let mut manifest = Manifest {
            id: PullId::new(Uuid::now_v7().to_string()),
            started,
            ended: ctx.now(),
            refusals: haul.refusals,
            more_refusals: haul.more_refusals,
            asked: haul.asked,
            ..blank(self.connector, self.origin, &taken, with(preflight, haul.misses))
        };
        match read {
            Ok(_) => Ok(haul.records.finish(manifest)),
            Err(error) => {
                manifest.outcome = Outcome::Failed;
                manifest.refusals.push(Refusal { subject: "the pull".to_owned(), reason: error.to_string() });
                // A file that cannot be read shows it again at any time; a system may answer otherwise tomorrow.
                Err((self.is_live.then_some(manifest), error.into()))
            }
        }
    }
}

/// What the look ahead said, with what turned out to be missing.
fn with(mut preflight: Preflight, misses: Vec<Missing>) -> Preflight {
    for missing in misses {
        preflight.sees.retain(|sight| *sight != missing.sight);
        preflight.misses.retain(|known| known.sight != missing.sight);
        preflight.misses.push(missing);
    }
    preflight
}

/// Keeps the pull; an earlier one of the same connector and source no longer counts. One that broke off stands beside
/// what counts, and only in the place of another that broke off.
async fn keep(ctx: &Ctx, assessment: &Assessment, bundle: &Bundle) -> Result<Appended, Error> {
    let new = bundle.manifest();
    let former = assess::manifests(ctx, assessment).await?;
    let is_of_one = |former: &Manifest| former.connector == new.connector && former.origin == new.origin;
    let is_over = |former: &Manifest| match (former.outcome, new.outcome) {
        (Outcome::Whole, Outcome::Whole) => former.connector == new.connector && former.source == new.source,
        (Outcome::Whole, _) => false,
        (_, _) => is_of_one(former),
    };
    let mut edits: Vec<Edit> =
        former.into_iter().filter(is_over).map(|former| Edit::DropPull(former.id)).collect();
    edits.push(Edit::UsePull(new.id.clone()));
    let stamped = stamp(ctx, assessment.seq, &edits, ctx.now());
    Ok(ctx.store.keep_pull(&assessment.begun.id, bundle, &stamped).await?)
}

/// Where the records of a connector go.
trait Records: Default + Send + 'static {
    fn take(&mut self, record: Record) -> Result<(), Error>;
}

impl Records for Packer {
    fn take(&mut self, record: Record) -> Result<(), Error> {
        self.push(&record).map_err(|error| Error::Refused {
            what: format!("a record cannot be written down: {error}"),
            help: "this is a fault of the program; please report it".to_owned(),
        })
    }
}

impl Records for Vec<Record> {
    fn take(&mut self, record: Record) -> Result<(), Error> {
        self.push(record);
        Ok(())
    }
}

/// What a connector handed over.
#[derive(Default)]
struct Haul<R> {
    records: R,
    refusals: Vec<Refusal>,
    more_refusals: u64,
    misses: Vec<Missing>,
    asked: Vec<Asked>,
}

/// Runs the connector and takes over what it says, record by record; how it ended stands beside what came.
async fn collect<R: Records>(
    connector: &dyn Connector,
    progress: &(dyn Fn(Progress) + Send + Sync),
) -> Result<(Result<Taken, ConnectorError>, Haul<R>), Error> {
    let (sink, mut said) = Sink::channel(WAITING);
    let reading = async move {
        let mut sink = sink;
        connector.pull(&mut sink).await
    };
    let (batches, waiting) = mpsc::channel(WAITING);
    let kept = tokio::task::spawn_blocking(move || gather::<R>(waiting));
    let taking = async move {
        let mut haul = Haul::default();
        while let Some(said) = said.recv().await {
            let Said::Records(records) = said else {
                haul.take(said, progress);
                continue;
            };
            if batches.send(records).await.is_err() {
                // Whoever gathers has met an error, which is told below.
                break;
            }
        }
        haul
    };
    let (taken, haul) = tokio::join!(reading, taking);
    let records = kept.await.unwrap_or_else(|error| match error.try_into_panic() {
        Ok(panic) => std::panic::resume_unwind(panic),
        Err(_) => Err(ConnectorError::Cancelled.into()),
    })?;
    Ok((taken, haul.with(records)))
}

/// Takes over records on a thread of its own, beside whoever reads.
fn gather<R: Records>(mut waiting: mpsc::Receiver<Vec<Record>>) -> Result<R, Error> {
    let mut records = R::default();
    while let Some(batch) = waiting.blocking_recv() {
        batch.into_iter().try_for_each(|one| records.take(one))?;
    }
    Ok(records)
}

impl Haul<()> {
    /// The same with its records.
    fn with<R>(self, records: R) -> Haul<R> {
        let Self { records: (), refusals, more_refusals, misses, asked } = self;
        Haul { records, refusals, more_refusals, misses, asked }
    }

    fn take(&mut self, said: Said, progress: &(dyn Fn(Progress) + Send + Sync)) {
        match said {
            Said::Progress(done) => progress(done),
            Said::Refused(refusal) if self.refusals.len() < NAMED_REFUSALS => self.refusals.push(refusal),
            Said::Refused(_) => self.more_refusals += 1,
            Said::Misses(missing) => self.misses.push(missing),
            Said::Asked(asked) => self.asked = asked,
            Said::Records(_) => {}
        }
    }
}

/// Finds the connector for a file, unless its kind is named, and hands it the file's name.
fn connect(
    path: &Path,
    kind: Option<&str>,
    metrics: Arc<[MetricName]>,
) -> Result<(&'static Spec, Box<dyn Connector>), Error> {
    let (head, size) = head(path)?;
    let sample = Sample { head: without_mark(&head), size };
    let fits = |spec: &&&Spec| spec.recognise.is_some_and(|recognise| recognise(&sample));
    let spec = match kind {
        Some(kind) => named(kind)?,
        None => *REGISTRY.iter().find(fits).ok_or_else(|| unrecognised(path, &sample))?,
    };
    let name = path.to_str().ok_or_else(|| Error::File {
        action: "read",
        path: path.display().to_string(),
        reason: "its name is not Unicode text".to_owned(),
        help: "rename the file".to_owned(),
    })?;
    Ok((spec, (spec.connect)(&Settings::file(name, metrics))?))
}

/// The kind of file of a name.
fn named(kind: &str) -> Result<&'static Spec, Error> {
    let files = || REGISTRY.iter().copied().filter(|spec| spec.recognise.is_some());
    files().find(|spec| spec.id == kind).ok_or_else(|| Error::Refused {
        what: format!("`{kind}` is no kind of file"),
        help: did_you_mean(kind, files().map(|spec| spec.id), "`trueup sources list` names the kinds"),
    })
}

/// How the file begins, and its size; refuses what is no ordinary file with something in it.
fn head(path: &Path) -> Result<(Vec<u8>, u64), Error> {
    let told = |error: std::io::Error| Error::file("read", path, &error);
    let metadata = path.metadata().map_err(told)?;
    if metadata.is_dir() {
        return Err(told(std::io::ErrorKind::IsADirectory.into()));
    }
    if !metadata.is_file() {
        return Err(no_content(path, "it is a device or a pipe, not a file", "save it as a file first"));
    }
    let mut head = Vec::new();
    let mut file = File::open(path).map_err(told)?;
    file.by_ref().take(HEAD).read_to_end(&mut head).map_err(told)?;
    if head.starts_with(ARCHIVE) {
        file.take(LARGEST_ARCHIVE).read_to_end(&mut head).map_err(told)?;
    }
    if head.is_empty() {
        return Err(no_content(path, "it is empty", "collect it again; an empty file proves nothing"));
    }
    if head.iter().all(|byte| *byte == 0) {
        return Err(no_content(path, "it holds only zero bytes", "collect it again; the copy went wrong"));
    }
    Ok((head, metadata.len()))
}

fn no_content(path: &Path, reason: &str, help: &str) -> Error {
    ConnectorError::File { path: path.to_owned(), reason: reason.to_owned(), help: help.to_owned() }.into()
}

fn without_mark(head: &[u8]) -> &[u8] {
    head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head)
}

fn unrecognised(path: &Path, sample: &Sample<'_>) -> Error {
    let kinds: Vec<_> =
        REGISTRY.iter().filter(|spec| spec.recognise.is_some()).map(|spec| spec.title).collect();
    ConnectorError::Content {
        path: path.display().to_string(),
        place: String::new(),
        reason: format!("it is {}, which no connector reads", looks_like(sample.head)),
        help: format!(
            "these can be read: {}; `trueup sources list` tells more, `trueup sources template KIND` prints \
             the columns of a register",
            kinds.join("; ")
        ),
    }
    .into()
}

/// What a file seems to be, in words for a person who picked the wrong one.
fn looks_like(head: &[u8]) -> String {
    if head.starts_with(b"PK") {
        return "a ZIP archive or office file".to_owned();
    }
    let start = head.get(..2000).unwrap_or(head);
    let text = match std::str::from_utf8(start) {
        Ok(text) => text,
        // The cut may have gone through a letter.
        Err(error) if error.error_len().is_none() && error.valid_up_to() > 0 => start
            .get(..error.valid_up_to())
            .and_then(|start| std::str::from_utf8(start).ok())
            .unwrap_or_default(),
        Err(_) => return "binary data".to_owned(),
    };
    let text = text.trim_start();
    match text.chars().next() {
        Some('{' | '[') => match keys(text) {
            keys if keys.is_empty() => "JSON of another kind".to_owned(),
            keys => format!("JSON of another kind, with the keys {keys}"),
        },
        Some('<') => "XML or HTML".to_owned(),
        _ => match text.lines().next().unwrap_or_default() {
            line if line.contains([',', ';', '\t']) && !line.starts_with('#') => {
                format!("a table with the columns {}", short(line))
            }
            line => format!("text that begins with `{}`", short(line)),
        },
    }
}

fn keys(text: &str) -> String {
    let keys: Vec<_> = text
        .split('"')
        .collect::<Vec<_>>()
        .windows(2)
        .filter(|pair| pair.last().is_some_and(|after| after.trim_start().starts_with(':')))
        .filter_map(|pair| pair.first().map(|key| format!("`{}`", short(key))))
        .take(4)
        .collect();
    keys.join(", ")
}

fn short(text: &str) -> String {
    if text.chars().count() <= 100 { text.to_owned() } else { text.chars().take(99).chain(['…']).collect() }
}

/// Whether the records of a pull are those that its receipt names, bit for bit. A pull that broke off kept none.
pub async fn verify(ctx: &Ctx, manifest: &Manifest) -> Result<bool, Error> {
    Ok(manifest.outcome != Outcome::Whole || ctx.store.digest(&manifest.id).await? == manifest.digest)
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{self, Sender};
    use std::time::Duration;

    use futures_util::FutureExt;
    use jiff::Timestamp;

    use super::*;
    use crate::connectors::{BoxFuture, Feed};
    use crate::model::inventory::Account;
    use crate::ops::{NewAssessment, begin};

    /// How long a stopped thread may take to notice.
    const DEADLINE: Duration = Duration::from_secs(20);

    /// Says what it is told to say, from a thread as connectors of files do.
    #[derive(Clone)]
    struct Parrot {
        source: &'static str,
        accounts: usize,
        refusals: usize,
        /// Ends with an error instead of a result.
        breaks: bool,
        /// Told when the thread was stopped from outside.
        stopped: Option<Sender<()>>,
    }

    const QUIET: Parrot = Parrot { source: "a", accounts: 3, refusals: 0, breaks: false, stopped: None };

    impl Parrot {
        fn say(&self, feed: &Feed) -> Result<(), ConnectorError> {
            for number in 0..self.accounts {
                let account = Account { id: number.to_string(), ..Account::default() };
                feed.push(Record::Account(account))?;
                feed.progress(Progress { what: "accounts".to_owned(), done: number as u64, of: None });
            }
            for number in 0..self.refusals {
                let refusal = Refusal { subject: number.to_string(), reason: "strange".to_owned() };
                feed.refuse(refusal)?;
            }
            if self.breaks { Err(ConnectorError::Cancelled) } else { Ok(()) }
        }
    }

    impl Connector for Parrot {
        fn preflight(&self) -> BoxFuture<'_, Result<Preflight, ConnectorError>> {
            Box::pin(async { Ok(Preflight::default()) })
        }

        fn pull<'a>(&'a self, out: &'a mut Sink) -> BoxFuture<'a, Result<Taken, ConnectorError>> {
            let (parrot, sink) = (self.clone(), out.clone());
            Box::pin(async move {
                let source = parrot.source.into();
                let said = tokio::task::spawn_blocking(move || {
                    let feed = Feed::new(sink);
                    let said = parrot.say(&feed).and_then(|()| feed.flush());
                    if let (Err(_), Some(stopped)) = (&said, &parrot.stopped) {
                        stopped.send(()).unwrap();
                    }
                    said
                });
                said.await.unwrap()?;
                Ok(Taken { source, at: Timestamp::UNIX_EPOCH, bytes: 7 })
            })
        }
    }

    struct Desk {
        ctx: Ctx,
        id: AssessmentId,
        _folder: tempfile::TempDir,
    }

    impl Desk {
        async fn new() -> Self {
            let folder = tempfile::tempdir().unwrap();
            let ctx = Ctx::open(&folder.path().join("t.db"), None, "anna".to_owned()).await.unwrap();
            let new = NewAssessment {
                pack: "workshop-90min".into(),
                organisation: "X".to_owned(),
                unit: None,
                period: "2026-Q4".to_owned(),
            };
            let id = begin(&ctx, new).await.unwrap().id;
            Self { ctx, id, _folder: folder }
        }

        async fn pull(&self, connector: &str, parrot: &Parrot) -> Result<Manifest, Error> {
            let read = Read { connector, origin: "file".to_owned(), by: parrot, is_live: true };
            let begun = assess::which(&self.ctx, Some(&self.id)).await?;
            take(&self.ctx, begun, read, &|_| {}).await
        }

        async fn receipts(&self) -> Vec<Manifest> {
            let mut all = assess::manifests(&self.ctx, &self.assessment().await).await.unwrap();
            all.sort_by(|one, other| one.id.cmp(&other.id));
            all
        }

        async fn assessment(&self) -> Assessment {
            let begun = assess::which(&self.ctx, Some(&self.id)).await.unwrap();
            assess::replay(&self.ctx, begun).await.unwrap()
        }
    }

    #[tokio::test]
    async fn a_second_pull_of_the_same_source_and_connector_stands_in_for_the_first() {
        let desk = Desk::new().await;
        let other = Parrot { source: "b", ..QUIET };
        let first = desk.pull("one", &QUIET).await.unwrap();
        let kept = [desk.pull("one", &other).await.unwrap(), desk.pull("two", &QUIET).await.unwrap()];
        let second = desk.pull("one", &QUIET).await.unwrap();
        let pulls = desk.assessment().await.pulls;
        assert!(!pulls.contains(&first.id) && pulls.contains(&second.id));
        assert!(kept.iter().all(|kept| pulls.contains(&kept.id)));
        assert_eq!(first.digest, second.digest);
        assert_eq!(second.rows, [("accounts".to_owned(), 3)]);
    }

    #[tokio::test]
    async fn a_pull_that_breaks_keeps_nothing_and_leaves_the_former_one() {
        let desk = Desk::new().await;
        let first = desk.pull("one", &QUIET).await.unwrap();
        let broken = Parrot { breaks: true, accounts: 5_000, ..QUIET };
        for _ in 0..2 {
            assert!(desk.pull("one", &broken).await.is_err());
        }
        // Two that broke off leave one receipt that says so, without a record.
        let pulls = desk.receipts().await;
        let told: Vec<_> = pulls.iter().map(|one| (one.outcome, one.rows.len())).collect();
        assert_eq!(told, [(Outcome::Whole, 1), (Outcome::Failed, 0)]);
        assert_eq!(pulls[0], first);
        let again = desk.pull("one", &QUIET).await.unwrap();
        assert_eq!(desk.receipts().await, [again]);
    }

    #[tokio::test]
    async fn dropping_a_pull_stops_its_thread() {
        let (stopped, noticed) = mpsc::channel();
        let endless = Parrot { accounts: usize::MAX, stopped: Some(stopped), ..QUIET };
        assert!(collect::<Packer>(&endless, &|_| {}).now_or_never().is_none());
        noticed.recv_timeout(DEADLINE).unwrap();
    }

    #[tokio::test]
    async fn a_receipt_names_some_refusals_and_counts_the_others() {
        let desk = Desk::new().await;
        let strange = Parrot { refusals: NAMED_REFUSALS + 5, ..QUIET };
        let receipt = desk.pull("one", &strange).await.unwrap();
        assert_eq!((receipt.refusals.len(), receipt.more_refusals), (NAMED_REFUSALS, 5));
    }

    #[tokio::test]
    async fn progress_arrives() {
        let seen = Arc::new(std::sync::Mutex::new(0));
        let count = |_: Progress| *seen.lock().unwrap() += 1;
        collect::<Packer>(&QUIET, &count).await.unwrap().0.unwrap();
        assert!(*seen.lock().unwrap() > 0);
    }

    #[test]
    fn a_wrong_file_is_described_in_words() {
        assert_eq!(looks_like(b"PK\x03\x04"), "a ZIP archive or office file");
        assert_eq!(
            looks_like(b"{\"a\": 1, \"b\": {\"c\": 2}}"),
            "JSON of another kind, with the keys `a`, `b`, `c`"
        );
        assert_eq!(looks_like(b"[1, 2]"), "JSON of another kind");
        assert_eq!(looks_like(b"Dear Anna\n"), "text that begins with `Dear Anna`");
        assert_eq!(
            looks_like("ä".repeat(4_000).as_bytes()),
            format!("text that begins with `{}…`", "ä".repeat(99))
        );
        assert_eq!(looks_like(&[0xff, 0xfe]), "binary data");
    }
}

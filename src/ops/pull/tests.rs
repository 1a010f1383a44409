//! Pulls as they are kept, dropped and broken off, from a connector that says what it is told to.

use std::sync::mpsc::{self, Sender};
use std::time::Duration;

use futures_util::FutureExt;
use jiff::Timestamp;

use super::haul::NAMED_REFUSALS;
use super::*;
use crate::connectors::{BoxFuture, ConnectorError, Feed, Sink};
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

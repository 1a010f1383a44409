//! The only impure file: the terminal, the jobs, the frames, the one task that reads and writes assessments.

use std::collections::HashMap;
use std::io::{IsTerminal, Write, stdout};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use ratatui::Terminal;
use ratatui::backend::CrosstermBackend;
use ratatui::crossterm::event::{
    DisableBracketedPaste, DisableMouseCapture, EnableBracketedPaste, EnableMouseCapture, EventStream,
};
use ratatui::crossterm::execute;
use ratatui::crossterm::terminal::{
    EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode,
};
use tokio::sync::mpsc;
use tokio::task::AbortHandle;

use super::app::{App, Command, Event};
use super::listing::{Evidence, Listing};
use super::session::{Fault, Job, JobEvent, JobId, LedgerEvent, Outcome, Pending, Profiled, Wanted};
use super::{Error, complete};
use crate::connectors::Progress;
use crate::export;
use crate::model::AssessmentId;
use crate::ops::{self, Ctx};

/// How long the ledger waits before it tries to save again.
const RETRY: Duration = Duration::from_secs(2);

type Screen = Terminal<CrosstermBackend<std::io::Stdout>>;

/// The terminal while it is ours; given back when this is dropped.
struct Held(Screen);

impl Held {
    fn take() -> Result<Self, Error> {
        if !stdout().is_terminal() || !std::io::stdin().is_terminal() {
            return Err(Error::NoTerminal);
        }
        enable_raw_mode()?;
        let held = Terminal::new(CrosstermBackend::new(stdout())).map(Self);
        execute!(stdout(), EnterAlternateScreen, EnableMouseCapture, EnableBracketedPaste)?;
        Ok(held?)
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        give_back();
    }
}

/// Gives the terminal back. Nothing can be done about errors: the terminal may be gone.
fn give_back() {
    let _ = execute!(
        stdout(),
        DisableBracketedPaste,
        DisableMouseCapture,
        LeaveAlternateScreen,
        ratatui::crossterm::cursor::Show
    );
    let _ = disable_raw_mode();
    let _ = stdout().flush();
}

/// A panic of the UI gives the terminal back before it is told; a panic of a job becomes a notice and must
/// not write onto the screen.
fn guard_panics() {
    let screen = std::thread::current().id();
    let told = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        if std::thread::current().id() == screen {
            give_back();
            told(info);
        } else {
            tracing::error!("a job panicked: {info}");
        }
    }));
}

/// Where everything that happens comes together.
struct Runtime {
    ctx: Arc<Ctx>,
    events: mpsc::Sender<Event>,
    ledger: mpsc::UnboundedSender<Entry>,
    jobs: HashMap<JobId, AbortHandle>,
}

/// What the ledger task is asked for.
enum Entry {
    Append(Box<Pending>),
    Load(Option<AssessmentId>),
}

/// What could not be saved when the ledger closed.
#[derive(Default)]
struct Left {
    count: usize,
    reason: String,
}

/// Runs the app on the real terminal until it quits.
pub async fn run(ctx: Ctx, mut app: App, assessment: Option<AssessmentId>) -> Result<(), Error> {
    let mut held = Held::take()?;
    guard_panics();
    let ctx = Arc::new(ctx);
    let (events, mut inbox) = mpsc::channel(256);
    // People type edits: they are few, must not be dropped, and must not make the screen wait.
    let (ledger, entries) = mpsc::unbounded_channel();
    let keeper = tokio::spawn(keep(Arc::clone(&ctx), entries, events.clone()));
    let mut runtime = Runtime { ctx, events, ledger, jobs: HashMap::new() };
    let looped = runtime.turn(&mut held.0, &mut app, &mut inbox, assessment).await;
    let Runtime { ledger, jobs, .. } = runtime;
    for job in jobs.into_values() {
        job.abort();
    }
    drop(ledger);
    // Nobody reads any more: the ledger must not wait for room in the inbox.
    drop(inbox);
    let left = keeper.await.unwrap_or_default();
    drop(held);
    looped?;
    match left.count {
        0 => Ok(()),
        count => Err(Error::Unsaved { count, reason: left.reason }),
    }
}

impl Runtime {
    async fn turn(
        &mut self,
        screen: &mut Screen,
        app: &mut App,
        inbox: &mut mpsc::Receiver<Event>,
        assessment: Option<AssessmentId>,
    ) -> Result<(), Error> {
        let size = screen.size()?;
        app.session.size = (size.width, size.height);
        let mut input = EventStream::new();
        let mut ends = std::pin::pin!(end_signal());
        draw(screen, app)?;
        for command in app.begin(assessment) {
            self.perform(command);
        }
        loop {
            let event = tokio::select! {
                biased;
                () = &mut ends => Some(Event::End),
                event = input.next() => match event {
                    Some(Ok(event)) if App::matters(&event) => Some(Event::Input(event)),
                    Some(Ok(_)) => None,
                    // The terminal is gone.
                    Some(Err(_)) | None => Some(Event::End),
                },
                event = inbox.recv() => event,
            };
            let Some(event) = event else { continue };
            let mut commands = app.update(event);
            while let Ok(event) = inbox.try_recv() {
                commands.extend(app.update(event));
            }
            for command in commands {
                if matches!(command, Command::Quit) {
                    return Ok(());
                }
                self.perform(command);
            }
            draw(screen, app)?;
        }
    }

    fn perform(&mut self, command: Command) {
        match command {
            Command::Append(pending) => drop(self.ledger.send(Entry::Append(Box::new(pending)))),
            Command::Load(id) => drop(self.ledger.send(Entry::Load(id))),
            Command::Start(id, job) => self.start(id, job),
            Command::Cancel(id) => {
                if let Some(job) = self.jobs.remove(&id) {
                    job.abort();
                }
            }
            Command::Quit => {}
        }
    }

    /// Starts a supervised task: cancelled is aborted, and a panic becomes a notice.
    fn start(&mut self, id: JobId, job: Job) {
        let events = self.events.clone();
        let work = tokio::spawn(perform(Arc::clone(&self.ctx), id, job, events.clone()));
        self.jobs.retain(|_, job| !job.is_finished());
        self.jobs.insert(id, work.abort_handle());
        tokio::spawn(async move {
            let event = match work.await {
                Ok(Ok(outcome)) => JobEvent::Done(Box::new(outcome)),
                Ok(Err(fault)) => JobEvent::Failed(fault),
                Err(error) if error.is_cancelled() => JobEvent::Cancelled,
                Err(_) => JobEvent::Failed(broken()),
            };
            let _ = events.send(Event::Job(id, event)).await;
        });
    }
}

/// What is said of a job that panicked.
fn broken() -> Fault {
    Fault {
        message: "that ended by a fault of the program; nothing of it was kept".to_owned(),
        help: "please report what you did; everything else goes on".to_owned(),
    }
}

fn draw(screen: &mut Screen, app: &mut App) -> Result<(), Error> {
    let mut zones = vec![];
    screen.draw(|frame| zones = app.view(frame))?;
    app.zones = zones;
    Ok(())
}

/// Waits until the system asks the program to end.
#[cfg(unix)]
async fn end_signal() {
    use tokio::signal::unix::{SignalKind, signal};
    let kinds = [SignalKind::terminate(), SignalKind::hangup(), SignalKind::interrupt()];
    let mut streams: Vec<_> = kinds.into_iter().filter_map(|kind| signal(kind).ok()).collect();
    let waits = streams.iter_mut().map(|stream| Box::pin(stream.recv()));
    let _ = futures_util::future::select_all(waits).await;
}

/// Waits until the system asks the program to end.
#[cfg(not(unix))]
async fn end_signal() {
    let _ = tokio::signal::ctrl_c().await;
}

/// The ledger: reads and writes assessments in the order in which it is asked, so that no edit overtakes
/// another one and a reading has every edit before it.
async fn keep(
    ctx: Arc<Ctx>,
    mut entries: mpsc::UnboundedReceiver<Entry>,
    events: mpsc::Sender<Event>,
) -> Left {
    let mut left = Left::default();
    while let Some(entry) = entries.recv().await {
        match entry {
            Entry::Load(id) => {
                let event = load(&ctx, id).await;
                let _ = events.send(Event::Ledger(event)).await;
            }
            Entry::Append(pending) => match save(&ctx, &pending, &events, &entries).await {
                Ok(event) => drop(events.send(Event::Ledger(event)).await),
                Err(reason) => left = Left { count: left.count + 1, reason },
            },
        }
    }
    left
}

/// Saves one edit, trying again until it is saved or the program ends.
async fn save(
    ctx: &Ctx,
    pending: &Pending,
    events: &mpsc::Sender<Event>,
    entries: &mpsc::UnboundedReceiver<Entry>,
) -> Result<LedgerEvent, String> {
    loop {
        match ops::append(ctx, &pending.assessment, vec![pending.edit.clone()]).await {
            Ok(stamped) => {
                let seq = stamped.last().map_or(pending.seq, |stamped| stamped.seq);
                return Ok(LedgerEvent::Saved(pending.assessment.clone(), seq));
            }
            Err(error) if !matches!(error, ops::Error::Store(_)) => {
                return Ok(LedgerEvent::Refused(pending.assessment.clone(), Fault::of(&error)));
            }
            Err(error) => {
                let fault = Fault::of(&error);
                let reason = fault.message.clone();
                let _ = events.send(Event::Ledger(LedgerEvent::Unsaved(fault))).await;
                if entries.is_closed() || events.is_closed() {
                    return Err(reason);
                }
                // Ends early when the program does, for one last try.
                let _ = tokio::time::timeout(RETRY, events.closed()).await;
            }
        }
    }
}

async fn load(ctx: &Ctx, id: Option<AssessmentId>) -> LedgerEvent {
    if id.is_none() && ops::list(ctx).await.is_ok_and(|list| list.is_empty()) {
        return LedgerEvent::Nothing;
    }
    match ops::open(ctx, id.as_ref()).await {
        Ok(opened) => LedgerEvent::Loaded(Box::new(opened)),
        Err(error) => LedgerEvent::NotLoaded(Fault::of(&error)),
    }
}

async fn perform(ctx: Arc<Ctx>, id: JobId, job: Job, events: mpsc::Sender<Event>) -> Result<Outcome, Fault> {
    let done = match job {
        Job::List => ops::list(&ctx).await.map(Outcome::Listed),
        Job::Begin(new) => ops::begin(&ctx, new).await.map(|begun| Outcome::Begun(begun.id)),
        Job::Preflight(path) => {
            ops::look(&ctx, &path).await.map(|recognised| Outcome::Recognised(path, recognised))
        }
        Job::Pull(assessment, path) => {
            // Progress may be dropped when nobody keeps up.
            let tell = move |progress: Progress| {
                let _ = events.try_send(Event::Job(id, JobEvent::Progress(progress)));
            };
            ops::pull_any(&ctx, &assessment, &path, &tell).await.map(Box::new).map(Outcome::Pulled)
        }
        Job::Export(assessment, formats, folder) => write(&ctx, &assessment, &formats, &folder).await,
        Job::Explain(assessment, subject) => ops::explain(&ctx, &assessment, &subject.id)
            .await
            .map(|explanation| Outcome::Explained(subject, explanation)),
        Job::Sources => ops::configured_sources(&ctx).map(Outcome::Sources),
        Job::SetUp(source) => ops::set_up(&ctx, source).map(|source| Outcome::SetUp(source.name)),
        Job::Everybody(evidence) => return everybody(&ctx, evidence).await,
        Job::Profile(wanted) => return profile(wanted).await,
        Job::Complete(typed) => {
            // A file of sources that cannot be read is told when one of them is asked for.
            let sources = ops::configured_sources(&ctx).unwrap_or_default();
            let names = sources.into_iter().map(|source| source.name).filter(|name| name.starts_with(&typed));
            Ok(Outcome::Completed(names.chain(complete::paths(&typed).await).collect()))
        }
    };
    done.map_err(|error| Fault::of(&error))
}

async fn everybody(ctx: &Ctx, of: Evidence) -> Result<Outcome, Fault> {
    let roster = ops::roster(ctx, &of.assessment).await.map_err(|error| Fault::of(&error))?;
    let prepare = move || Listing::new(of, roster);
    let listing = tokio::task::spawn_blocking(prepare).await.map_err(|_| broken())?;
    Ok(Outcome::Everybody(Arc::new(listing)))
}

async fn profile(wanted: Wanted) -> Result<Outcome, Fault> {
    let work = move || {
        let profile = wanted.listing.roster.profile(wanted.at, &wanted.without).map(Arc::new);
        Outcome::Profiled(Profiled { wanted, profile })
    };
    tokio::task::spawn_blocking(work).await.map_err(|_| broken())
}

async fn write(
    ctx: &Ctx,
    assessment: &AssessmentId,
    formats: &[&'static str],
    folder: &Path,
) -> Result<Outcome, ops::Error> {
    let formats: Vec<_> =
        export::REGISTRY.iter().copied().filter(|format| formats.contains(&format.id)).collect();
    let files: Vec<PathBuf> = ops::export(ctx, assessment, &formats, folder).await?;
    Ok(Outcome::Exported(files))
}

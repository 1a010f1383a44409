//! What all screens read: the assessment, the jobs, what is looked at. Screens never change it; they return
//! [`Effect`]s, and the app does.

use std::collections::{BTreeSet, VecDeque};
use std::path::PathBuf;
use std::sync::Arc;

use jiff::Timestamp;

use super::listing::{Evidence, Listing};
use super::screen::Entry;
use crate::config::Source;
use crate::connectors::Progress;
use crate::model::assessment::{Assessment, Claim, Edit, Stamped};
use crate::model::decision::ToolName;
use crate::model::merged::IdentityAt;
use crate::model::privilege::Profile;
use crate::model::pull::Manifest;
use crate::model::{AssessmentId, QuestionId, RespondentId, RoleId};
use crate::ops::{Explanation, NewAssessment, Opened, Recognised, Summary};
use crate::packs::Library;

/// Scores an opened assessment again; pure but for the clock behind it.
pub type Rescore = Arc<dyn Fn(&mut Opened) + Send + Sync>;

/// What stays the same while the program runs.
#[derive(Clone)]
pub struct Environment {
    pub library: Arc<Library>,
    pub clock: fn() -> Timestamp,
    /// Who acts, as the computer knows them.
    pub actor: String,
    pub rescore: Rescore,
    pub is_demo: bool,
}

/// Everything the screens read.
pub struct Session {
    pub environment: Environment,
    /// Columns and rows of the terminal.
    pub size: (u16, u16),
    /// Every assessment, newest first; `None` until it was read.
    pub list: Option<Vec<Summary>>,
    pub opened: Option<Opened>,
    /// The sources that are set up, by name and connector.
    pub sources: Vec<Source>,
    /// Whether the first look into the database is over.
    pub is_ready: bool,
    pub who: Option<Who>,
    pub look: Look,
    /// Everybody, as the last job that read them left it; see [`Session::everybody`].
    pub listing: Option<Arc<Listing>>,
    pub profiles: Profiles,
    pub ledger: Ledger,
    pub jobs: Jobs,
    pub notice: Option<Notice>,
}

/// Who answers, and for which role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Who {
    pub id: RespondentId,
    /// [`ANY_ROLE`] stands for whichever role a question asks.
    pub role: RoleId,
}

/// The id of the role of a person who answers for whichever role a question asks.
pub const ANY_ROLE: &str = "any";

/// What is looked at, across screens.
#[derive(Default)]
pub struct Look {
    /// The screen that a help or a palette was asked on.
    pub screen: Option<&'static Entry>,
    pub question: Option<QuestionId>,
    pub subject: Option<Subject>,
    pub explanation: Option<(Subject, Arc<Explanation>)>,
    /// The id of the identity that is looked at.
    pub identity: Option<String>,
    /// The AI tool that is being decided on.
    pub deciding: Option<Deciding>,
    pub ask: Option<Ask>,
    /// The source that the pull screen begins with; empty for none.
    pub source: String,
}

/// One identity in detail: with all its grants, and as what-if asks.
#[derive(Default)]
pub struct Profiles {
    pub whole: Option<Profiled>,
    /// The last one that arrived; the same as `whole` while nothing is taken away.
    pub now: Option<Profiled>,
}

/// One identity as if it did not hold some of its grants.
#[derive(Clone)]
pub struct Profiled {
    pub wanted: Wanted,
    /// `None` when there is no such identity.
    pub profile: Option<Arc<Profile>>,
}

/// Whose detail is wanted, and without which grants.
#[derive(Debug, Clone)]
pub struct Wanted {
    pub listing: Arc<Listing>,
    pub at: IdentityAt,
    pub without: BTreeSet<usize>,
}

impl PartialEq for Wanted {
    fn eq(&self, other: &Self) -> bool {
        self.is_same_identity(other) && self.without == other.without
    }
}

impl Wanted {
    /// Whether both are about one identity of one reading.
    pub fn is_same_identity(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.listing, &other.listing) && self.at == other.at
    }
}

impl Profiles {
    /// Takes a detail that arrived.
    pub fn take(&mut self, profiled: Profiled) {
        if profiled.wanted.without.is_empty() {
            self.whole = Some(profiled.clone());
        }
        self.now = Some(profiled);
    }
}

/// What is explained.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    /// A question's or a metric's id.
    pub id: String,
    /// Whether the proof is shown too; hidden from respondents while the answers are open.
    pub has_proof: bool,
}

/// An AI tool that is being decided on, until the reason is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deciding {
    pub tool: ToolName,
    pub name: String,
    pub is_sanctioned: bool,
}

/// Something to be confirmed.
#[derive(Debug, Clone)]
pub struct Ask {
    pub title: String,
    pub text: String,
    /// The word on the button.
    pub yes: &'static str,
    pub effects: Vec<Effect>,
}

/// Edits on their way to the disk, and those that can be undone.
#[derive(Default)]
pub struct Ledger {
    pub pending: VecDeque<Pending>,
    /// Why the last attempt to save failed; `None` when it did not.
    pub fault: Option<Fault>,
    pub past: Vec<Past>,
}

/// An edit that the disk has not confirmed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pending {
    pub assessment: AssessmentId,
    pub seq: u64,
    pub edit: Edit,
}

/// What stood before an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Past {
    pub question: QuestionId,
    pub by: RespondentId,
    pub before: Option<Claim>,
}

/// Jobs that run, and what the last ones brought.
#[derive(Default)]
pub struct Jobs {
    pub running: Vec<Running>,
    pub recognised: Option<(PathBuf, Recognised)>,
    pub pulled: Option<Manifest>,
    pub files: Vec<PathBuf>,
    pub completions: Vec<String>,
    /// The fault of the last job that failed, until the next one starts.
    pub fault: Option<Fault>,
}

/// A job that runs.
pub struct Running {
    pub id: JobId,
    pub job: Job,
    pub progress: Option<Progress>,
}

/// The number of a job.
pub type JobId = u64;

/// Work that takes time.
#[derive(Debug, Clone)]
pub enum Job {
    List,
    Begin(NewAssessment),
    Preflight(PathBuf),
    Pull(AssessmentId, PathBuf),
    /// Formats by id, into a folder.
    Export(AssessmentId, Vec<&'static str>, PathBuf),
    Explain(AssessmentId, Subject),
    /// Reads everybody whom the evidence shows.
    Everybody(Evidence),
    /// Works one identity out in detail.
    Profile(Wanted),
    /// Completes a path that is being typed.
    Complete(String),
    /// Reads which sources are set up.
    Sources,
    /// Checks and writes down a source.
    SetUp(Source),
}

/// What a finished job brings.
pub enum Outcome {
    Listed(Vec<Summary>),
    Begun(AssessmentId),
    Recognised(PathBuf, Recognised),
    Pulled(Box<Manifest>),
    Exported(Vec<PathBuf>),
    Explained(Subject, Explanation),
    Everybody(Arc<Listing>),
    Profiled(Profiled),
    Completed(Vec<String>),
    Sources(Vec<Source>),
    /// The name of the source that was set up.
    SetUp(String),
}

/// What a job says.
pub enum JobEvent {
    Progress(Progress),
    Done(Box<Outcome>),
    Failed(Fault),
    Cancelled,
}

/// What the one task says that reads and writes assessments, in order.
pub enum LedgerEvent {
    /// An edit is on the disk, under this number.
    Saved(AssessmentId, u64),
    /// An edit is not on the disk yet; it will be tried again.
    Unsaved(Fault),
    /// An edit breaks a rule and is not kept; trying again would not help.
    Refused(AssessmentId, Fault),
    Loaded(Box<Opened>),
    /// There is nothing to open yet.
    Nothing,
    NotLoaded(Fault),
}

/// What went wrong and what to do, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    pub message: String,
    pub help: String,
}

impl Fault {
    /// The message and help of an error.
    pub fn of(error: &(impl miette::Diagnostic + ?Sized)) -> Self {
        Self {
            message: error.to_string(),
            help: error.help().map(|help| help.to_string()).unwrap_or_default(),
        }
    }
}

/// A calm word at the bottom, until the next key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    pub tone: Tone,
    pub text: String,
    pub help: String,
}

/// How a notice is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    Good,
    Warn,
    Bad,
}

impl Notice {
    /// Something went as meant.
    pub fn good(text: impl Into<String>) -> Self {
        Self { tone: Tone::Good, text: text.into(), help: String::new() }
    }

    /// Something needs a look.
    pub fn warn(text: impl Into<String>) -> Self {
        Self { tone: Tone::Warn, text: text.into(), help: String::new() }
    }

    /// Something went wrong.
    pub fn bad(fault: &Fault) -> Self {
        Self { tone: Tone::Bad, text: fault.message.clone(), help: fault.help.clone() }
    }
}

/// What a screen wants to happen.
#[derive(Debug, Clone)]
pub enum Effect {
    Open(&'static Entry),
    Close,
    Quit,
    /// Applied at once, then saved.
    Edit(Edit),
    /// Takes the last answer back, by a further edit.
    Undo,
    Start(Job),
    Cancel(JobId),
    /// Opens another assessment.
    Load(AssessmentId),
    /// The question that all screens look at.
    Focus(QuestionId),
    Explain(Subject),
    /// Opens the identity of this id.
    Look(String),
    /// Asks why a tool is sanctioned or refused.
    Decide(Deciding),
    /// Opens the pull screen with the name of a source, or with nothing.
    Pull(String),
    Ask(Ask),
    /// Another person answers from here on.
    As(Who),
    Say(Notice),
    /// Does what a row of the top screen's table does.
    Press(usize),
    /// Does what a row of the table of everywhere does.
    Mean(usize),
}

impl Session {
    /// A session before anything was read.
    pub fn new(environment: Environment) -> Self {
        Self {
            environment,
            size: (80, 24),
            list: None,
            opened: None,
            sources: vec![],
            is_ready: false,
            who: None,
            look: Look::default(),
            listing: None,
            profiles: Profiles::default(),
            ledger: Ledger::default(),
            jobs: Jobs::default(),
            notice: None,
        }
    }

    /// The id of the assessment that is open.
    pub fn assessment(&self) -> Option<&AssessmentId> {
        self.opened.as_ref().map(|opened| &opened.assessment.begun.id)
    }

    /// The evidence that counts now; `None` while nothing is open or an edit is still on its way.
    pub fn evidence(&self) -> Option<Evidence> {
        let opened = self.opened.as_ref()?;
        Some(Evidence::of(&opened.assessment)).filter(|_| self.ledger.pending.is_empty())
    }

    /// Everybody of the assessment that is open; possibly from before the last pull, until they are read again.
    pub fn everybody(&self) -> Option<&Arc<Listing>> {
        self.listing.as_ref().filter(|listing| Some(&listing.of.assessment) == self.assessment())
    }

    /// Whether everybody was read from exactly the evidence that counts now.
    pub fn is_everybody_current(&self) -> bool {
        self.everybody().is_some_and(|listing| {
            self.opened.as_ref().is_some_and(|opened| Evidence::of(&opened.assessment) == listing.of)
        })
    }

    /// The answer of the person who answers now.
    pub fn claim(&self, question: &QuestionId) -> Option<&Claim> {
        let who = self.who.as_ref()?;
        self.opened.as_ref()?.assessment.claims.get(question)?.get(&who.id)
    }

    /// The running job that `is` describes.
    pub fn running(&self, is: impl Fn(&Job) -> bool) -> Option<&Running> {
        self.jobs.running.iter().find(|running| is(&running.job))
    }

    /// The words for a role.
    pub fn role_title<'a>(&'a self, role: &'a RoleId) -> &'a str {
        if role.as_str() == ANY_ROLE {
            return "every role that is asked";
        }
        let roles = &self.environment.library.catalog.vocabulary.roles;
        roles.iter().find(|known| known.id == *role).map_or(role.as_str(), |known| &known.title)
    }

    /// How many rows a page of a scrolled text has.
    pub fn page(&self) -> usize {
        usize::from(self.size.1.saturating_sub(8)).max(1)
    }

    /// Leaves what is open, so that no answer goes there while another assessment is being read.
    pub fn set_aside(&mut self) {
        self.opened = None;
        self.is_ready = false;
    }

    /// Applies an edit to what is open and remembers it as not yet saved.
    pub fn edit(&mut self, edit: Edit) -> Option<Pending> {
        self.remember(&edit);
        self.apply(edit)
    }

    /// Takes the last answer back; `None` when there is none to take back.
    pub fn undo(&mut self) -> Option<Pending> {
        let Past { question, by, before } = self.ledger.past.pop()?;
        self.look.question = Some(question.clone());
        self.apply(Assessment::undo(question, by, before))
    }

    fn apply(&mut self, edit: Edit) -> Option<Pending> {
        let rescore = Arc::clone(&self.environment.rescore);
        let opened = self.opened.as_mut()?;
        let seq = opened.assessment.seq + 1;
        let stamped = Stamped {
            seq,
            at: (self.environment.clock)(),
            actor: self.environment.actor.clone(),
            what: edit.clone(),
        };
        opened.assessment.apply(stamped).ok()?;
        rescore(opened);
        let pending = Pending { assessment: opened.assessment.begun.id.clone(), seq, edit };
        self.ledger.pending.push_back(pending.clone());
        Some(pending)
    }

    fn remember(&mut self, edit: &Edit) {
        let (question, by) = match edit {
            Edit::Claim { question, claim } => (question, &claim.by),
            Edit::Retract { question, by } => (question, by),
            _ => return,
        };
        let Some(opened) = &self.opened else { return };
        let before = opened.assessment.claims.get(question).and_then(|claims| claims.get(by)).cloned();
        self.ledger.past.push(Past { question: question.clone(), by: by.clone(), before });
    }

    /// An edit reached the disk; `true` when somebody else's edits came before it and it has to be read again.
    pub fn saved(&mut self, assessment: &AssessmentId, seq: u64) -> bool {
        self.ledger.fault = None;
        let expected = self.ledger.pending.pop_front();
        let is_elsewhere = expected.is_some_and(|pending| pending.seq != seq);
        is_elsewhere && self.assessment() == Some(assessment)
    }

    /// Takes an assessment that was read; edits that are not on the disk yet are applied on top of it.
    pub fn opened(&mut self, opened: Opened) {
        let id = opened.assessment.begun.id.clone();
        if self.assessment() != Some(&id) {
            self.ledger.past.clear();
            self.look.question = None;
            self.look.identity = None;
            self.profiles = Profiles::default();
            self.who = None;
        }
        self.opened = Some(opened);
        self.is_ready = true;
        for pending in std::mem::take(&mut self.ledger.pending) {
            if pending.assessment == id {
                self.apply(pending.edit);
            } else {
                self.ledger.pending.push_back(pending);
            }
        }
        if self.who.is_none() {
            self.who = self.likely_respondent();
        }
    }

    /// The person at this computer where they take part already, otherwise the only one who does.
    fn likely_respondent(&self) -> Option<Who> {
        let respondents = &self.opened.as_ref()?.assessment.respondents;
        let only = (respondents.len() == 1).then(|| respondents.values().next()).flatten();
        let found = respondents.get(self.environment.actor.as_str()).or(only)?;
        Some(Who { id: found.id.clone(), role: found.role.clone() })
    }
}

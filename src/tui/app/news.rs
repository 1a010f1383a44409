//! What jobs and the ledger bring: what the session learns from it, and what has to follow.

use super::{App, Command};
use crate::tui::screens::{interview, source};
use crate::tui::session::{Effect, Job, JobEvent, JobId, LedgerEvent, Notice, Outcome};

impl App {
    pub(super) fn job(&mut self, id: JobId, event: JobEvent) {
        if let JobEvent::Progress(progress) = event {
            if let Some(running) = self.session.jobs.running.iter_mut().find(|running| running.id == id) {
                running.progress = Some(progress);
            }
            return;
        }
        self.session.jobs.running.retain(|running| running.id != id);
        match event {
            JobEvent::Done(outcome) => self.outcome(*outcome),
            JobEvent::Failed(fault) => {
                self.session.notice = Some(Notice::bad(&fault));
                self.session.jobs.fault = Some(fault);
            }
            JobEvent::Cancelled => {
                self.session.notice = Some(Notice::warn("stopped; nothing of it was kept"));
            }
            JobEvent::Progress(_) => {}
        }
        self.spread();
    }

    fn outcome(&mut self, outcome: Outcome) {
        let jobs = &mut self.session.jobs;
        match outcome {
            Outcome::Listed(list) => self.session.list = Some(list),
            Outcome::Begun(id) => {
                self.session.set_aside();
                self.session.opened = None;
                self.session.is_ready = false;
                self.commands.push(Command::Load(Some(id)));
                self.start(Job::List);
                self.open(&interview::ENTRY);
            }
            Outcome::Recognised(path, recognised) => jobs.recognised = Some((path, recognised)),
            Outcome::Pulled(manifest) => {
                jobs.recognised = None;
                jobs.pulled = Some(*manifest);
                let id = self.session.assessment().cloned();
                self.commands.push(Command::Load(id));
            }
            Outcome::Exported(files) => jobs.files = files,
            Outcome::Explained(subject, explanation) => {
                self.session.look.explanation = Some((subject, std::sync::Arc::new(explanation)));
            }
            Outcome::Everybody(listing) => self.session.listing = Some(listing),
            Outcome::Profiled(profiled) => self.session.profiles.take(profiled),
            Outcome::Completed(completions) => jobs.completions = completions,
            Outcome::Sources(sources) => self.session.sources = sources,
            Outcome::SetUp(name) => {
                self.session.notice = Some(Notice::good(format!("{name} is set up; enter looks at it")));
                self.start(Job::Sources);
                if self.top().is_some_and(|layer| layer.entry == &source::ENTRY) {
                    self.close();
                    self.effect(Effect::Pull(name));
                }
            }
        }
    }

    pub(super) fn ledger(&mut self, event: LedgerEvent) {
        match event {
            LedgerEvent::Saved(id, seq) => {
                if self.session.saved(&id, seq) {
                    self.commands.push(Command::Load(Some(id)));
                }
            }
            LedgerEvent::Refused(id, fault) => {
                self.session.ledger.pending.pop_front();
                self.session.notice = Some(Notice::bad(&fault));
                // What the screens show must be what is kept.
                self.commands.push(Command::Load(Some(id)));
            }
            LedgerEvent::Unsaved(fault) => {
                self.session.notice = Some(Notice::bad(&fault));
                self.session.ledger.fault = Some(fault);
            }
            LedgerEvent::Loaded(opened) => self.session.opened(*opened),
            LedgerEvent::Nothing => self.session.is_ready = true,
            LedgerEvent::NotLoaded(fault) => {
                self.session.is_ready = true;
                self.session.notice = Some(Notice::bad(&fault));
            }
        }
        self.spread();
    }
}

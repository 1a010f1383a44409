//! `trueup ask`: answers the questions, on the screen, line by line, or from a file.

use std::path::PathBuf;

use tokio::sync::mpsc;

use super::call::Call;
use super::error::usage;
use super::text::{Page, counted, safe, wrapped};
use super::{Done, Error, attach, open};
use crate::model::assessment::{Answer, Assessment, Claim, Edit};
use crate::model::near::did_you_mean;
use crate::model::questionnaire::Questionnaire;
use crate::model::{AssessmentId, Level, QuestionId, RespondentId, RoleId};
use crate::ops::{self, Ctx};
use crate::tui::First;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Take over a table: `question,respondent,role,answer,confidence,note`; an answer is 0-4, dk or na.
    #[arg(long, value_name = "FILE", conflicts_with = "plain")]
    from: Option<PathBuf>,
    /// Ask line by line, without a screen.
    #[arg(long)]
    plain: bool,
    /// Who answers, for --plain. Without it, your name on this computer.
    #[arg(long, value_name = "NAME", requires = "plain")]
    respondent: Option<String>,
    /// The function of who answers, for --plain, such as `iam_lead`.
    #[arg(long, value_name = "ROLE", requires = "plain")]
    role: Option<String>,
}

const WIDTH: usize = 80;
const HELP: &str =
    "answer with 0, 1, 2, 3 or 4; dk for \"I do not know\"; na and the reason; skip, back or quit";

pub(super) async fn run(args: Args, call: &Call) -> Result<Done, Error> {
    if let Some(file) = &args.from {
        let id = call.assessment().await?;
        let imported = ops::import_answers(call.ctx().await?, &id, file).await?;
        call.show(&imported, |imported| attach::sentence(imported, "answer", "respondent"))?;
        return Ok(Done::Fine);
    }
    if !args.plain {
        return open::screens(call, First::Interview).await;
    }
    let ctx = call.ctx().await?;
    let named = call.named().await?;
    let (questionnaire, assessment) = ops::unscored(ctx, named.as_ref()).await?;
    let interview = Interview {
        ctx,
        call,
        id: assessment.begun.id.clone(),
        by: RespondentId::new(args.respondent.unwrap_or_else(|| ctx.actor.clone())),
        role: role(args.role.as_deref(), ctx)?,
        asked: asked(&questionnaire),
    };
    interview.run(assessment).await
}

fn role(role: Option<&str>, ctx: &Ctx) -> Result<RoleId, Error> {
    let known = || ctx.library.catalog.vocabulary.roles.iter().map(|role| role.id.as_str());
    let all = format!("the roles are {}", known().collect::<Vec<_>>().join(", "));
    match role {
        Some(role) if known().any(|known| known == role) => Ok(RoleId::from(role)),
        Some(role) => Err(usage(format!("`{role}` is not a role"), did_you_mean(role, known(), &all))),
        None => Err(usage("it is not said in which role you answer", format!("add --role ROLE; {all}"))),
    }
}

/// One question as it is asked; the self-rating is one too.
struct Asked {
    id: QuestionId,
    text: String,
    /// Sealed as soon as it is given: it comes before all evidence.
    is_self_rating: bool,
}

fn asked(questionnaire: &Questionnaire) -> Vec<Asked> {
    let rating = questionnaire.self_rating.iter().map(|rating| Asked {
        id: rating.id.clone(),
        text: question_text(&rating.id, "how you see yourselves", &rating.prompt, &rating.answers),
        is_self_rating: true,
    });
    let questions = questionnaire.questions.iter().map(|question| {
        let gate = if question.gate { ", gate" } else { "" };
        let about = format!("{}, weight {}{gate}", question.title, question.weight);
        let text = question_text(&question.id, &about, &question.prompt, &question.levels);
        Asked { id: question.id.clone(), text, is_self_rating: false }
    });
    rating.chain(questions).collect()
}

fn question_text(id: &QuestionId, about: &str, prompt: &str, levels: &[String; 5]) -> String {
    let mut page = Page::default();
    page.line(&safe(&format!("{id} · {about}")));
    page.line(&wrapped(&safe(prompt), 0, WIDTH));
    for (level, words) in Level::ALL.into_iter().zip(levels) {
        page.line(&format!("  {level}  {}", wrapped(&safe(words), 5, WIDTH)));
    }
    page.0
}

/// What somebody typed.
#[derive(Debug, PartialEq, Eq)]
enum Typed {
    Answer(Answer),
    Skip,
    Back,
    Quit,
    Help,
}

/// A conversation in lines.
struct Interview<'a> {
    ctx: &'a Ctx,
    call: &'a Call,
    id: AssessmentId,
    by: RespondentId,
    role: RoleId,
    asked: Vec<Asked>,
}

impl Interview<'_> {
    async fn run(&self, assessment: Assessment) -> Result<Done, Error> {
        let mut lines = lines();
        let mut saved: u64 = 0;
        let mut at = 0;
        while let Some(asked) = self.asked.get(at) {
            let known = assessment.claims.get(&asked.id).is_some_and(|claims| claims.contains_key(&self.by));
            if known {
                at += 1;
                continue;
            }
            self.call.print(&format!("\nquestion {} of {} · {}", at + 1, self.asked.len(), asked.text))?;
            let Some(line) = lines.recv().await else { break };
            match typed(&line.map_err(Error::Input)?) {
                Some(Typed::Quit) => break,
                Some(Typed::Skip) => at += 1,
                Some(Typed::Back) => at = self.before(at, &assessment),
                Some(Typed::Answer(answer)) => match self.save(asked, answer).await {
                    Ok(()) => (saved, at) = (saved + 1, at + 1),
                    Err(error) => self.complain(error)?,
                },
                Some(Typed::Help) => self.call.print(&format!("{HELP}\n"))?,
                None => self.complain(usage("that is no answer", HELP))?,
            }
        }
        self.call.print(&format!("\n{} saved\n", counted(saved, "answer")))?;
        Ok(Done::Fine)
    }

    /// Saves one answer; says so only when it is on the disk.
    async fn save(&self, asked: &Asked, answer: Answer) -> Result<(), Error> {
        let (word, note) = match &answer {
            Answer::Level(level) => (level.to_string(), String::new()),
            Answer::DontKnow => ("dk".to_owned(), String::new()),
            Answer::NotApplicable { reason } => (format!("na {reason}"), reason.clone()),
        };
        let claim = Claim { by: self.by.clone(), role: self.role.clone(), answer, confidence: None, note };
        let edit = Edit::Claim { question: asked.id.clone(), claim };
        ops::append(self.ctx, &self.id, vec![edit]).await?;
        self.call.print(&format!("saved {} {}\n", asked.id, safe(&word)))
    }

    /// The question before; answers from earlier sittings and the sealed self-rating are not opened again.
    fn before(&self, at: usize, assessment: &Assessment) -> usize {
        let may_open = |asked: &Asked| {
            let is_old = assessment.claims.get(&asked.id).is_some_and(|claims| claims.contains_key(&self.by));
            !is_old && !asked.is_self_rating
        };
        (0..at).rev().find(|at| self.asked.get(*at).is_some_and(may_open)).unwrap_or(at)
    }

    /// A person is asked again; a script is told that it is wrong.
    fn complain(&self, error: Error) -> Result<(), Error> {
        if !self.call.may_ask() || !matches!(error.exit_code(), 2) {
            return Err(error);
        }
        error.print();
        Ok(())
    }
}

fn typed(line: &str) -> Option<Typed> {
    let line = line.trim();
    let (word, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    match (word.to_lowercase().as_str(), rest.trim()) {
        ("na", reason) => Some(Typed::Answer(Answer::NotApplicable { reason: reason.to_owned() })),
        ("dk", "") => Some(Typed::Answer(Answer::DontKnow)),
        ("skip" | "s", "") => Some(Typed::Skip),
        ("back" | "b", "") => Some(Typed::Back),
        ("quit" | "q", "") => Some(Typed::Quit),
        ("help" | "?", "") => Some(Typed::Help),
        (level, "") => {
            let level = level.parse::<u8>().ok().and_then(Level::new)?;
            Some(Typed::Answer(Answer::Level(level)))
        }
        _ => None,
    }
}

/// Reads lines on a thread of its own: waiting for the keyboard must not hold up anything else.
fn lines() -> mpsc::Receiver<std::io::Result<String>> {
    let (sender, receiver) = mpsc::channel(1);
    std::thread::spawn(move || {
        for line in std::io::stdin().lines() {
            if sender.blocking_send(line).is_err() {
                break;
            }
        }
    });
    receiver
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_is_understood_or_refused() {
        let level = |level| Some(Typed::Answer(Answer::Level(Level::new(level).unwrap())));
        assert_eq!(typed(" 3 "), level(3));
        assert_eq!(typed("DK"), Some(Typed::Answer(Answer::DontKnow)));
        let reason = "no agents here".to_owned();
        assert_eq!(typed("na no agents here"), Some(Typed::Answer(Answer::NotApplicable { reason })));
        assert_eq!(typed("back"), Some(Typed::Back));
        for wrong in ["", "5", "-1", "3 4", "yes", "0x1"] {
            assert_eq!(typed(wrong), None, "{wrong}");
        }
    }
}

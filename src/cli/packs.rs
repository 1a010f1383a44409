//! `trueup packs`: lists, shows and checks question packs.

use std::path::PathBuf;

use super::call::Call;
use super::text::{Page, Paint, counted, safe, table, wrapped};
use super::{Done, Error, error};
use crate::model::Level;
use crate::model::questionnaire::{Question, Questionnaire};
use crate::packs::{Library, Summary};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    what: Option<What>,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// List the packs: the built-in ones and your own.
    List,
    /// Show one pack: its questions, levels and weights.
    Show {
        #[arg(value_name = "ID")]
        id: String,
    },
    /// Check a pack file: every fault with its place and its remedy.
    Lint {
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
}

const WIDTH: usize = 100;

pub(super) async fn run(args: Args, call: &Call) -> Result<Done, Error> {
    let folder = call.config().await?.packs.clone();
    let library = Library::open(folder.is_dir().then_some(folder.as_path()))?;
    match args.what {
        None | Some(What::List) => call.show(&library.list(), |packs| list(packs))?,
        Some(What::Show { id }) => call.show(&library.pack(&id.as_str().into())?, show)?,
        Some(What::Lint { file }) => return lint(&library, &file, call),
    }
    Ok(Done::Fine)
}

fn list(packs: &[Summary]) -> String {
    let row = |pack: &Summary| {
        vec![
            safe(pack.id.as_str()),
            safe(&pack.version),
            pack.questions.to_string(),
            pack.gates.to_string(),
            pack.measured.to_string(),
            pack.minutes.to_string(),
            pack.fault
                .as_deref()
                .map_or_else(|| safe(&pack.title), |fault| format!("cannot be used: {}", safe(fault))),
        ]
    };
    let rows: Vec<_> = packs.iter().map(row).collect();
    table(&["id", "version", "questions", "gates", "measured", "minutes", "title"], &[2, 3, 4, 5], &rows)
}

fn show(pack: &Questionnaire) -> String {
    let paint = Paint::new();
    let about = format!("{}, {} minutes", counted(pack.questions.len() as u64, "question"), pack.minutes);
    let mut page = Page::default();
    page.line(&paint.bold(&safe(&format!("{} · {} {}", pack.title, pack.id, pack.version))));
    page.line(&wrapped(&safe(&pack.description), 0, WIDTH));
    page.line(&about);
    for section in &pack.sections {
        page.line(&format!("\n{}", paint.bold(&safe(&section.title))));
        for question in section.questions.iter().filter_map(|id| pack.question(id)) {
            page.add(&shown(question));
        }
    }
    page.0
}

fn shown(question: &Question) -> String {
    let gate = if question.gate { ", gate" } else { "" };
    let title = format!("{} · {} (weight {}{gate})", question.id, question.title, question.weight);
    let mut page = Page::default();
    page.line(&format!("\n{}", safe(&title)));
    page.line(&format!("  {}", wrapped(&safe(&question.prompt), 2, WIDTH)));
    for (level, words) in Level::ALL.into_iter().zip(&question.levels) {
        page.line(&format!("    {level}  {}", wrapped(&safe(words), 7, WIDTH)));
    }
    page.0
}

fn lint(library: &Library, file: &std::path::Path, call: &Call) -> Result<Done, Error> {
    let linted = library.lint(file)?;
    let report = linted.report;
    if report.faults() > 0 {
        return Err(crate::packs::PackError::Faulty(report.into()).into());
    }
    if !report.is_clean() {
        error::print(&report);
    }
    let questions = linted.summary.map_or(0, |summary| summary.questions);
    call.print(&format!("{}: {}, no fault\n", safe(report.name()), counted(questions as u64, "question")))?;
    Ok(Done::Fine)
}

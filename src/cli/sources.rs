//! `trueup sources`: what can be read, templates of registers, receipts.

mod add;
mod permit;
mod test;

use std::collections::BTreeMap;

use serde::Serialize;

use super::call::Call;
use super::error::usage;
use super::text::{Page, Paint, counted, safe, wrapped};
use super::{Done, Error, show};
use crate::connectors::register::{self, Column};
use crate::connectors::{REGISTRY, Setting, Spec, measurements, scope};
use crate::model::near::did_you_mean;
use crate::model::pull::{Manifest, Sight};
use crate::ops;

const WIDTH: usize = 100;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    what: Option<What>,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// List the sources that are set up, and what can be read: what each kind shows, needs, and has to be told.
    List,
    /// Set up a system to be read, such as `trueup sources add hr scim address=https://… token=env:HR_TOKEN`.
    Add(add::Args),
    /// Forget a source. What was pulled from it stays.
    Remove {
        /// Its name.
        #[arg(value_name = "SOURCE")]
        name: String,
    },
    /// Ask sources what they would show, and what not; nothing is kept.
    Test {
        /// Their names. Without one, all.
        #[arg(value_name = "SOURCE")]
        names: Vec<String>,
    },
    /// Print the least rights that a kind of source needs, ready to paste; what to do with them goes to standard error.
    Permit {
        /// The kind, such as `kubernetes`.
        #[arg(value_name = "KIND")]
        kind: String,
    },
    /// Print a file to fill in: a register's header and one example row, a scope, measurements.
    Template {
        /// The kind, such as `agents` or `scope`.
        #[arg(value_name = "KIND")]
        kind: String,
        /// Explain the columns and what they accept instead.
        #[arg(long)]
        columns: bool,
    },
    /// Show the receipts of the assessment's pulls.
    Receipt {
        /// One pull: the first or last letters of its id. Without it, all that count.
        #[arg(value_name = "PULL")]
        pull: Option<String>,
        /// Compare the records that are kept with the SHA-256 of the receipt; ends with exit code 1 where they differ.
        #[arg(long)]
        verify: bool,
    },
}

pub(super) async fn run(args: Args, call: &Call) -> Result<Done, Error> {
    match args.what {
        None | Some(What::List) => list(call).await,
        Some(What::Add(args)) => add::run(args, call).await,
        Some(What::Remove { name }) => add::remove(&name, call).await,
        Some(What::Test { names }) => test::run(&names, call).await,
        Some(What::Permit { kind }) => permit::run(&kind, call),
        Some(What::Template { kind, columns }) => template(&kind, columns, call),
        Some(What::Receipt { pull, verify }) => receipts(pull.as_deref(), verify, call).await,
    }
}

/// Everything that is listed, as it is printed.
#[derive(Serialize)]
struct Listing {
    sources: Vec<Configured>,
    connectors: Vec<Listed>,
}

/// A source that is set up; of secrets it shows where they lie.
#[derive(Serialize)]
struct Configured {
    name: String,
    connector: String,
    settings: BTreeMap<String, String>,
}

/// A connector, as it is printed.
#[derive(Serialize)]
struct Listed {
    id: &'static str,
    title: &'static str,
    sees: &'static [Sight],
    /// What has to be told before it can be pulled; empty for files, which are recognised.
    settings: Vec<Told>,
}

/// A setting, as it is printed.
#[derive(Serialize)]
struct Told {
    key: &'static str,
    is_required: bool,
    accepts: String,
    help: &'static str,
}

async fn list(call: &Call) -> Result<Done, Error> {
    let configured = call.sources().await?.all.into_iter().map(|source| Configured {
        name: source.name,
        connector: source.connector,
        settings: source.values,
    });
    let all = Listing {
        sources: configured.collect(),
        connectors: REGISTRY.iter().copied().map(Listed::of).collect(),
    };
    call.show(&all, |all| {
        let sources = all.sources.iter().map(Configured::text);
        sources.chain(all.connectors.iter().map(Listed::text)).collect::<Vec<_>>().join("\n")
    })?;
    Ok(Done::Fine)
}

impl Configured {
    fn text(&self) -> String {
        let mut page = Page::default();
        page.line(&format!("{}  set up, {}", Paint::new().bold(&safe(&self.name)), safe(&self.connector)));
        for (key, value) in &self.settings {
            page.line(&format!("  {} = {}", safe(key), safe(value)));
        }
        page.0
    }
}

impl Listed {
    fn of(spec: &'static Spec) -> Self {
        let told = |setting: &Setting| Told {
            key: setting.key,
            is_required: setting.is_required,
            accepts: setting.form.words(),
            help: setting.help,
        };
        let settings =
            if spec.recognise.is_some() { vec![] } else { spec.settings.iter().map(told).collect() };
        Self { id: spec.id, title: spec.title, sees: spec.sees, settings }
    }

    fn text(&self) -> String {
        let mut page = Page::default();
        page.line(&format!("{}  {}", Paint::new().bold(self.id), self.title));
        for sight in self.sees {
            page.line(&format!("  {} (needs {})", sight.title, sight.needs));
        }
        for one in &self.settings {
            let required = if one.is_required { ", required" } else { "" };
            let words = format!("{}={}{required}: {}", one.key, one.accepts, one.help);
            page.line(&format!("  {}", wrapped(&words, 4, WIDTH)));
        }
        page.0
    }
}

/// A kind of file and what writes its template.
type Template = (&'static str, fn() -> &'static str);

/// Files that are no registers and explain themselves.
static TEMPLATES: &[Template] = &[("measurements", measurements::template), ("scope", scope::template)];

fn template(kind: &str, columns: bool, call: &Call) -> Result<Done, Error> {
    if let Some((_, template)) = TEMPLATES.iter().find(|(id, _)| *id == kind) {
        call.print(template())?;
        return Ok(Done::Fine);
    }
    let others = || TEMPLATES.iter().map(|(id, _)| *id);
    let known = || register::KINDS.iter().map(|kind| kind.id).chain(others());
    let Some(kind) = register::kind(kind) else {
        let all = format!("the kinds are {}", known().collect::<Vec<_>>().join(", "));
        return Err(usage(format!("there is no template of `{kind}`"), did_you_mean(kind, known(), &all)));
    };
    if columns || call.global.json {
        let explained: Vec<_> = kind.columns.iter().map(Explained::of).collect();
        call.show(&explained, |columns| explanation(columns))?;
    } else {
        call.print(&register::template(kind.id).unwrap_or_default())?;
        eprintln!("`trueup sources template {} --columns` explains the columns", kind.id);
    }
    Ok(Done::Fine)
}

/// A column, as it is printed.
#[derive(Serialize)]
struct Explained {
    column: &'static str,
    is_required: bool,
    accepts: String,
    help: &'static str,
    example: &'static str,
    aliases: &'static [&'static str],
}

impl Explained {
    fn of(column: &Column) -> Self {
        Self {
            column: column.name,
            is_required: column.is_required,
            accepts: column.accepts.words(),
            help: column.help,
            example: column.example,
            aliases: column.aliases,
        }
    }
}

fn explanation(columns: &[Explained]) -> String {
    let mut page = Page::default();
    for column in columns {
        let required = if column.is_required { " (required)" } else { "" };
        page.line(&format!("{}{required}", Paint::new().bold(column.column)));
        page.line(&format!("  {}", wrapped(column.help, 2, WIDTH)));
        page.line(&format!("  {}", wrapped(&format!("accepts {}", column.accepts), 2, WIDTH)));
        if !column.aliases.is_empty() {
            page.line(&format!(
                "  {}",
                wrapped(&format!("also called {}", column.aliases.join(", ")), 2, WIDTH)
            ));
        }
    }
    page.0
}

async fn receipts(part: Option<&str>, verify: bool, call: &Call) -> Result<Done, Error> {
    let ops::Opened { mut manifests, questionnaire, .. } = call.opened().await?;
    if let Some(part) = part {
        let fits = |manifest: &Manifest| {
            let id = manifest.id.as_str();
            id.starts_with(part) || id.ends_with(part)
        };
        manifests.retain(fits);
        if manifests.is_empty() {
            let what = format!("no pull `{}` counts for this assessment", safe(part));
            return Err(usage(what, "`trueup sources receipt` shows them all"));
        }
    }
    let texts = |manifests: &Vec<Manifest>| {
        let receipt = |manifest| show::receipt(manifest, &questionnaire, Paint::new());
        manifests.iter().map(receipt).collect::<Vec<_>>().join("\n")
    };
    if verify {
        verified(&manifests, call).await?;
    }
    call.show(&manifests, texts)?;
    Ok(Done::Fine)
}

/// Holds the records that are kept against the digests of their receipts.
async fn verified(manifests: &[Manifest], call: &Call) -> Result<(), Error> {
    for manifest in manifests {
        if !ops::verify(call.ctx().await?, manifest).await? {
            return Err(Error::Ops(ops::Error::Refused {
                what: format!("the records of the pull {} are not those of its receipt", manifest.id),
                help: "the database was changed from outside; pull the source again".to_owned(),
            }));
        }
    }
    let many = counted(manifests.len() as u64, "pull");
    eprintln!("the records of {many} are those of their receipts, bit for bit");
    Ok(())
}

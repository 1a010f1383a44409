//! The invented company: three quarters of history in a throw-away database, made through the same verbs that
//! everybody uses. Nothing in it is about anybody.

use std::fs::{DirBuilder, File};
use std::path::{Path, PathBuf};
use std::time::{Duration, UNIX_EPOCH};

use jiff::Timestamp;
use uuid::Uuid;

use super::{Ctx, Error, NewAssessment, append, begin, import_answers, import_documents, pull};
use crate::model::PackId;
use crate::model::assessment::Edit;
use crate::model::decision::ToolName;

/// The pack that the company answers.
const PACK: &str = "ai-agent-readiness";
/// Who answers; there is no such company.
const ORGANISATION: &str = "Halden Mills (invented)";

/// What was said and found in one quarter, in the files that anybody can write.
struct Quarter {
    period: &'static str,
    /// The last day of the work on it.
    clock: fn() -> Timestamp,
    answers: &'static str,
    documents: &'static str,
    measurements: &'static str,
}

/// Oldest first.
static QUARTERS: &[Quarter] = &[
    Quarter {
        period: "2026-Q2",
        clock: || seconds(1_781_514_000),
        answers: include_str!("../../assets/demo/2026-Q2/answers.csv"),
        documents: include_str!("../../assets/demo/2026-Q2/documents.csv"),
        measurements: include_str!("../../assets/demo/2026-Q2/measurements.toml"),
    },
    Quarter {
        period: "2026-Q3",
        clock: || seconds(1_789_462_800),
        answers: include_str!("../../assets/demo/2026-Q3/answers.csv"),
        documents: include_str!("../../assets/demo/2026-Q3/documents.csv"),
        measurements: include_str!("../../assets/demo/2026-Q3/measurements.toml"),
    },
    Quarter {
        period: "2026-Q4",
        clock: || seconds(1_797_238_800),
        answers: include_str!("../../assets/demo/2026-Q4/answers.csv"),
        documents: include_str!("../../assets/demo/2026-Q4/documents.csv"),
        measurements: include_str!("../../assets/demo/2026-Q4/measurements.toml"),
    },
];

/// The cloud account of the company, beside its quarters: who can do what there, and what they use. Its figures are
/// its own, so that those of the quarters stay whole.
const CLOUD: &str = "Cloud account";

/// What the account's systems and registers say, in files of which each has a date inside or is dated.
static EVIDENCE: &[(&str, &str)] = &[
    ("account.json", include_str!("../../assets/demo/cloud/account.json")),
    ("last-accessed.ndjson", include_str!("../../assets/demo/cloud/last-accessed.ndjson")),
    ("identities.csv", include_str!("../../assets/demo/cloud/identities.csv")),
    ("agents.csv", include_str!("../../assets/demo/cloud/agents.csv")),
    ("tools.csv", include_str!("../../assets/demo/cloud/tools.csv")),
];

/// What people of the company decided about AI tools: who, about which, whether it may be used, and why.
static DECISIONS: &[(&str, &str, bool, &str)] = &[
    ("Sofia Marques", "minutes.example", true, "contract signed; recordings stay in the house"),
    ("Mara Lindqvist", "askahead.example", false, "blocked at the proxy; Parley does the same"),
];

/// The open demonstration; its database is gone when this is.
pub struct Demo {
    /// Works like any other; its clock stands still on the last day of the history, so that documents do not age.
    pub ctx: Ctx,
    folder: Folder,
}

impl Demo {
    /// Closes the database and removes it.
    pub async fn close(self) {
        self.ctx.store.close().await;
        drop(self.folder);
    }
}

/// Makes the invented company in a folder that only this user can read.
pub async fn demo() -> Result<Demo, Error> {
    let folder = Folder::make()?;
    let mut ctx = Ctx::open(&folder.0.join("demo.sqlite"), None, "demo".to_owned()).await?;
    // Begun before the quarters, so that the newest quarter is what opens by itself.
    ctx.clock = || seconds(1_797_152_400);
    cloud(&ctx, &folder.0).await?;
    for quarter in QUARTERS {
        ctx.clock = quarter.clock;
        fill(&ctx, &folder.0, quarter).await?;
    }
    Ok(Demo { ctx, folder })
}

/// Answers, proves, measures and closes one quarter.
async fn fill(ctx: &Ctx, folder: &Path, quarter: &Quarter) -> Result<(), Error> {
    let new = NewAssessment {
        pack: PackId::from(PACK),
        organisation: ORGANISATION.to_owned(),
        unit: None,
        period: quarter.period.to_owned(),
    };
    let id = begin(ctx, new).await?.id;
    import_answers(ctx, &id, &write(folder, "answers.csv", quarter.answers)?).await?;
    import_documents(ctx, &id, &write(folder, "documents.csv", quarter.documents)?).await?;
    let measurements = write(folder, "measurements.toml", quarter.measurements)?;
    date(&measurements, ctx.now())?;
    pull(ctx, &id, &measurements, &|_| {}).await?;
    append(ctx, &id, vec![Edit::Close]).await?;
    Ok(())
}

/// Pulls what is known of the cloud account; nobody answers questions about it.
async fn cloud(ctx: &Ctx, folder: &Path) -> Result<(), Error> {
    let new = NewAssessment {
        pack: PackId::from(PACK),
        organisation: ORGANISATION.to_owned(),
        unit: Some(CLOUD.to_owned()),
        period: "2026-Q4".to_owned(),
    };
    let id = begin(ctx, new).await?.id;
    for (name, text) in EVIDENCE {
        let path = write(folder, name, text)?;
        date(&path, ctx.now())?;
        pull(ctx, &id, &path, &|_| {}).await?;
    }
    for (by, tool, is_sanctioned, reason) in DECISIONS {
        let edit = Edit::Decide {
            tool: ToolName::of(tool),
            is_sanctioned: *is_sanctioned,
            reason: (*reason).to_owned(),
        };
        append(&Ctx { actor: (*by).to_owned(), ..ctx.clone() }, &id, vec![edit]).await?;
    }
    Ok(())
}

fn write(folder: &Path, name: &str, text: &str) -> Result<PathBuf, Error> {
    let path = folder.join(name);
    std::fs::write(&path, text).map_err(|error| Error::file("write", &path, &error))?;
    Ok(path)
}

/// A file without a date inside describes the moment at which it was written: a day of its quarter.
fn date(path: &Path, at: Timestamp) -> Result<(), Error> {
    let written = UNIX_EPOCH + Duration::from_secs(at.as_second().unsigned_abs());
    let dated = File::options().write(true).open(path).and_then(|file| file.set_modified(written));
    dated.map_err(|error| Error::file("write", path, &error))
}

/// A moment from seconds since 1970; all callers are constants of this file.
fn seconds(seconds: i64) -> Timestamp {
    Timestamp::from_second(seconds).unwrap_or(Timestamp::UNIX_EPOCH)
}

/// A folder of our own that goes when it is dropped.
struct Folder(PathBuf);

impl Folder {
    fn make() -> Result<Self, Error> {
        let path = std::env::temp_dir().join(format!("trueup-demo-{}", Uuid::now_v7().simple()));
        let mut builder = DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&path).map_err(|error| Error::file("make the folder", &path, &error))?;
        Ok(Self(path))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // Nobody is left to tell; the system's own cleaning takes what stays.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

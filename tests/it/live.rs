//! A database of its own with an assessment, for tests that pull from systems that run.

use std::collections::BTreeMap;

use trueup::config::Source;
use trueup::model::AssessmentId;
use trueup::model::inventory::{Account, Agent, Class, Credential, Grant, Record, Tool};
use trueup::model::pull::{Lack, Manifest, Preflight, Pulled};
use trueup::ops::{self, Ctx, NewAssessment};

/// The database, the assessment, and a folder in which secrets lie.
pub struct Desk {
    pub ctx: Ctx,
    pub id: AssessmentId,
    pub folder: tempfile::TempDir,
}

impl Desk {
    pub async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let ctx = Ctx::open(&folder.path().join("t.db"), None, "anna".to_owned()).await.unwrap();
        let new = NewAssessment {
            pack: "workshop-90min".into(),
            organisation: "X".to_owned(),
            unit: None,
            period: "2026-Q4".to_owned(),
        };
        let id = ops::begin(&ctx, new).await.unwrap().id;
        Self { ctx, id, folder }
    }

    /// Puts a secret into a file of its own; says where it lies.
    pub fn secret(&self, name: &str, secret: &str) -> String {
        let file = self.folder.path().join(name);
        std::fs::write(&file, secret).unwrap();
        format!("file:{}", file.display())
    }

    pub async fn look(&self, source: &Source) -> Result<Preflight, ops::Error> {
        Ok(ops::test_source(&self.ctx, source).await?.preflight)
    }

    pub async fn pull(&self, source: &Source) -> Result<Pulled, ops::Error> {
        let manifest = ops::pull_source(&self.ctx, &self.id, source, &|_| {}).await?;
        Ok(self.ctx.store.pulled(&manifest.id).await.unwrap().unwrap())
    }

    pub async fn receipts(&self) -> Vec<Manifest> {
        ops::open(&self.ctx, Some(&self.id)).await.unwrap().manifests
    }
}

/// A source with these settings.
pub fn source(name: &str, connector: &str, values: &[(&str, &str)]) -> Source {
    let values = values.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
    Source { name: name.to_owned(), connector: connector.to_owned(), values }
}

/// Why a kind of fact is missing that is called so at the beginning.
pub fn why(preflight: &Preflight, start: &str) -> Option<Lack> {
    preflight.misses.iter().find(|one| one.sight.starts_with(start)).map(|one| one.why)
}

/// The accounts of a pull.
pub fn accounts(pulled: &Pulled) -> Vec<&Account> {
    pulled.records.iter().filter_map(Record::account).collect()
}

/// The same by their ids.
pub fn by_id(pulled: &Pulled) -> BTreeMap<&str, &Account> {
    accounts(pulled).into_iter().map(|one| (one.id.as_str(), one)).collect()
}

/// How many accounts of a pull there are of each class, and without one.
pub fn by_class(pulled: &Pulled) -> BTreeMap<Option<Class>, usize> {
    let mut counts = BTreeMap::new();
    for account in accounts(pulled) {
        *counts.entry(account.class.known().copied()).or_default() += 1;
    }
    counts
}

/// The same of the three classes: human, machine, ai.
pub fn classes(pulled: &Pulled) -> [usize; 3] {
    let counts = by_class(pulled);
    Class::ALL.map(|class| counts.get(&Some(class)).copied().unwrap_or_default())
}

/// The grants of a pull.
pub fn grants(pulled: &Pulled) -> Vec<&Grant> {
    pulled.records.iter().filter_map(Record::grant).collect()
}

/// The credentials of a pull.
pub fn credentials(pulled: &Pulled) -> Vec<&Credential> {
    pulled.records.iter().filter_map(Record::credential).collect()
}

/// The agents of a pull.
pub fn agents(pulled: &Pulled) -> Vec<&Agent> {
    pulled.records.iter().filter_map(Record::agent).collect()
}

/// The AI tools of a pull.
pub fn tools(pulled: &Pulled) -> Vec<&Tool> {
    pulled.records.iter().filter_map(Record::tool).collect()
}

/// How many questions a pull took, those before it among them.
pub fn requests(manifest: &Manifest) -> u64 {
    manifest.asked.iter().map(|asked| asked.requests).sum()
}

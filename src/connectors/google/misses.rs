//! What is not shown: why, in which words of Google's, and where.

use std::collections::{BTreeMap, BTreeSet};

use super::super::http::{Fault, Http};
use super::super::listing::List;
use super::super::{ConnectorError, Sink};
use super::words::OFF;
use crate::model::pull::{Lack, Missing, Sight};

/// Sights that Google may have no answer for yet, which it says with a refusal of the question.
const LATE: &[&str] = &["factor-kind", "pools"];
/// How many places are named; the rest is counted.
const NAMED: usize = 3;

/// Why something is not shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lacking {
    pub why: Lack,
    /// Google's own words; empty where it has none.
    pub said: String,
}

impl From<Lack> for Lacking {
    fn from(why: Lack) -> Self {
        Self { why, said: String::new() }
    }
}

/// Why a list is not shown; an error where nothing else will be shown either.
pub fn lacking(http: &Http, list: &List, fault: Fault) -> Result<Lacking, ConnectorError> {
    let is_late = LATE.contains(&list.sight.id);
    match fault {
        Fault::Forbidden(said) => Ok(Lacking { why: Lack::Forbidden, said }),
        Fault::NotLicensed(said) => Ok(Lacking { why: Lack::NotLicensed, said }),
        Fault::Rejected(said) if is_late || said.starts_with(OFF) => {
            Ok(Lacking { why: Lack::NotCollected, said })
        }
        Fault::NoSuch => Ok(Lack::NotCollected.into()),
        fault => Err(http.broken(list.word, fault)),
    }
}

/// What turned out to be missing, in one place or several.
#[derive(Debug, Default)]
pub struct Misses(BTreeMap<&'static str, Miss>);

#[derive(Debug)]
struct Miss {
    sight: &'static Sight,
    why: Lack,
    said: String,
    /// Projects and the like; empty where all of it is meant.
    places: BTreeSet<String>,
}

impl Misses {
    /// Takes note that something is not shown; `place` is empty where all of it is meant. Of several reasons a missing
    /// right is the one to act on.
    pub fn note(&mut self, sight: &'static Sight, lacking: Lacking, place: &str) {
        let new = || Miss { sight, why: lacking.why, said: lacking.said.clone(), places: BTreeSet::new() };
        let miss = self.0.entry(sight.id).or_insert_with(new);
        if lacking.why == Lack::Forbidden && miss.why != Lack::Forbidden {
            (miss.why, miss.said) = (lacking.why, lacking.said);
        }
        miss.places.extend(Some(place.to_owned()).filter(|place| !place.is_empty()));
    }

    /// Whether something is missing, wherever.
    pub fn has(&self, sight: &Sight) -> bool {
        self.0.contains_key(sight.id)
    }

    /// What is missing.
    pub fn all(&self) -> Vec<Missing> {
        self.0.values().map(Miss::told).collect()
    }

    /// Says what is missing.
    pub async fn tell(&self, out: &mut Sink) -> Result<(), ConnectorError> {
        for missing in self.all() {
            out.misses(missing).await?;
        }
        Ok(())
    }
}

impl Miss {
    fn told(&self) -> Missing {
        let mut missing = Missing::from(self.sight).because(self.why);
        let mut named: Vec<&str> = self.places.iter().take(NAMED).map(String::as_str).collect();
        let more = self.places.len().saturating_sub(NAMED);
        let more = (more > 0).then(|| format!("{more} more"));
        named.extend(more.as_deref());
        if !named.is_empty() {
            missing.needs = format!("{} (in {})", missing.needs, named.join(", "));
        }
        if !self.said.is_empty() {
            missing.needs = format!("{}; Google says: {}", missing.needs, self.said);
        }
        missing
    }
}

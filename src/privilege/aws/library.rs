//! Documents of policies, gathered from all pulls and read once each; who holds which.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::hash::{BuildHasher, Hash};
use std::sync::Arc;

use foldhash::fast::RandomState;
use serde_json::Value;

use super::super::in_parallel;
use super::document::{Document, Reader};
use super::trust::Trust;
use super::{Account, EVERYTHING, Policy};
use crate::model::SourceId;
use crate::model::inventory::{EntitlementKind, Fact, Record};
use crate::model::merged::Holding;
use crate::model::pull::{Outcome, Pulled};
use crate::privilege::used::{GrantAge, Used};

/// Documents while they are gathered.
pub struct Library<'p> {
    /// Where the document of an id stands; `None` where it cannot be read.
    by_id: HashMap<(Option<&'p SourceId>, &'p str), Option<usize>, RandomState>,
    /// The levels of the organisation above each account; `None` for one that cannot be read.
    pub controls: HashMap<&'p SourceId, Vec<Option<Vec<usize>>>>,
    /// Accounts for whose resources control policies were given; those are not judged.
    pub resource_controls: BTreeSet<&'p SourceId>,
    everything: Option<usize>,
    pub documents: Vec<Document>,
    /// By the ids of what says whom roles trust, sorted; `None` for one that cannot be read.
    pub trusts: Vec<(&'p str, Option<Trust>)>,
    reader: Reader,
}

impl<'p> Library<'p> {
    /// Takes over the documents of all whole pulls.
    pub fn read(pulls: &'p [Pulled]) -> Self {
        let mut pulls: Vec<_> = pulls.iter().filter(|pull| pull.manifest.outcome == Outcome::Whole).collect();
        // The newest says last what counts.
        pulls.sort_by(|a, b| (a.manifest.taken, &a.manifest.id).cmp(&(b.manifest.taken, &b.manifest.id)));
        let mut made = Self {
            by_id: HashMap::default(),
            controls: HashMap::new(),
            resource_controls: BTreeSet::new(),
            everything: None,
            documents: Vec::new(),
            trusts: Vec::new(),
            reader: Reader::default(),
        };
        let mut trusts = BTreeMap::new();
        let mut texts = HashMap::with_hasher(RandomState::default());
        for record in pulls.iter().flat_map(|pull| &pull.records) {
            let Record::Entitlement(one) = record else { continue };
            let (Some(text), Some(system)) = (&one.document, &one.source) else { continue };
            match one.kind {
                EntitlementKind::Control => made.control(system, text),
                EntitlementKind::Policy => {
                    texts.insert((Some(system), one.id.as_str()), text.as_str());
                    // A policy's ARN means the same policy wherever it is attached.
                    texts.insert((None, one.id.as_str()), text.as_str());
                }
                EntitlementKind::Trust if one.id.starts_with("arn:") => {
                    trusts.insert(one.id.as_str(), text.as_str());
                }
                _ => {}
            }
        }
        made.shelve(texts);
        made.trusts = trusts.keys().map(|id| (*id, None)).collect();
        let texts: Vec<&str> = trusts.into_values().collect();
        let ids: Vec<&str> = made.trusts.iter().map(|(id, _)| *id).collect();
        let read = |at: usize| Some((*ids.get(at)?, Trust::read(texts.get(at)?)));
        in_parallel(&mut made.trusts, |at| read(at).unwrap_or_default());
        made
    }

    /// Reads the documents that have an id, each text once.
    fn shelve(&mut self, by_id: HashMap<(Option<&'p SourceId>, &'p str), &'p str, RandomState>) {
        let address = |text: &str| text.as_ptr() as usize;
        let mut texts: Vec<&str> = by_id.values().copied().collect();
        texts.sort_unstable_by_key(|text| address(text));
        texts.dedup_by_key(|text| address(text));
        let mut read = vec![None; texts.len()];
        in_parallel(&mut read, |at| texts.get(at).and_then(|text| self.reader.read(text)));
        let mut places = Vec::with_capacity(texts.len());
        for document in read {
            let place = self.documents.len();
            places.push(document.is_some().then_some(place));
            self.documents.extend(document);
        }
        let place =
            |text: &str| *places.get(texts.binary_search_by_key(&address(text), |at| address(at)).ok()?)?;
        self.by_id = by_id.into_iter().map(|(id, text)| (id, place(text))).collect();
    }

    /// The levels of an organisation above an account; see the connector of organisation policies.
    fn control(&mut self, system: &'p SourceId, text: &str) {
        let given = serde_json::from_str::<Value>(text).unwrap_or_default();
        if given.get("resource_levels").and_then(Value::as_array).is_some_and(|levels| !levels.is_empty()) {
            self.resource_controls.insert(system);
        }
        // One level that cannot be read stands for a file that cannot be: something bounds, and nobody knows how.
        let levels = given.get("levels").and_then(Value::as_array).cloned().unwrap_or(vec![Value::Null]);
        let gates = levels.iter().map(|level| self.level(level)).collect();
        self.controls.insert(system, gates);
    }

    /// The documents of one level; `None` where any of them cannot be read or none is there.
    fn level(&mut self, level: &Value) -> Option<Vec<usize>> {
        let policies = level.get("policies")?.as_array()?;
        let read = policies.iter().map(|policy| {
            let document = self.reader.read(&policy.get("document")?.to_string())?;
            self.documents.push(document);
            Some(self.documents.len() - 1)
        });
        read.collect::<Option<Vec<_>>>().filter(|read| !read.is_empty())
    }

    fn document(&self, system: &SourceId, id: &str) -> Option<usize> {
        let mut shelves = [Some(system), None].into_iter();
        shelves.find_map(|of| look_up(&self.by_id, (of, id))).copied().flatten()
    }

    /// The place of a document that allows everything.
    pub fn everything(&mut self) -> Option<usize> {
        if self.everything.is_none() {
            let document = self.reader.read(EVERYTHING)?;
            self.documents.push(document);
            self.everything = Some(self.documents.len() - 1);
        }
        self.everything
    }

    /// A group with what it gives its members; `policies` are the ids of its policies.
    pub(super) fn group(&self, arn: &str, (system, id): (usize, &SourceId), policies: &[String]) -> Account {
        let mut made = Account {
            arn: arn.to_owned(),
            system,
            policies: Vec::new(),
            gates: look_up(&self.controls, id).cloned().unwrap_or_default(),
            has_boundary: false,
            identity: None,
            node: None,
        };
        for (policy, at) in policies.iter().zip(0..) {
            let document = self.document(id, policy);
            let title = policy.rsplit(['/', ':']).next().unwrap_or(policy).into();
            made.policies.push(Policy { at, age: GrantAge::default(), title, document });
        }
        made
    }

    /// A user or role with what it holds.
    pub(super) fn account(
        &mut self,
        arn: &str,
        (system, id): (usize, &SourceId),
        holdings: &[Holding],
        used: &Used,
    ) -> Account {
        let is_linked = arn.contains(":role/aws-service-role/");
        let controls = look_up(&self.controls, id).filter(|_| !is_linked).cloned();
        let mut made = Account {
            arn: arn.to_owned(),
            system,
            policies: Vec::new(),
            gates: controls.unwrap_or_default(),
            has_boundary: false,
            identity: None,
            node: None,
        };
        for (holding, at) in holdings.iter().zip(0..).filter(|(holding, _)| *holding.account == *arn) {
            match holding.kind {
                EntitlementKind::Boundary => {
                    let policy =
                        holding.entitlement.strip_suffix("#boundary").unwrap_or(&holding.entitlement);
                    let gate = self.document(id, policy).map(|document| vec![document]);
                    made.gates.insert(0, gate);
                    made.has_boundary = true;
                }
                EntitlementKind::Group | EntitlementKind::Control | EntitlementKind::Trust => {}
                EntitlementKind::Policy | EntitlementKind::Role | EntitlementKind::Permission => {
                    let document = self.document(id, &holding.entitlement);
                    let is_admin = holding.is_general_admin == Fact::Known(true);
                    made.policies.push(Policy {
                        at,
                        age: used.grant_age(holding),
                        title: Arc::clone(&holding.title),
                        document: document.or_else(|| self.everything().filter(|_| is_admin)),
                    });
                }
            }
        }
        made
    }
}

/// What a map has for a key that lives shorter than those in it.
fn look_up<K: Eq + Hash, V, S: BuildHasher>(map: &HashMap<K, V, S>, key: impl Into<K>) -> Option<&V> {
    map.get(&key.into())
}

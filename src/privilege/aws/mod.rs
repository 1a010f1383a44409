//! AWS: from policies to what users and roles can effectively do.

mod catalogue;
mod clause;
mod document;
mod effective;
mod glob;
mod known;
mod rights;
mod set;
mod verbs;

use std::collections::{BTreeSet, HashMap};
use std::ops::Range;

use jiff::Timestamp;

use super::right::{Detail, GrantAt, Granted, ServiceAt};
use super::services::Services;
use super::used::{GrantAge, Used};
use crate::model::SourceId;
use crate::model::inventory::{EntitlementKind, Fact, Record};
use crate::model::merged::{Holding, IdentityAt, Inventory};
use crate::model::privilege::{Conditions, Reach};
use crate::model::pull::{Outcome, Pulled};

use catalogue::Catalogue;
use document::{Document, Reader, Who};
use effective::{Held, Judge};

/// The connector whose word on rights is whole.
const CONNECTOR: &str = "aws-authorization";
/// What `AdministratorAccess` says, where only its name is known.
const EVERYTHING: &str = r#"{"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#;

/// Every policy of every account, parsed once, and who holds which.
#[derive(Debug, Default)]
pub struct Aws {
    documents: Vec<Document>,
    /// By identity: where its accounts stand in `accounts`.
    of: Vec<Range<usize>>,
    accounts: Vec<Account>,
    used: Used,
    taken: Option<Timestamp>,
    /// The number of each service of the catalogue, by the place of the system.
    services: Vec<Vec<ServiceAt>>,
    /// Services and actions of allows that the catalogue does not know, with their numbers.
    misses: HashMap<(usize, String), ServiceAt>,
    gaps: Gaps,
}

/// A user or role with what it holds.
#[derive(Debug)]
struct Account {
    arn: String,
    /// The place of its system.
    system: usize,
    policies: Vec<Policy>,
    /// The boundary and the levels of the organisation; `None` where a document is missing.
    gates: Vec<Option<Vec<usize>>>,
    /// Whether the trust policy of any role names it.
    is_trusted: bool,
}

/// A policy that an account holds.
#[derive(Debug)]
struct Policy {
    at: GrantAt,
    age: GrantAge,
    title: String,
    /// `None` where the file does not show it.
    document: Option<usize>,
}

/// What was not supplied or not understood.
#[derive(Debug, Default)]
struct Gaps {
    systems: BTreeSet<String>,
    controlled: BTreeSet<String>,
    misses: BTreeSet<String>,
    unread: u64,
}

impl Aws {
    /// Parses the documents behind the inventory's holdings.
    pub fn build(inventory: &Inventory, pulls: &[Pulled], used: &Used, services: &mut Services) -> Self {
        let mut library = Library::read(pulls);
        let mut made = Self { used: used.clone(), taken: inventory.taken, ..Self::default() };
        let told: BTreeSet<&SourceId> = inventory
            .sources
            .iter()
            .filter(|seen| seen.connector == CONNECTOR)
            .flat_map(|seen| &seen.covers)
            .collect();
        let mut systems: HashMap<SourceId, usize> = HashMap::new();
        let mut from = 0;
        for (at, identity) in inventory.identities.iter().enumerate() {
            let count = inventory.holdings.get(from..).unwrap_or_default();
            let to = from + count.iter().take_while(|held| held.identity == at).count();
            let holdings = inventory.holdings.get(from..to).unwrap_or_default();
            from = to;
            let first = made.accounts.len();
            for presence in &identity.accounts {
                let Some(system) = presence.system.as_ref().filter(|system| told.contains(system)) else {
                    continue;
                };
                let known = systems.len();
                let system_at = *systems.entry(system.clone()).or_insert(known);
                made.accounts.push(library.account(&presence.id, (system_at, system), holdings, used));
            }
            made.of.push(first..made.accounts.len());
        }
        made.documents = library.documents;
        made.number(&systems, services);
        made
    }

    /// What an identity can do, as if it did not hold the grants `without` (sorted).
    pub fn granted(&self, identity: IdentityAt, without: &[GrantAt], detail: Detail) -> Granted {
        let mut granted = Granted { path_count: Some(0), ..Granted::default() };
        let accounts = self.of.get(identity).and_then(|range| self.accounts.get(range.clone()));
        for account in accounts.unwrap_or_default() {
            self.add(account, (identity, without), detail, &mut granted);
        }
        granted
    }

    /// The table behind it, with version and licence, and what was not supplied, as sentences.
    pub fn notes(&self) -> (Vec<String>, Vec<String>) {
        if self.accounts.is_empty() {
            return (Vec::new(), Vec::new());
        }
        let mut notes = Vec::new();
        let bare = self.gaps.systems.difference(&self.gaps.controlled).count();
        if bare > 0 {
            notes.push(format!(
                "No organisation policies (SCPs) were supplied for {bare} AWS accounts; they may allow less."
            ));
        }
        if !self.gaps.misses.is_empty() {
            notes.push(format!(
                "{} AWS actions are not in the catalogue and are judged by their verbs.",
                self.gaps.misses.len()
            ));
        }
        if self.gaps.unread > 0 {
            notes.push(format!("{} policy statements could not be read.", self.gaps.unread));
        }
        notes
            .push("Escalation paths and assumable roles are not followed yet; they can only add.".to_owned());
        (vec![catalogue::SOURCE.to_owned()], notes)
    }

    /// Whether a user or role may do an action such as `s3:GetObject` on a resource; `None` when it may not, or the
    /// catalogue does not know the action.
    pub fn may(&self, arn: &str, action: &str, resource: &str) -> Option<Conditions> {
        let account = self.accounts.iter().find(|account| account.arn == arn)?;
        let action = Catalogue::get().expand(action).actions.iter().next()?;
        self.judge(account, &account.policies.iter().collect::<Vec<_>>(), Detail::Brief).may(action, resource)
    }

    fn judge<'a>(&'a self, account: &'a Account, held: &[&'a Policy], detail: Detail) -> Judge<'a> {
        Judge {
            who: Who { arn: &account.arn, account: number(&account.arn) },
            now: self.taken,
            held: held
                .iter()
                .filter_map(|policy| {
                    let document = self.documents.get(policy.document?)?;
                    Some(Held { at: policy.at, age: policy.age, document })
                })
                .collect(),
            gates: account.gates.iter().flatten().map(|gate| self.gate(gate)).collect(),
            names_grants: detail == Detail::Full,
        }
    }

    fn add(
        &self,
        account: &Account,
        (identity, without): (IdentityAt, &[GrantAt]),
        detail: Detail,
        to: &mut Granted,
    ) {
        to.is_told = true;
        let held: Vec<&Policy> =
            account.policies.iter().filter(|policy| without.binary_search(&policy.at).is_err()).collect();
        for policy in held.iter().filter(|policy| policy.document.is_none()) {
            to.opaque += 1;
            if detail == Detail::Full {
                to.notes.push(format!("The file does not show what the policy {} says.", policy.title));
            }
        }
        if account.gates.iter().any(Option::is_none) && detail == Detail::Full {
            to.notes.push("A boundary is set that the file does not show; it may allow less.".to_owned());
        }
        let judge = self.judge(account, &held, detail);
        let pieces = judge.pieces();
        judge_reach(account, &pieces, to);
        let makes = rights::Maker {
            services: self.services.get(account.system).map_or(&[][..], Vec::as_slice),
            usage: self.used.of(identity, &account.arn),
            detail,
        };
        makes.add(&pieces, to);
        self.add_misses(account, &judge, &makes, to);
    }

    fn gate(&self, documents: &[usize]) -> Vec<&Document> {
        documents.iter().filter_map(|at| self.documents.get(*at)).collect()
    }

    /// Actions that no table knows are rights too.
    fn add_misses(&self, account: &Account, judge: &Judge<'_>, makes: &rights::Maker<'_>, to: &mut Granted) {
        let allows =
            judge.held.iter().flat_map(|held| held.document.allows.iter().map(move |one| (held, one)));
        let mut seen = BTreeSet::new();
        for (held, statement) in allows {
            for miss in &statement.actions.misses {
                let Some(service) = self.misses.get(&(account.system, miss.0.clone())) else { continue };
                if seen.insert(miss) {
                    makes.add_miss(miss, (*service, seen.len()), held, to);
                }
            }
        }
    }

    /// Gives every service that is held in any system a number, in an order of its own.
    fn number(&mut self, systems: &HashMap<SourceId, usize>, services: &mut Services) {
        let mut ordered: Vec<_> = systems.iter().collect();
        ordered.sort();
        self.services.resize_with(systems.len(), Vec::new);
        for (system, at) in &ordered {
            self.gaps.systems.insert(system.to_string());
            if let Some(place) = self.services.get_mut(**at) {
                *place = Catalogue::get()
                    .services
                    .iter()
                    .map(|service| services.number(system.as_str(), &service.name))
                    .collect();
            }
        }
        let names: HashMap<usize, &SourceId> = systems.iter().map(|(system, at)| (*at, system)).collect();
        for account in &self.accounts {
            let Some(system) = names.get(&account.system) else { continue };
            if account.gates.len() > 1 {
                self.gaps.controlled.insert(system.to_string());
            }
            for at in account.policies.iter().filter_map(|policy| policy.document) {
                let Some(document) = self.documents.get(at) else { continue };
                for (service, action) in document.allows.iter().flat_map(|one| &one.actions.misses) {
                    self.gaps.misses.insert(format!("{service}:{action}"));
                    let key = (account.system, service.clone());
                    self.misses.entry(key).or_insert_with(|| services.number(system.as_str(), service));
                }
            }
        }
        self.gaps.unread = self.documents.iter().map(|document| u64::from(document.unread)).sum();
    }
}

/// Whether it holds control outright, or cannot take a first step on any known path.
fn judge_reach(account: &Account, pieces: &[effective::Piece], to: &mut Granted) {
    let iam = Catalogue::get().of_service("iam");
    let is_whole = |piece: &effective::Piece| {
        piece.conditions.is_empty() && &*piece.pattern == "*" && piece.actions.covers(&iam)
    };
    let is_open = account.is_trusted
        || account.policies.iter().any(|policy| policy.document.is_none())
        || pieces.iter().any(|piece| !piece.actions.common(known::actions()).is_empty());
    if pieces.iter().any(is_whole) {
        to.reach = to.reach.max(Reach::Holds);
    } else if is_open {
        to.reach = to.reach.max(Reach::Unknown);
    }
    if is_open {
        to.path_count = None;
    }
}

/// Documents while they are gathered.
struct Library<'p> {
    texts: HashMap<(Option<&'p SourceId>, &'p str), &'p str>,
    by_id: HashMap<(Option<&'p SourceId>, &'p str), Option<usize>>,
    controls: HashMap<&'p SourceId, Vec<Option<Vec<usize>>>>,
    everything: Option<usize>,
    documents: Vec<Document>,
    reader: Reader,
}

impl<'p> Library<'p> {
    fn read(pulls: &'p [Pulled]) -> Self {
        let mut pulls: Vec<_> = pulls.iter().filter(|pull| pull.manifest.outcome == Outcome::Whole).collect();
        // The newest says last what counts.
        pulls.sort_by(|a, b| (a.manifest.taken, &a.manifest.id).cmp(&(b.manifest.taken, &b.manifest.id)));
        let mut made = Self {
            texts: HashMap::new(),
            by_id: HashMap::new(),
            controls: HashMap::new(),
            everything: None,
            documents: Vec::new(),
            reader: Reader::default(),
        };
        for record in pulls.iter().flat_map(|pull| &pull.records) {
            let Record::Entitlement(one) = record else { continue };
            let (Some(text), Some(system)) = (&one.document, &one.source) else { continue };
            match one.kind {
                EntitlementKind::Control => made.control(system, text),
                EntitlementKind::Policy => {
                    made.texts.insert((Some(system), &one.id), text);
                    // A policy's ARN means the same policy wherever it is attached.
                    made.texts.entry((None, &one.id)).or_insert(text);
                }
                _ => {}
            }
        }
        made
    }

    /// The levels of an organisation above an account; see the connector of organisation policies.
    fn control(&mut self, system: &'p SourceId, text: &str) {
        let levels = serde_json::from_str::<serde_json::Value>(text).unwrap_or_default();
        let levels = levels.get("levels").and_then(serde_json::Value::as_array).cloned().unwrap_or_default();
        let mut gates = Vec::new();
        for level in levels {
            let policies = level.get("policies").and_then(serde_json::Value::as_array).cloned();
            let read = policies.unwrap_or_default().into_iter().map(|policy| {
                let document = self.reader.read(&policy.get("document")?.to_string())?;
                self.documents.push(document);
                Some(self.documents.len() - 1)
            });
            gates.push(read.collect());
        }
        self.controls.insert(system, gates);
    }

    fn document(&mut self, system: &'p SourceId, id: &'p str) -> Option<usize> {
        let key = (Some(system), id);
        if let Some(known) = self.by_id.get(&key) {
            return *known;
        }
        let text = self.texts.get(&key).or_else(|| self.texts.get(&(None, id)));
        let made = text.and_then(|text| self.reader.read(text));
        let at = made.map(|document| {
            self.documents.push(document);
            self.documents.len() - 1
        });
        self.by_id.insert(key, at);
        at
    }

    fn everything(&mut self) -> Option<usize> {
        if self.everything.is_none() {
            let document = self.reader.read(EVERYTHING)?;
            self.documents.push(document);
            self.everything = Some(self.documents.len() - 1);
        }
        self.everything
    }

    fn account<'h: 'p>(
        &mut self,
        arn: &str,
        (system, id): (usize, &'h SourceId),
        holdings: &'h [Holding],
        used: &Used,
    ) -> Account {
        let is_linked = arn.contains(":role/aws-service-role/");
        let controls = self.controls.get(id).filter(|_| !is_linked).cloned();
        let mut made = Account {
            arn: arn.to_owned(),
            system,
            policies: Vec::new(),
            gates: controls.unwrap_or_default(),
            is_trusted: false,
        };
        for (holding, at) in holdings.iter().zip(0..).filter(|(holding, _)| holding.account == arn) {
            match holding.kind {
                EntitlementKind::Trust => made.is_trusted = true,
                EntitlementKind::Boundary => {
                    let policy =
                        holding.entitlement.strip_suffix("#boundary").unwrap_or(&holding.entitlement);
                    let gate = self.document(id, policy).map(|document| vec![document]);
                    made.gates.insert(0, gate);
                }
                EntitlementKind::Group | EntitlementKind::Control => {}
                EntitlementKind::Policy | EntitlementKind::Role | EntitlementKind::Permission => {
                    let document = self.document(id, &holding.entitlement);
                    let is_admin = holding.is_general_admin == Fact::Known(true);
                    made.policies.push(Policy {
                        at,
                        age: used.grant_age(holding),
                        title: holding.title.clone(),
                        document: document.or_else(|| self.everything().filter(|_| is_admin)),
                    });
                }
            }
        }
        made
    }
}

/// The number of the account in an ARN.
fn number(arn: &str) -> &str {
    arn.split(':').nth(4).unwrap_or_default()
}

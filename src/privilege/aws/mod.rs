//! AWS: from policies to what users and roles can effectively do.

mod cast;
mod catalogue;
mod clause;
mod closure;
mod document;
mod effective;
mod finding;
mod found;
mod glob;
mod known;
mod library;
mod reaching;
mod rights;
mod routes;
mod set;
mod shelf;
mod trust;
mod verbs;
mod ways;

use std::collections::{BTreeSet, HashMap};
use std::ops::Range;
use std::sync::Arc;

use jiff::Timestamp;

use super::right::{Detail, GrantAt, Granted, ServiceAt};
use super::services::Services;
use super::used::{AccountUse, GrantAge, Used};
use crate::model::SourceId;
use crate::model::merged::{IdentityAt, Inventory};
use crate::model::privilege::Conditions;
use crate::model::pull::Pulled;

use cast::Cast;
use catalogue::Catalogue;
use document::{Document, Who};
use effective::{Held, Judge};
use reaching::Reaching;

pub use library::Library;
pub use reaching::{Becoming, Led};
pub use rights::Shown;

/// The connector whose word on rights is whole.
const CONNECTOR: &str = "aws-authorization";
/// What `AdministratorAccess` says, where only its name is known.
const EVERYTHING: &str = r#"{"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#;

/// The service under which policies count that are not shown, or of which something cannot be read.
const DARK: &str = "not shown";

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
    /// By the place of the system: the service under which policies count that are not shown.
    dark: Vec<ServiceAt>,
    /// Services and actions of allows that the catalogue does not know, with their numbers.
    misses: HashMap<(usize, String), ServiceAt>,
    cast: Cast,
    reaching: Reaching,
    gaps: Gaps,
}

/// A user, a role or a group with what it holds.
#[derive(Debug)]
struct Account {
    arn: String,
    /// The place of its system.
    system: usize,
    policies: Vec<Policy>,
    /// The boundary and the levels of the organisation; `None` where a document is missing.
    gates: Vec<Option<Vec<usize>>>,
    /// Whether the first of `gates` is a boundary of its own.
    has_boundary: bool,
    /// Whose it is; `None` for groups.
    identity: Option<IdentityAt>,
    /// Its place among those who can be taken over.
    node: Option<usize>,
}

/// A policy that an account holds.
#[derive(Debug)]
struct Policy {
    at: GrantAt,
    age: GrantAge,
    title: Arc<str>,
    /// `None` where the file does not show it.
    document: Option<usize>,
}

/// What was not supplied or not understood.
#[derive(Debug, Default)]
struct Gaps {
    systems: BTreeSet<String>,
    controlled: BTreeSet<String>,
    /// Accounts with control policies for resources, which are not judged.
    resource_controlled: usize,
    misses: BTreeSet<String>,
    unread: u64,
}

impl Aws {
    /// Finds out who holds which documents, and what follows from it.
    pub fn build(
        (inventory, pulls): (&Inventory, &[Pulled]),
        mut library: Library<'_>,
        used: &Used,
        services: &mut Services,
    ) -> Self {
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
                let account = library.account(&presence.id, (system_at, system), holdings, used);
                made.accounts.push(Account { identity: Some(at), ..account });
            }
            made.of.push(first..made.accounts.len());
        }
        made.meet(inventory, pulls, &mut library, &systems);
        made.gaps.controlled = library.controls.keys().map(ToString::to_string).collect();
        made.gaps.resource_controlled = library.resource_controls.len();
        made.documents = library.documents;
        let ways = made.number(&systems, services);
        made.follow(ways);
        made
    }

    /// What an identity can do, as if it did not hold the grants `without` (sorted).
    pub fn granted(&self, identity: IdentityAt, without: &[GrantAt], detail: Detail<'_>) -> Granted {
        let mut granted = Granted { path_count: Some(0), ..Granted::default() };
        let accounts = self.of.get(identity).and_then(|range| self.accounts.get(range.clone()));
        for (account, place) in accounts.unwrap_or_default().iter().zip(0..) {
            self.add((account, place), (identity, without), detail, &mut granted);
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
                "No organisation policies (SCPs) were supplied for {}; they may allow less.",
                accounts(bare)
            ));
        }
        if self.gaps.resource_controlled > 0 {
            notes.push(format!(
                "Control policies for resources (RCPs) of {} are not judged; they may allow less.",
                accounts(self.gaps.resource_controlled)
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
        let unread = self.cast.unread.iter().count();
        if unread > 0 {
            notes.push(format!("Whom {unread} roles trust could not be read in whole."));
        }
        (vec![catalogue::SOURCE.to_owned()], notes)
    }

    /// Whether a user or role may do an action such as `s3:GetObject` on a resource; `None` when it may not, or the
    /// catalogue does not know the action.
    pub fn may(&self, arn: &str, action: &str, resource: &str) -> Option<Conditions> {
        let account = self.accounts.iter().find(|account| account.arn == arn)?;
        let action = Catalogue::get().expand(action).actions.iter().next()?;
        self.judge(account, &account.policies.iter().collect::<Vec<_>>(), Detail::Brief).may(action, resource)
    }

    fn judge<'a>(&'a self, account: &'a Account, held: &[&'a Policy], detail: Detail<'_>) -> Judge<'a> {
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
            names_grants: detail.is_full(),
        }
    }

    fn add(
        &self,
        (account, place): (&Account, u32),
        (identity, without): (IdentityAt, &[GrantAt]),
        detail: Detail<'_>,
        to: &mut Granted,
    ) {
        to.is_told = true;
        let held: Vec<&Policy> =
            account.policies.iter().filter(|policy| without.binary_search(&policy.at).is_err()).collect();
        for policy in held.iter().filter(|policy| self.is_dark(policy)) {
            to.opaque += 1;
            if detail.is_full() {
                let what = if policy.document.is_some() { "all that" } else { "what" };
                to.notes.push(format!("The file does not show {what} the policy {} says.", policy.title));
            }
        }
        if account.gates.iter().any(Option::is_none) && detail.is_full() {
            to.notes.push(
                "A boundary or a level of the organisation is not shown; it may allow less.".to_owned(),
            );
        }
        let judge = self.judge(account, &held, detail);
        let pieces = judge.pieces();
        let makes = self.maker(account, self.used.of(identity, &account.arn), detail, place);
        makes.add(&pieces, to);
        if let Some(service) = self.dark.get(account.system) {
            let dark = held.iter().filter(|policy| self.is_dark(policy));
            dark.for_each(|policy| makes.add_dark(*service, (policy.at, policy.age), to));
        }
        self.add_misses(account, &judge, &makes, to);
        let asks = ways::Asks { account, judge: &judge, pieces: &pieces, maker: &makes };
        self.add_ways(&asks, !without.is_empty(), to);
    }

    fn maker<'a>(
        &'a self,
        account: &Account,
        usage: AccountUse<'a>,
        detail: Detail<'a>,
        place: u32,
    ) -> rights::Maker<'a> {
        rights::Maker { services: self.services_of(account.system), usage, detail, account: place }
    }

    /// The numbers of the services of a system.
    fn services_of(&self, system: usize) -> &[ServiceAt] {
        self.services.get(system).map_or(&[], Vec::as_slice)
    }

    fn gate(&self, documents: &[usize]) -> Vec<&Document> {
        documents.iter().filter_map(|at| self.documents.get(*at)).collect()
    }

    /// Whether something of a policy is not shown or cannot be read.
    fn is_dark(&self, policy: &Policy) -> bool {
        policy.document.and_then(|at| self.documents.get(at)).is_none_or(|document| document.unread > 0)
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

    /// Gives every service that is held in any system a number, in an order of its own; returns, by system, that
    /// under which ways to more privilege are counted.
    fn number(&mut self, systems: &HashMap<SourceId, usize>, services: &mut Services) -> Vec<ServiceAt> {
        let mut ways = vec![ServiceAt(0); systems.len()];
        let mut ordered: Vec<_> = systems.iter().collect();
        ordered.sort();
        self.services.resize_with(systems.len(), Vec::new);
        self.dark = vec![ServiceAt(0); systems.len()];
        for (system, at) in &ordered {
            self.gaps.systems.insert(system.to_string());
            if let Some(place) = ways.get_mut(**at) {
                *place = services.number(system.as_str(), ways::SERVICE);
            }
            if let Some(place) = self.dark.get_mut(**at) {
                *place = services.number(system.as_str(), DARK);
            }
            if let Some(place) = self.services.get_mut(**at) {
                *place = Catalogue::get()
                    .services
                    .iter()
                    .map(|service| services.number(system.as_str(), service.name))
                    .collect();
            }
        }
        let names: HashMap<usize, &SourceId> = systems.iter().map(|(system, at)| (*at, system)).collect();
        for account in &self.accounts {
            let Some(system) = names.get(&account.system) else { continue };
            for at in account.policies.iter().filter_map(|policy| policy.document) {
                let Some(document) = self.documents.get(at) else { continue };
                for (service, action) in document.allows.iter().flat_map(|one| &one.actions.misses) {
                    self.gaps.misses.insert(format!("{service}:{action}"));
                    let key = (account.system, service.clone());
                    self.misses.entry(key).or_insert_with(|| services.number(system.as_str(), service));
                }
            }
        }
        self.gaps.unread = self.unread();
        ways
    }

    /// How many statements could not be read of the policies that somebody holds or is bounded by.
    fn unread(&self) -> u64 {
        let held =
            |one: &Account| one.policies.iter().filter_map(|policy| policy.document).collect::<Vec<_>>();
        let bounds = |one: &Account| one.gates.iter().flatten().flatten().copied().collect::<Vec<_>>();
        let known: BTreeSet<usize> =
            self.accounts.iter().flat_map(|one| [held(one), bounds(one)].concat()).collect();
        known.iter().filter_map(|at| self.documents.get(*at)).map(|document| u64::from(document.unread)).sum()
    }
}

fn accounts(count: usize) -> String {
    if count == 1 { "1 AWS account".to_owned() } else { format!("{count} AWS accounts") }
}

/// Unpacks the catalogue of actions.
pub fn prepare() {
    Catalogue::get();
}

/// The number of the account in an ARN.
fn number(arn: &str) -> &str {
    arn.split(':').nth(4).unwrap_or_default()
}

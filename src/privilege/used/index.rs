//! From usages to evidence by account, service and action: small numbers, sorted, nothing for accounts that no
//! source tells anything of.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::Timestamp;

use crate::model::SourceId;
use crate::model::inventory::{Fact, Usage};
use crate::model::merged::{Identity, IdentityAt, Inventory, Presence};
use crate::model::privilege::Scope;

/// For how many days AWS keeps track of the last use of roles and services.
pub const TRACKED: u32 = 400;
/// The window: what was not seen for so many days is dormant, and a log must cover as many for absence to count.
pub const WINDOW: u32 = 90;
/// How many days before the snapshot a log or an advisor may end for what it does not show to count.
const FRESH: u32 = 30;
/// Two logs with no more than a day between them are one.
const GAP: u32 = 1;

/// For how many days a log without gaps shows the calls of a system.
type Watched = HashMap<Option<SourceId>, u32>;
/// An account's id and system.
type AccountName = (Box<str>, Option<SourceId>);

/// All evidence.
#[derive(Debug, Default)]
pub struct Index {
    taken: Option<Timestamp>,
    /// The place of each identity's first account, and one more.
    first: Vec<usize>,
    accounts: Vec<State>,
    /// The ids and systems of accounts, of identities with several.
    names: HashMap<IdentityAt, Vec<AccountName>>,
    /// Services of accounts with evidence, by the number in their state.
    evidence: Vec<Box<[ServiceEvidence]>>,
}

/// What is known of an account as a whole.
#[derive(Debug, Clone, Copy, Default)]
pub struct State {
    /// The account's age, in days.
    pub created: Option<u32>,
    /// For how many days a log without gaps shows the system's calls.
    pub watched: Option<u32>,
    /// Whether it was never used at all.
    pub is_never: bool,
    /// Whether it was not seen in the window, or nobody stands behind it any more.
    pub is_dormant: bool,
    evidence: Option<usize>,
}

/// The use of one service.
#[derive(Debug)]
pub struct ServiceEvidence {
    pub name: Box<str>,
    /// For how many days none of its actions was used; `None` where that is not known.
    pub unused: Option<u32>,
    /// Actions with evidence of their own, by their names in small letters.
    pub named: Box<[Named]>,
}

/// The use of one action.
#[derive(Debug)]
pub struct Named {
    action: Box<str>,
    /// The age of its last use.
    pub last: Option<u32>,
    /// For how many days it was not used; `None` where that is not known.
    pub unused: Option<u32>,
    /// The widest scope in which it was used, where every use names its resource.
    pub scope: Option<Scope>,
}

impl ServiceEvidence {
    /// The place of an action among those with evidence of their own.
    pub fn place(&self, action: &str) -> Option<u32> {
        let wanted = || action.bytes().map(|byte| byte.to_ascii_lowercase());
        let at = self.named.binary_search_by(|named| named.action.bytes().cmp(wanted())).ok()?;
        u32::try_from(at).ok()
    }
}

impl Index {
    /// Reads the inventory once.
    pub fn build(inventory: &Inventory) -> Self {
        let mut index = Self { taken: inventory.taken, ..Self::default() };
        let watched = index.watched(inventory);
        let mut usages = inventory.usages.as_slice();
        for (at, identity) in inventory.identities.iter().enumerate() {
            let own = usages.partition_point(|(holder, _)| *holder <= at);
            let (mine, rest) = usages.split_at(own);
            usages = rest;
            index.identity(inventory, at, identity, (mine, &watched));
        }
        index.first.push(index.accounts.len());
        index
    }

    /// The age of a moment in whole days at the snapshot; what lies after it is of today.
    pub fn age(&self, at: Timestamp) -> u32 {
        let seconds = self.taken.map_or(0, |taken| taken.as_second().saturating_sub(at.as_second()));
        u32::try_from(seconds.max(0) / 86_400).unwrap_or(u32::MAX)
    }

    /// The account with an id.
    pub fn named(&self, identity: IdentityAt, account: &str) -> Option<&State> {
        self.find(identity, |(id, _)| id.as_ref() == account)
    }

    /// The only account of an identity in a system; the identity's only account, wherever it is.
    pub fn inside(&self, identity: IdentityAt, system: Option<&SourceId>) -> Option<&State> {
        let names = self.names.get(&identity);
        let inside = names.map(|names| names.iter().filter(|(_, own)| own.as_ref() == system).count());
        match inside {
            Some(1) => self.find(identity, |(_, own)| own.as_ref() == system),
            _ => self.only(identity),
        }
    }

    /// The account of an identity that has no other.
    pub fn only(&self, identity: IdentityAt) -> Option<&State> {
        match self.accounts_of(identity) {
            [only] => Some(only),
            _ => None,
        }
    }

    /// The services of which anything is known of an account.
    pub fn services(&self, state: State) -> &[ServiceEvidence] {
        state.evidence.and_then(|at| self.evidence.get(at)).map_or(&[], AsRef::as_ref)
    }

    fn find(&self, identity: IdentityAt, is: impl Fn(&AccountName) -> bool) -> Option<&State> {
        let at = self.names.get(&identity)?.iter().position(is)?;
        self.accounts_of(identity).get(at)
    }

    fn accounts_of(&self, identity: IdentityAt) -> &[State] {
        let ends = self.first.get(identity).zip(self.first.get(identity + 1));
        ends.and_then(|(from, to)| self.accounts.get(*from..*to)).unwrap_or_default()
    }

    /// The days that logs without gaps cover, by system, where they reach the snapshot and fill the window.
    fn watched(&self, inventory: &Inventory) -> Watched {
        let mut runs: HashMap<Option<SourceId>, (u32, u32)> = HashMap::new();
        for watch in &inventory.watches {
            let (since, until) = (self.age(watch.since), self.age(watch.until));
            let run = runs.entry(watch.source.clone()).or_insert((since, until));
            // Sorted by their beginning: a log that begins after the run has ended begins a new one.
            *run = if since + GAP >= run.1 { (run.0, run.1.min(until)) } else { (since, until) };
        }
        // A log begins in the middle of a day: 90 days of it are 89 whole ones.
        let is_whole =
            |since: u32, until: u32| until <= FRESH && (since + GAP).saturating_sub(until) >= WINDOW;
        let whole = runs.into_iter().filter(|(_, (since, until))| is_whole(*since, *until));
        whole.map(|(system, (since, until))| (system, since.saturating_sub(until))).collect()
    }

    fn identity(
        &mut self,
        inventory: &Inventory,
        at: IdentityAt,
        identity: &Identity,
        (usages, watched): (&[(IdentityAt, Usage)], &Watched),
    ) {
        self.first.push(self.accounts.len());
        if identity.accounts.len() > 1 {
            let names = identity.accounts.iter();
            let names = names.map(|account| (account.id.as_str().into(), account.system.clone())).collect();
            self.names.insert(at, names);
        }
        let is_left = is_left(inventory, identity);
        for (place, account) in identity.accounts.iter().enumerate() {
            let mut state = self.state(account, watched.get(&account.system).copied(), is_left);
            let own = usages
                .iter()
                .map(|(_, usage)| usage)
                .filter(|usage| identity.account_at(usage.source.as_ref(), &usage.account) == Some(place));
            let services = self.evidence_of(own, state.watched);
            if let Some(newest) = services.1 {
                state.is_never = false;
                state.is_dormant = is_left || (state.is_dormant && newest >= WINDOW);
            }
            if !services.0.is_empty() {
                state.evidence = Some(self.evidence.len());
                self.evidence.push(services.0);
            }
            self.accounts.push(state);
        }
    }

    fn state(&self, account: &Presence, watched: Option<u32>, is_left: bool) -> State {
        let is_old = account.last_seen.known().is_some_and(|seen| self.age(*seen) >= WINDOW);
        State {
            created: account.created.known().map(|created| self.age(*created)),
            watched,
            is_never: account.last_seen == Fact::Absent,
            is_dormant: is_left || is_old,
            evidence: None,
        }
    }

    /// The services of an account, and the age of the newest use of any.
    fn evidence_of<'u>(
        &self,
        usages: impl Iterator<Item = &'u Usage>,
        log: Option<u32>,
    ) -> (Box<[ServiceEvidence]>, Option<u32>) {
        let mut drafts: BTreeMap<&str, Draft<'_>> = BTreeMap::new();
        for usage in usages {
            drafts.entry(&usage.service).or_default().learn(self, usage, log);
        }
        let newest = drafts.values().filter_map(|draft| draft.newest).min();
        (drafts.into_iter().map(|(name, draft)| draft.finish(name)).collect(), newest)
    }
}

/// Whether its employment, or that of its owner, has ended.
fn is_left(inventory: &Inventory, identity: &Identity) -> bool {
    let Some(now) = inventory.taken else { return false };
    let has_ended = |who: &Identity| who.ended.known().is_some_and(|end| *end <= now);
    let is_gone =
        |owner: &Fact<String>| owner.known().and_then(|owner| inventory.person(owner)).is_some_and(has_ended);
    let agents = identity.agents.iter().filter_map(|at| inventory.agents.get(*at));
    has_ended(identity)
        || is_gone(&identity.owner)
        || agents
            .map(|agent| &agent.row)
            .any(|row| row.is_owner_active == Fact::Known(false) || is_gone(&row.owner))
}

/// A service while its usages are read.
#[derive(Default)]
struct Draft<'u> {
    /// The age of the newest use that any source shows.
    newest: Option<u32>,
    /// What an advisor says of the service as a whole: watched for so many days; used or not.
    watched: Option<u32>,
    is_used: bool,
    named: BTreeMap<String, NamedDraft<'u>>,
}

/// An action while its usages are read.
#[derive(Default)]
struct NamedDraft<'u> {
    last: Option<u32>,
    unused: Option<u32>,
    resources: BTreeSet<&'u str>,
    is_unplaced: bool,
}

impl<'u> Draft<'u> {
    fn learn(&mut self, index: &Index, usage: &'u Usage, log: Option<u32>) {
        let used = usage.last_used.known().map(|at| index.age(*at));
        self.newest = self.newest.into_iter().chain(used).min();
        let watched = watch_of(index, usage);
        let Some(action) = &usage.action else {
            self.watched = self.watched.max(watched);
            self.is_used |= used.is_some();
            return;
        };
        let named = self.named.entry(action.to_ascii_lowercase()).or_default();
        // Seen long ago, and not watched since: whether that was the last time is not known.
        let is_seen = |used: u32| {
            watched.is_some() && is_watched(index, usage, used) || log.is_some_and(|log| log >= used)
        };
        let last = used.filter(|used| *used <= WINDOW || is_seen(*used));
        named.last = named.last.into_iter().chain(last).min();
        if usage.last_used == Fact::Absent {
            named.unused = named.unused.max(watched);
        }
        match &usage.resource {
            Some(resource) => {
                named.resources.insert(resource);
            }
            None => named.is_unplaced |= used.is_some(),
        }
    }

    /// An advisor that knows the last use of the service knows that nothing of it was used since; that counts from
    /// twice the window on, where it weighs as much as never.
    fn finish(self, name: &str) -> ServiceEvidence {
        let unused = match (self.watched, self.newest) {
            (Some(watched), None) => Some(watched),
            (Some(_), Some(newest)) if self.is_used && newest >= 2 * WINDOW => Some(newest),
            _ => None,
        };
        let named = self.named.into_iter().map(|(action, draft)| draft.finish(&action)).collect();
        ServiceEvidence { name: name.into(), unused, named }
    }
}

impl NamedDraft<'_> {
    fn finish(self, action: &str) -> Named {
        let scope = if self.is_unplaced { None } else { widest(&self.resources) };
        Named { action: action.into(), last: self.last, unused: self.unused, scope }
    }
}

/// Whether the source watched when the use was so many days old.
fn is_watched(index: &Index, usage: &Usage, used: u32) -> bool {
    usage.watched_since.known().is_some_and(|since| index.age(*since) >= used)
}

/// For how many days a source watched, when it still did shortly before the snapshot.
fn watch_of(index: &Index, usage: &Usage) -> Option<u32> {
    let since = index.age(*usage.watched_since.known()?);
    let until = usage.watched_until.known().map_or(0, |until| index.age(*until));
    (until <= FRESH).then(|| since.saturating_sub(until))
}

/// The scope that holds all resources: one, a common prefix below the kind of resource, or the account.
fn widest(resources: &BTreeSet<&str>) -> Option<Scope> {
    let (first, last) = (resources.first()?, resources.last()?);
    if first == last {
        return Some(Scope::Resource);
    }
    // Sorted, so that what the first and the last have in common all others have too.
    let common = first.bytes().zip(last.bytes()).take_while(|(a, b)| a == b).count();
    let own = first.bytes().enumerate().filter(|(_, byte)| *byte == b':').map(|(at, _)| at + 1).nth(4);
    let shared = first.as_bytes().get(own.unwrap_or(usize::MAX)..common).unwrap_or_default();
    // Buckets stand first in the names of their objects; elsewhere the kind of resource does.
    let depth = if first.contains(":s3:::") { 1 } else { 2 };
    let parts = shared.iter().filter(|byte| matches!(byte, b'/' | b':')).count();
    Some(if parts >= depth { Scope::Group } else { Scope::Account })
}

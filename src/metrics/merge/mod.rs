//! Records of several sources become one inventory.
//!
//! Rule `identity.same/1`: two accounts are one identity when they have the same id in the same system, or
//! share a key that is meant to be shared: an alias, a mail address, an ARN. A row of a register that names no
//! system describes all accounts of its identity: it fills what they leave open and never contradicts them.
//! Names are never compared. What a person decides about two accounts beats all of that. A newer pull of the same connector and source replaces the older one.

mod accounts;
mod holdings;
mod keys;

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use super::facts::{least, most};
use crate::model::inventory::{Agent, EntitlementKind, Fact, Record, Reported, System, Tool, Watch};
use crate::model::merged::{Feed, Found, Inventory, Listed, Seen};
use crate::model::pull::{Outcome, Pulled};
use crate::model::resolution::Rulings;
use crate::model::{MetricName, SourceId};
use accounts::Accounts;
use jiff::{SignedDuration, Timestamp};

/// The source of registers, which is no system of its own.
const REGISTER: &str = "register";

/// Merges pulls into one inventory. The order of the pulls does not matter.
pub fn merge(pulls: &[Pulled]) -> Inventory {
    merge_ruled(pulls, &Rulings::new())
}

/// The same, where people decided about some accounts: what they call the same is joined, what they part is held
/// apart, whatever keys are shared.
pub fn merge_ruled(pulls: &[Pulled], rulings: &Rulings) -> Inventory {
    let pulls = current(pulls);
    let mut inventory = Inventory {
        taken: pulls
            .iter()
            .filter(|pulled| !is_declaration(pulled))
            .map(|pulled| pulled.manifest.taken)
            .max(),
        sources: pulls.iter().map(|pulled| seen(pulled)).collect(),
        rulings: rulings.clone(),
        ..Inventory::default()
    };
    let mut accounts = Accounts::ruled(rulings);
    for (at, pulled) in pulls.iter().enumerate() {
        for record in &pulled.records {
            if let Record::Account(account) = record {
                accounts.add(account, system(account.source.as_ref(), pulled), at);
            }
        }
    }
    accounts.settle(rulings);
    let rows = listed(&pulls);
    let holdings = holdings::collect(&pulls, &mut accounts);
    let references = rows.iter().map(|row| accounts.reference(row)).collect::<Vec<_>>();
    for (row, node) in rows.iter().zip(&references) {
        if let (Some(node), Fact::Known(true)) = (node, row.has_own_identity) {
            accounts.record_as_ai(*node);
        }
    }
    let (identities, places) = accounts.finish();
    inventory.identities = identities;
    inventory.agents = rows
        .into_iter()
        .zip(references)
        .map(|(row, node)| Listed { row, identity: node.map(|node| places[node]) })
        .collect();
    let mut rest = holdings.finish(&places);
    inventory.grants = std::mem::take(&mut rest.grants);
    inventory.credentials = rest.credentials;
    inventory.holdings = rest.single;
    inventory.usages = rest.usages;
    inventory.foreign_usages = rest.foreign_usages;
    inventory.watches = watches(&pulls);
    seen_in_use(&mut inventory);
    inventory.tools = tools(&pulls);
    declared(&pulls, &mut inventory);
    link(&mut inventory);
    inventory
}

/// Whole pulls, the newest of each connector and source, in an order of their own.
fn current(pulls: &[Pulled]) -> Vec<&Pulled> {
    let mut newest: BTreeMap<(&str, &str), &Pulled> = BTreeMap::new();
    let age = |pulled: &Pulled| (pulled.manifest.taken, pulled.manifest.ended, pulled.manifest.id.clone());
    for pulled in pulls.iter().filter(|pulled| pulled.manifest.outcome == Outcome::Whole) {
        let key = (pulled.manifest.connector.as_str(), pulled.manifest.source.as_str());
        let kept = newest.entry(key).or_insert(pulled);
        if age(pulled) > age(kept) {
            *kept = pulled;
        }
    }
    newest.into_values().collect()
}

/// Whether a pull only declares or reports, and so does not date the evidence.
fn is_declaration(pulled: &Pulled) -> bool {
    !pulled.records.is_empty()
        && pulled.records.iter().all(|record| {
            matches!(record, Record::System(_) | Record::Reported(_) | Record::DefaultCoverage(_))
                || bounds(record)
        })
}

/// Whether a record only bounds what others grant, and so lists nothing.
fn bounds(record: &Record) -> bool {
    matches!(record, Record::Entitlement(entitlement) if entitlement.kind == EntitlementKind::Control)
}

/// Whether a record only says what a role is, and so nothing of who holds it.
fn defines(record: &Record) -> bool {
    matches!(record, Record::Entitlement(entitlement) if entitlement.kind == EntitlementKind::Role)
}

/// The system that a record is about: its own word, else the pull's, else none for registers.
fn system(own: Option<&SourceId>, pulled: &Pulled) -> Option<SourceId> {
    let fallback = || Some(SourceId::new(pulled.manifest.source.clone()));
    own.cloned().or_else(fallback).filter(|source| source.as_str() != REGISTER)
}

/// The receipt of a pull with what its records show.
fn seen(pulled: &Pulled) -> Seen {
    let mut seen = Seen::new(&pulled.manifest);
    seen.feeds.extend(always_feeds(&pulled.manifest.connector));
    // Most records are about what the one before was about.
    let mut before = None;
    for record in pulled.records.iter().filter(|record| !bounds(record) && !defines(record)) {
        let (feed, source) = match record {
            Record::Account(account) => {
                seen.tells_ended |= account.ended.is_told();
                (Feed::Identities, account.source.as_ref())
            }
            Record::Entitlement(entitlement) => (Feed::Grants, entitlement.source.as_ref()),
            Record::Grant(grant) => (Feed::Grants, grant.source.as_ref()),
            Record::Credential(credential) => (Feed::Credentials, credential.source.as_ref()),
            Record::Agent(agent) => (Feed::Agents, agent.source.as_ref()),
            Record::Tool(tool) => (Feed::Tools, tool.source.as_ref()),
            Record::System(_) => (Feed::Scope, None),
            Record::Reported(_) | Record::Usage(_) | Record::Watch(_) | Record::DefaultCoverage(_) => {
                continue;
            }
        };
        if before.replace((feed, source)) == Some((feed, source)) {
            continue;
        }
        seen.feeds.insert(feed);
        if feed != Feed::Scope {
            seen.covers.extend(system(source, pulled));
        }
    }
    seen
}

/// What a connector lists even when there is nothing to list: an empty register is a zero, not a silence.
fn always_feeds(connector: &str) -> &'static [Feed] {
    match connector {
        "register-identities" => &[Feed::Identities],
        "register-grants" => &[Feed::Grants],
        "register-credentials" => &[Feed::Credentials],
        "register-agents" => &[Feed::Agents],
        "register-tools" => &[Feed::Tools],
        "aws-authorization" => &[Feed::Identities, Feed::Grants],
        "aws-credential-report" | "sharphound" => &[Feed::Identities, Feed::Credentials],
        _ => &[],
    }
}

/// The rows of all agents' registers, one for each key.
fn listed(pulls: &[&Pulled]) -> Vec<Agent> {
    let mut rows: BTreeMap<String, Agent> = BTreeMap::new();
    for record in pulls.iter().flat_map(|pulled| &pulled.records) {
        if let Record::Agent(agent) = record {
            match rows.entry(agent.id.clone()) {
                Entry::Vacant(place) => {
                    place.insert(agent.clone());
                }
                Entry::Occupied(mut place) => {
                    let joined = both(place.get().clone(), agent.clone());
                    place.insert(joined);
                }
            }
        }
    }
    rows.into_values().collect()
}

/// Joins two rows about one agent; where they disagree, the answer that claims less counts.
fn both(one: Agent, other: Agent) -> Agent {
    Agent {
        name: one.name.clone().max(other.name),
        source: one.source.clone().max(other.source),
        owner: least(one.owner, other.owner),
        is_owner_active: least(one.is_owner_active, other.is_owner_active),
        task: least(one.task, other.task),
        identity: least(one.identity, other.identity),
        has_own_identity: least(one.has_own_identity, other.has_own_identity),
        approval_gate: least(one.approval_gate, other.approval_gate),
        writes_production: most(one.writes_production, other.writes_production),
        ends: most(one.ends, other.ends),
        autonomy_tier: most(one.autonomy_tier, other.autonomy_tier),
        is_on_probation: least(one.is_on_probation, other.is_on_probation),
        peer_role: least(one.peer_role, other.peer_role),
        is_sanctioned: least(one.is_sanctioned, other.is_sanctioned),
        has_general_admin: most(one.has_general_admin, other.has_general_admin),
        is_task_scoped: least(one.is_task_scoped, other.is_task_scoped),
        is_runtime_enforced: least(one.is_runtime_enforced, other.is_runtime_enforced),
        stop_tested: least(one.stop_tested, other.stop_tested),
        created: least(one.created, other.created),
        last_seen: most(one.last_seen, other.last_seen),
        is_registered: one.is_registered || other.is_registered,
        ..one
    }
}

/// The tools of all pulls, one for each id, with the channels that found them.
fn tools(pulls: &[&Pulled]) -> Vec<Found> {
    let mut found: BTreeMap<String, Found> = BTreeMap::new();
    for pulled in pulls {
        for record in &pulled.records {
            if let Record::Tool(tool) = record {
                let kept = found
                    .entry(tool.id.to_lowercase())
                    .or_insert_with(|| Found { id: tool.id.clone(), ..Found::default() });
                add(kept, tool, system(tool.source.as_ref(), pulled));
            }
        }
    }
    undecided(&mut found);
    found.into_values().collect()
}

/// Once a list of tools says what was decided, a tool that it does not name is one that nobody has decided on.
fn undecided(found: &mut BTreeMap<String, Found>) {
    if !found.values().any(|tool| tool.is_listed && tool.is_sanctioned.is_told()) {
        return;
    }
    for tool in found.values_mut().filter(|tool| !tool.is_listed && !tool.is_sanctioned.is_told()) {
        tool.is_sanctioned = Fact::Absent;
        tool.decided = Fact::Absent;
    }
}

fn add(kept: &mut Found, tool: &Tool, system: Option<SourceId>) {
    kept.id = kept.id.clone().min(tool.id.clone());
    kept.name = kept.name.clone().max(tool.name.clone());
    kept.system = kept.system.take().max(system);
    if let Fact::Known(channel) = &tool.channel {
        let newest = kept.channels.entry(channel.to_lowercase()).or_default();
        *newest = most(*newest, tool.found);
    }
    kept.found = least(kept.found, tool.found);
    kept.is_sanctioned = least(kept.is_sanctioned, tool.is_sanctioned);
    kept.decided = least(kept.decided, tool.decided);
    kept.users = most(kept.users, tool.users);
    kept.holds_secret = most(kept.holds_secret, tool.holds_secret);
    kept.is_listed |= tool.rule.is_empty();
    if kept.vendor < tool.vendor {
        kept.vendor.clone_from(&tool.vendor);
    }
    let surest = (tool.confidence, Reverse(tool.rule.as_str()));
    if (kept.confidence, Reverse(kept.rule.as_str())) < surest {
        kept.confidence = tool.confidence;
        kept.rule.clone_from(&tool.rule);
    }
    kept.evidence.extend(tool.evidence.iter().cloned());
    while kept.evidence.len() > Found::EVIDENCE {
        kept.evidence.pop_last();
    }
}

/// Lets the use of a service count as having been seen. Where nothing else tells of an account, only use in the last
/// 90 days does: a log that ended long ago does not show that nothing came later.
fn seen_in_use(inventory: &mut Inventory) {
    let Some(now) = inventory.taken else { return };
    let recent = now.checked_sub(SignedDuration::from_hours(24 * 90)).unwrap_or(Timestamp::MIN);
    for (at, usage) in &inventory.usages {
        let Fact::Known(used) = usage.last_used else { continue };
        let Some(identity) = inventory.identities.get_mut(*at) else { continue };
        let place = identity.account_at(usage.source.as_ref(), &usage.account);
        if let Some(account) = place.and_then(|place| identity.accounts.get_mut(place))
            && (account.last_seen.is_told() || used >= recent)
        {
            account.last_seen = most(account.last_seen, Fact::Known(used));
        }
    }
}

/// The time that logs without gaps cover.
fn watches(pulls: &[&Pulled]) -> Vec<Watch> {
    let mut watches = Vec::new();
    for pulled in pulls {
        for record in &pulled.records {
            if let Record::Watch(watch) = record {
                watches.push(Watch { source: system(watch.source.as_ref(), pulled), ..watch.clone() });
            }
        }
    }
    watches.sort();
    watches.dedup();
    watches
}

/// Takes over what is declared and reported rather than seen.
fn declared(pulls: &[&Pulled], inventory: &mut Inventory) {
    let mut systems = BTreeMap::new();
    let mut dated: BTreeMap<MetricName, (Standing, Reported)> = BTreeMap::new();
    let mut coverages = Vec::new();
    for pulled in pulls {
        for record in &pulled.records {
            match record {
                Record::System(system) => {
                    let title = (system.title.clone(), system.kind.clone());
                    let kept = systems.entry(system.id.clone()).or_insert_with(|| title.clone());
                    *kept = kept.clone().max(title);
                }
                Record::Reported(figure) => newest_figure(&mut dated, figure, pulled),
                Record::DefaultCoverage(share) => coverages.push((pulled.manifest.taken, *share)),
                _ => {}
            }
        }
    }
    inventory.systems = systems.into_iter().map(|(id, (title, kind))| System { id, title, kind }).collect();
    inventory.reported = dated.into_iter().map(|(name, (_, figure))| (name, figure)).collect();
    inventory.default_coverage =
        coverages.into_iter().max_by(|a, b| a.0.cmp(&b.0).then(b.1.total_cmp(&a.1))).map(|(_, share)| share);
}

/// What decides between two figures for one metric: whether it has a value, then the newer date, then the newer
/// pull, then who counted.
type Standing = (bool, Option<Timestamp>, Timestamp, String, Option<u64>);

fn newest_figure(dated: &mut BTreeMap<MetricName, (Standing, Reported)>, figure: &Reported, pulled: &Pulled) {
    let taken = pulled.manifest.taken;
    let date = figure.date.known().copied().or(Some(taken));
    let bits = figure.value.map(f64::to_bits);
    let standing = (bits.is_some(), date, taken, figure.counted_by.clone(), bits);
    if dated.get(&figure.metric).is_none_or(|(kept, _)| standing > *kept) {
        dated.insert(figure.metric.clone(), (standing, figure.clone()));
    }
}

/// Gives every identity the places of its grants and agents, and makes it findable by its keys.
fn link(inventory: &mut Inventory) {
    for (at, identity) in inventory.identities.iter().enumerate() {
        let ids = identity.accounts.iter().map(|account| &account.id);
        for key in ids.chain(&identity.aliases).chain([&identity.name]) {
            let kept = inventory.by_key.entry(key.trim().to_lowercase()).or_insert(Some(at));
            *kept = kept.filter(|kept| *kept == at);
        }
    }
    for (at, grant) in inventory.grants.iter().enumerate() {
        if let Some(identity) = inventory.identities.get_mut(grant.identity) {
            identity.grants.push(at);
        }
    }
    for (at, agent) in inventory.agents.iter().enumerate() {
        if let Some(identity) = agent.identity.and_then(|place| inventory.identities.get_mut(place)) {
            identity.agents.push(at);
        }
    }
}

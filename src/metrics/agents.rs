//! AI agents: the rows of the register together with the agents that other sources discovered.
//!
//! A discovered agent is an enabled identity of the class `ai` that no row of the register refers to. An
//! identity without a class may be one more agent: it is silent, and widens every figure of this file.

mod list;

use super::finding::{Finding, Gap};
use super::judge::{self, Words};
use super::needs::RIGHTS;
use super::registry::Computation;
use super::tally::{Counted, Subject, Tally, View};
use crate::model::inventory::{Agent, Class, Fact};
use crate::model::merged::{Feed, Identity, Listed};
use crate::model::privilege::{Peer, Privilege};

pub use list::listed;

/// The computations of this subject.
pub static COMPUTATIONS: &[Computation] = &[
    of("ai.agents.total", "ai.agents/1", |view| agents(view, None)),
    Computation {
        metric: "ai.agents.unregistered",
        rule: "ai.unregistered/1",
        population: "AI agents, registered or discovered",
        needs: &[Feed::Agents, Feed::Identities],
        compute: |view| agents(view, Some(is_unregistered)),
    },
    of("ai.agents.owned", "ai.owned/1", |view| agents(view, Some(is_owned))),
    of("ai.agents.owner_departed", "ai.owner-departed/1", |view| agents(view, Some(has_lost_owner))),
    of("ai.agents.dedicated_identity", "ai.dedicated-identity/1", |view| agents(view, Some(is_dedicated))),
    of("ai.agents.shared_or_borrowed", "ai.shared-identity/1", |view| agents(view, Some(is_borrowed))),
    of("ai.agents.general_admin", "ai.general-admin/2", |view| agents(view, Some(is_admin))),
    of("ai.agents.task_scoped", "ai.task-scoped/1", |view| agents(view, Some(is_task_scoped))),
    of("ai.agents.peer_mapped", "ai.peer-mapped/2", |view| agents(view, Some(is_peer_mapped))),
    of("ai.agents.above_human_peer", "ai.above-human-peer/2", |view| agents(view, Some(is_above_peer))),
    of("ai.agents.high_risk", "ai.high-risk/1", |view| agents(view, Some(is_high_risk))),
    of("ai.agents.standing_high_risk", "ai.standing-high-risk/1", |view| agents(view, Some(is_standing))),
    of("ai.agents.prod_write", "ai.prod-write/1", |view| agents(view, Some(writes_production))),
    of("ai.agents.prod_write_gated", "ai.prod-write-gated/1", |view| agents(view, Some(is_gated))),
    of("ai.agents.runtime_enforced", "ai.runtime-enforced/1", |view| agents(view, Some(is_enforced))),
    of("ai.agents.stop_tested_180d", "ai.stop-tested/1", |view| agents(view, Some(is_stop_tested))),
    of("ai.agents.expiry_set", "ai.expiry-set/1", |view| agents(view, Some(is_ending))),
    of("ai.agents.created_90d", "ai.created/1", |view| agents(view, Some(|v, a| is_new(v, a, 90)))),
    of("ai.agents.new_180d", "ai.created/1", |view| agents(view, Some(|v, a| is_new(v, a, 180)))),
    of("ai.agents.idle_60d", "ai.idle/1", |view| agents(view, Some(is_idle))),
];

const fn of(metric: &'static str, rule: &'static str, compute: fn(&View<'_>) -> Tally) -> Computation {
    Computation {
        metric,
        rule,
        population: "AI agents, registered or discovered",
        needs: &[Feed::Agents],
        compute,
    }
}

/// An agent by its row, its identity, or both.
#[derive(Clone, Copy)]
struct Known<'a> {
    row: Option<&'a Agent>,
    identity: Option<&'a Identity>,
    privilege: Option<&'a Privilege>,
}

type Condition = fn(&View<'_>, Known<'_>) -> Finding;

/// Judges all agents: rows of the register, then identities that no row refers to.
fn agents(view: &View<'_>, counts: Option<Condition>) -> Tally {
    let listed = view.inventory.agents.iter().enumerate().map(|(at, listed)| {
        let belongs = registered(view, listed);
        let identity = listed.identity.map(|at| &view.inventory.identities[at]);
        let privilege = listed.identity.and_then(|at| view.privilege(at));
        (Subject::Agent(at), belongs, Known { row: Some(&listed.row), identity, privilege })
    });
    let free = view.inventory.identities.iter().enumerate().filter(|(_, one)| one.agents.is_empty());
    let found = free.map(|(at, identity)| {
        let belongs = judge::enabled(identity, Class::Ai).and(is_another(view));
        let privilege = view.privilege(at);
        (Subject::Identity(at), belongs, Known { row: None, identity: Some(identity), privilege })
    });
    Tally::count(listed.chain(found).map(|(subject, belongs, agent)| match counts {
        Some(counts) => Counted::new(subject, belongs, || counts(view, agent)),
        None => Counted::member(subject, belongs),
    }))
}

/// A row of the register always counts, even when its end date has passed: it is retired by leaving the list.
fn registered(_: &View<'_>, listed: &Listed) -> Finding {
    Finding::yes(if listed.row.is_registered { "the register lists it" } else { "discovery found it" })
}

/// Whether a discovered agent is surely none of the rows: not while a row leaves its identity open.
fn is_another(view: &View<'_>) -> Finding {
    if view.inventory.agents.iter().any(|listed| !listed.row.identity.is_told()) {
        Finding::open(column(
            "whether it is one of the registered agents whose identity is left open",
            "fill the column `identity` of the register of AI agents",
        ))
    } else {
        Finding::yes("discovery found it, and no register lists it")
    }
}

const fn column(fact: &'static str, remedy: &'static str) -> Gap {
    Gap { fact, remedy }
}

fn is_unregistered(_: &View<'_>, agent: Known<'_>) -> Finding {
    if agent.row.is_some_and(|row| row.is_registered) {
        Finding::no("the register lists it")
    } else {
        Finding::yes("no register lists it")
    }
}

/// A word of the register; agents outside it are silent.
fn word(
    agent: Known<'_>,
    fact: fn(&Agent) -> Fact<bool>,
    yes: &'static str,
    no: &'static str,
    gap: Gap,
) -> Finding {
    Finding::of(agent.row.map_or(Fact::Hidden, fact), yes, no, gap)
}

/// The owner that the register names, else the one of its identity.
fn owner(agent: Known<'_>) -> Option<&String> {
    let row = agent.row.and_then(|row| row.owner.known());
    row.or(agent.identity.and_then(|identity| identity.owner.known()))
}

fn has_owner(agent: Known<'_>) -> Finding {
    let named = |owner| Finding::named(owner, "an owner is named", "no owner is named", OWNER);
    match (agent.row, agent.identity) {
        (Some(row), Some(identity)) => named(&row.owner).or(named(&identity.owner)),
        (Some(row), None) => named(&row.owner),
        (None, Some(identity)) => named(&identity.owner),
        (None, None) => Finding::open(OWNER),
    }
}

const OWNER: Gap = column("its owner", "fill the column `owner` of the register of AI agents");
const ACTIVE: Gap = column(
    "whether its owner still works here",
    "fill the column `owner_active` of the register of AI agents, or pull a register of identities with `ended`",
);

/// The register's word counts, unless the systems say that the owner has left.
fn owner_works_here(view: &View<'_>, agent: Known<'_>) -> Finding {
    let said = agent.row.map_or(Fact::Hidden, |row| row.is_owner_active);
    let owner = owner(agent).and_then(|owner| view.inventory.person(owner));
    let left = owner.map_or(Finding::open(ACTIVE), |person| judge::has_left(view, person));
    let said = Finding::of(said, "its owner works here", "its owner has left", ACTIVE);
    match (said.holds, left.holds) {
        (Some(true), Some(true)) => Finding::no("the systems say that its owner has left"),
        (Some(_), _) => said,
        (None, Some(_)) => left.opposite(),
        (None, None) => Finding::open(ACTIVE),
    }
}

fn is_owned(view: &View<'_>, agent: Known<'_>) -> Finding {
    has_owner(agent).and(owner_works_here(view, agent))
}

fn has_lost_owner(view: &View<'_>, agent: Known<'_>) -> Finding {
    has_owner(agent).and(owner_works_here(view, agent).opposite())
}

const IDENTITY: Gap = column(
    "which identity it acts with, and whether that is its own",
    "fill the columns `identity` and `own_identity` of the register of AI agents",
);

/// Its identity is its own: the register says so, no other row names the same one, and it is no person's.
fn is_dedicated(view: &View<'_>, agent: Known<'_>) -> Finding {
    let Some(row) = agent.row else { return Finding::open(IDENTITY) };
    let said = says_own(row);
    match &row.identity {
        Fact::Absent => said.and(Finding::no("it has no identity")),
        Fact::Hidden => said.and(Finding::open(IDENTITY)),
        Fact::Known(_) => {
            let shared = agent.identity.is_some_and(|identity| identity.agents.len() > 1)
                || view.inventory.agents.iter().filter(|other| other.row.identity == row.identity).count()
                    > 1;
            let person = agent.identity.is_some_and(|identity| identity.class() == Fact::Known(Class::Human));
            match (shared, person) {
                (true, _) => Finding::no("another agent acts with the same identity"),
                (false, true) => Finding::no("it acts with a person's account"),
                (false, false) => said,
            }
        }
    }
}

/// The opposite, except that an agent without any identity borrows one only if the register says so.
fn is_borrowed(view: &View<'_>, agent: Known<'_>) -> Finding {
    match agent.row {
        Some(row) if row.identity == Fact::Absent => says_own(row).opposite(),
        _ => is_dedicated(view, agent).opposite(),
    }
}

fn says_own(row: &Agent) -> Finding {
    Finding::of(
        row.has_own_identity,
        "the register says that its identity is its own",
        "the register says that its identity is not its own",
        IDENTITY,
    )
}

fn is_admin(view: &View<'_>, agent: Known<'_>) -> Finding {
    let said = word(
        agent,
        |row| row.has_general_admin,
        "the register says that it holds a general-admin role",
        "the register says that it holds no general-admin role",
        column(
            "whether it holds a general-admin role",
            "fill the column `general_admin` of the register of AI agents",
        ),
    );
    match (agent.row, agent.identity) {
        (Some(_), Some(identity)) => said.or(judge::is_admin(view, identity)),
        (None, Some(identity)) => judge::is_admin(view, identity),
        (Some(row), None) if !row.identity.is_told() && view.has(Feed::Grants) => {
            said.or(Finding::open(IDENTITY))
        }
        _ => said,
    }
}

fn is_task_scoped(_: &View<'_>, agent: Known<'_>) -> Finding {
    word(
        agent,
        |row| row.is_task_scoped,
        "its rights lie inside its declared task",
        "its rights reach beyond its declared task",
        column(
            "whether its rights fit its task",
            "fill the column `task_scoped` of the register of AI agents",
        ),
    )
}

/// The comparison found people for it; else the register names a role, of whom too little may be known.
fn is_peer_mapped(_: &View<'_>, agent: Known<'_>) -> Finding {
    if agent.privilege.is_some_and(|own| own.peer.excess().is_some()) {
        return Finding::yes("it is compared with people in its job, or with its owner");
    }
    let role = agent.row.map_or(&Fact::Hidden, |row| &row.peer_role);
    let gap = column("its human peer role", "fill the column `peer_role` of the register of AI agents");
    Finding::named(role, "a human peer role is named", "no human peer role is named", gap)
}

/// It has people to be compared with, and may do more than they.
fn is_above_peer(view: &View<'_>, agent: Known<'_>) -> Finding {
    let compared = match privilege(agent).map(|privilege| privilege.peer) {
        Ok(Peer::More { .. } | Peer::SignificantlyMore { .. }) => {
            Finding::yes("it may do more than the people in the same job")
        }
        Ok(Peer::Less { .. } | Peer::Same { .. }) => {
            Finding::no("it may not do more than the people in the same job")
        }
        Ok(Peer::NotCompared) => Finding::open(Gap {
            fact: "everything that it holds, so that it cannot be called no more than its peers",
            remedy: "pull the policies and accounts that the source does not show",
        }),
        Ok(Peer::NoPeer) => Finding::open(column(
            "what the people in its peer role may do",
            "fill the column `job` of a register of identities with the roles that `peer_role` names",
        )),
        Err(open) => open,
    };
    is_peer_mapped(view, agent).and(compared)
}

fn is_high_risk(_: &View<'_>, agent: Known<'_>) -> Finding {
    risky(
        agent,
        |privilege| privilege.is_high_risk,
        "it can delete, move or change production",
        "it cannot delete, move or change production",
    )
}

fn is_standing(view: &View<'_>, agent: Known<'_>) -> Finding {
    let standing = risky(
        agent,
        |privilege| privilege.is_standing_high_risk,
        "its high-risk right is permanent",
        "its high-risk rights are granted for a time",
    );
    is_high_risk(view, agent).and(standing)
}

fn risky(
    agent: Known<'_>,
    fact: fn(&Privilege) -> Option<bool>,
    yes: &'static str,
    no: &'static str,
) -> Finding {
    match privilege(agent).map(fact) {
        Ok(Some(true)) => Finding::yes(yes),
        Ok(Some(false)) => Finding::no(no),
        Ok(None) => Finding::open(RIGHTS),
        Err(open) => open,
    }
}

/// What its identity may effectively do, or what leaves that open.
fn privilege(agent: Known<'_>) -> Result<&Privilege, Finding> {
    let is_open = agent.identity.is_none() && agent.row.is_some_and(|row| !row.identity.is_told());
    agent.privilege.ok_or(Finding::open(if is_open { IDENTITY } else { RIGHTS }))
}

fn writes_production(_: &View<'_>, agent: Known<'_>) -> Finding {
    word(
        agent,
        |row| row.writes_production,
        "it can change production",
        "it cannot change production",
        column(
            "whether it can change production",
            "fill the column `writes_production` of the register of AI agents",
        ),
    )
}

fn is_gated(view: &View<'_>, agent: Known<'_>) -> Finding {
    let gate = agent.row.map_or(&Fact::Hidden, |row| &row.approval_gate);
    let gap = column("its approval gate", "fill the column `approval_gate` of the register of AI agents");
    let gated = Finding::named(gate, "an approval gate is named", "it has no approval gate", gap);
    writes_production(view, agent).and(gated)
}

fn is_enforced(_: &View<'_>, agent: Known<'_>) -> Finding {
    word(
        agent,
        |row| row.is_runtime_enforced,
        "a policy decision can refuse its calls",
        "nothing can refuse its calls",
        column(
            "whether its calls pass a policy decision",
            "fill the column `runtime_enforced` of the register of AI agents",
        ),
    )
}

fn is_stop_tested(view: &View<'_>, agent: Known<'_>) -> Finding {
    let words = Words {
        known: "its stop was last tested on",
        absent: "its stop was never tested",
        gap: column("when its stop was tested", "fill the column `stop_tested` of the register of AI agents"),
    };
    let tested = agent.row.map_or(Fact::Hidden, |row| row.stop_tested);
    judge::at(tested, |at| view.is_within(at, 180), &words)
}

fn is_ending(_: &View<'_>, agent: Known<'_>) -> Finding {
    let ends = agent.row.map_or(Fact::Hidden, |row| row.ends);
    let gap = column("its end date", "fill the column `end_date` of the register of AI agents");
    Finding::named(&ends, "an end date is set", "it has no end date", gap)
}

fn is_new(view: &View<'_>, agent: Known<'_>, days: i64) -> Finding {
    let words = Words {
        known: "it was created on",
        absent: "it has no creation date",
        gap: column("when it was created", "fill the column `created` of the register of AI agents"),
    };
    let account = agent.identity.and_then(|identity| identity.accounts.first());
    let created = match agent.row {
        Some(row) => row.created,
        None => account.map_or(Fact::Hidden, |account| account.created),
    };
    judge::at(created, |at| view.is_within(at, days), &words)
}

fn is_idle(view: &View<'_>, agent: Known<'_>) -> Finding {
    let words = Words { known: "it last acted on", absent: "it never acted", gap: judge::LAST_SEEN };
    let own = agent.row.map_or(Fact::Hidden, |row| row.last_seen);
    let acted = judge::at(own, |at| at >= view.days_ago(60), &words);
    match (agent.row, agent.identity) {
        (Some(_), Some(identity)) => acted.or(judge::is_unused(view, identity, 60).opposite()).opposite(),
        (None, Some(identity)) => judge::is_unused(view, identity, 60),
        (Some(row), None) if !row.identity.is_told() => acted.or(Finding::open(IDENTITY)).opposite(),
        _ => acted.opposite(),
    }
}

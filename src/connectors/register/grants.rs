//! The register of grants: who holds which entitlement, since when, until when, and when it was used.

use super::cells::Cells;
use super::columns::{Accepts, Column, sights};
use super::{Kind, Memory, connect, is_of};
use crate::connectors::Spec;
use crate::connectors::open::ONE_FILE;
use crate::model::SourceId;
use crate::model::inventory::{Declared, Entitlement, EntitlementKind, Fact, Grant, Record};
use crate::model::privilege::{Access, Scope, Standing, Tier};

/// The connector.
pub static SPEC: Spec = Spec {
    id: "register-grants",
    title: "Register of grants (CSV, NDJSON, XLSX)",
    sees: &sights(&COLUMNS),
    settings: ONE_FILE,
    permits: &[],
    recognise: Some(|sample| is_of(&KIND, sample)),
    connect: |settings| connect(settings, &KIND),
};

/// The kind of register.
pub static KIND: Kind =
    Kind { id: "grants", title: "a register of grants", columns: &COLUMNS, rows: "grants", read };

use Accepts::{Date, Text, Words, YesNo};

const COLUMNS: [Column; 14] = [
    Column::new("identity", Text, "anna@example.com", "who holds it: the id, mail or ARN of an identity")
        .required()
        .also(&["account", "principal", "user", "holder"]),
    Column::new("entitlement", Text, "billing-admin", "what is held: a role, group, policy or permission")
        .required()
        .also(&["role", "permission", "group", "policy"]),
    Column::new("system", Text, "okta:example", "the system that it is held in, as the scope file names it")
        .also(&["source"]),
    Column::new("action", Text, "write", "the one action that it allows; empty for a bundle of many")
        .also(&["verb"])
        .feeding(&["machine.permissions.granted_risk"]),
    Column::new("resource", Text, "invoices", "what the action works on").also(&["target"]),
    Column::new(
        "general_admin",
        YesNo,
        "no",
        "whether it makes a general administrator (of a tenant, account, cluster or database)",
    )
    .also(&["admin", "is_admin", "privileged"])
    .feeding(&["human.admins.total", "ai.agents.general_admin"]),
    Column::new("granted_at", Date, "2025-06-01", "since when").also(&["granted", "since"]),
    Column::new("last_used", Date, "2026-03-12", "the last use, or `never`")
        .also(&["used"])
        .feeding(&["human.entitlements.granted", "human.entitlements.unused_90d"]),
    Column::new("expires", Date, "permanent", "until when, or `permanent`")
        .also(&["until", "end_date", "valid_until"])
        .feeding(&["human.admins.standing"]),
    Column::new("via", Text, "Finance > Billing", "the way it was granted, outermost first, joined by ` > `")
        .also(&["path"]),
    Column::new(
        "level",
        Words(&["list", "read", "tag", "write", "admin"]),
        "write",
        "how much it lets do: list, read, tag (labels only), write, or admin (permissions, credentials, acting as \
         others); beats what the table of the system says",
    )
    .also(&["access", "access_level"])
    .feeding(&["machine.permissions.granted_risk", "ai.permissions.granted_risk"]),
    Column::new(
        "scope",
        Words(&["resource", "group", "unscopable", "account", "tenant"]),
        "account",
        "how much it reaches: one resource, a group of them (namespace, repository, unit), an account or project, or \
         the whole tenant; unscopable where it cannot be limited",
    )
    .also(&["reach"]),
    Column::new(
        "tier",
        Words(&["t0", "t1", "t2", "t3"]),
        "t2",
        "how close to control of everything: t0 control plane and credentials, t1 management and production, t2 \
         ordinary, t3 sandbox",
    )
    .also(&["tier_level"]),
    Column::new(
        "standing",
        Words(&["permanent", "expiring", "self_activated", "time_boxed", "approved"]),
        "permanent",
        "how long it stands: permanent, expiring within 90 days, self_activated (eligible), time_boxed (24 hours at \
         most), approved (eligible, and somebody else approves)",
    ),
];

fn read(cells: &mut Cells<'_>, memory: &mut Memory) -> Vec<Record> {
    let account = cells.key("identity");
    let entitlement = cells.key("entitlement");
    let source = memory.system(cells, "system");
    let is_general_admin = cells.flag("general_admin");
    let action = cells.optional("action");
    let kind = if action.is_some() { EntitlementKind::Permission } else { EntitlementKind::Role };
    let declared = declared(cells);
    let mut records = Vec::new();
    if memory.is_news(source.as_ref(), &entitlement, is_general_admin) {
        records.push(Record::Entitlement(Entitlement {
            id: entitlement.clone(),
            source: source.clone(),
            title: entitlement.clone(),
            kind,
            is_general_admin,
            document: None,
        }));
    }
    let via = cells.optional("via").unwrap_or_default();
    records.push(Record::Grant(Grant {
        account,
        entitlement,
        source,
        via: via.split('>').map(str::trim).filter(|step| !step.is_empty()).map(str::to_owned).collect(),
        action,
        resource: cells.optional("resource"),
        granted_at: cells.date("granted_at"),
        last_used: cells.date("last_used"),
        expires: cells.date("expires"),
        declared,
    }));
    records
}

/// What the row itself says of the right.
fn declared(cells: &mut Cells<'_>) -> Declared {
    Declared {
        access: cells.word("level", "a level").known().and_then(|word| Access::parse(word)),
        scope: cells.word("scope", "a scope").known().and_then(|word| Scope::parse(word)),
        tier: cells.word("tier", "a tier").known().and_then(|word| Tier::parse(word)),
        standing: cells.word("standing", "a standing").known().and_then(|word| Standing::parse(word)),
    }
}

impl Memory {
    /// Whether a row says something of an entitlement that no earlier row said.
    fn is_news(&mut self, source: Option<&SourceId>, id: &str, is_admin: Fact<bool>) -> bool {
        let key = (source.map(ToString::to_string), id.to_owned());
        match self.entitlements.get(&key) {
            Some(known) if *known == is_admin || !is_admin.is_told() => false,
            _ => {
                self.entitlements.insert(key, is_admin);
                true
            }
        }
    }
}

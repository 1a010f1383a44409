//! The register of AI agents: owner, task, identity, limits.

use super::cells::Cells;
use super::columns::{Accepts, Column, sights};
use super::{Kind, Memory, connect, is_of};
use crate::connectors::Spec;
use crate::connectors::open::ONE_FILE;
use crate::model::inventory::{Agent, Record};

/// The connector.
pub static SPEC: Spec = Spec {
    id: "register-agents",
    title: "Register of AI agents (CSV, NDJSON, XLSX)",
    sees: &sights(&COLUMNS),
    settings: ONE_FILE,
    permits: &[],
    recognise: Some(|sample| is_of(&KIND, sample)),
    connect: |settings| connect(settings, &KIND),
};

/// The kind of register.
pub static KIND: Kind =
    Kind { id: "agents", title: "a register of AI agents", columns: &COLUMNS, rows: "agents", read };

use Accepts::{Date, Number, Text, Words, YesNo};

const COLUMNS: [Column; 21] = [
    Column::new("id", Text, "invoice-agent", "the register's key of the agent")
        .required()
        .also(&["agent", "agent_id", "key"]),
    Column::new("name", Text, "Invoice agent", "the name that people read").also(&["agent_name"]),
    Column::new(
        "system",
        Text,
        "okta:example",
        "the system that its identity belongs to, as the scope file names it",
    )
    .also(&["source"]),
    Column::new("owner", Text, "anna@example.com", "the person who answers for it, or `none`")
        .also(&["responsible", "sponsor"])
        .feeding(&["ai.agents.owned"]),
    Column::new("owner_active", YesNo, "yes", "whether that person still works here")
        .also(&["owner_is_active"])
        .feeding(&["ai.agents.owned", "ai.agents.owner_departed"]),
    Column::new("task", Text, "books incoming invoices", "what it is for").also(&["purpose"]),
    Column::new("identity", Text, "svc-invoice", "the id, mail or ARN that it acts with, or `none`")
        .also(&["account", "principal", "acts_as"])
        .feeding(&["ai.agents.dedicated_identity", "ai.agents.shared_or_borrowed"]),
    Column::new("own_identity", YesNo, "yes", "whether nothing and nobody else uses that identity")
        .also(&["has_own_identity", "dedicated_identity"])
        .feeding(&["ai.agents.dedicated_identity", "ai.agents.shared_or_borrowed"]),
    Column::new(
        "approval_gate",
        Text,
        "change board",
        "the approval before deleting, moving or changing production data, or `none`",
    )
    .also(&["gate", "approval"])
    .feeding(&["ai.agents.prod_write_gated"]),
    Column::new("writes_production", YesNo, "yes", "whether it can delete, move or change production data")
        .also(&["prod_write", "production_write"])
        .feeding(&["ai.agents.prod_write", "ai.agents.prod_write_gated"]),
    Column::new("end_date", Date, "2026-12-31", "the date that disables it, or `none`")
        .also(&["ends", "expires", "expiry"])
        .feeding(&["ai.agents.expiry_set"]),
    Column::new(
        "autonomy_tier",
        Number(4),
        "2",
        "0 reads, 1 proposes, 2 to 4 act with less and less approval",
    )
    .also(&["tier", "autonomy"]),
    Column::new("probation", YesNo, "no", "whether it is still on probation").also(&["on_probation"]),
    Column::new("peer_role", Text, "accountant", "the human role that would do the same job, or `none`")
        .also(&["peer", "human_role", "peer_job"])
        .feeding(&["ai.agents.peer_mapped", "ai.agents.above_human_peer"]),
    Column::new("sanctioned", Words(&["yes", "no", "undecided"]), "yes", "whether it is allowed")
        .also(&["approved", "is_sanctioned"]),
    Column::new("general_admin", YesNo, "no", "whether it holds a general-administrator role")
        .also(&["admin", "is_admin"])
        .feeding(&["ai.agents.general_admin"]),
    Column::new("task_scoped", YesNo, "yes", "whether all its rights lie inside its declared task")
        .feeding(&["ai.agents.task_scoped"]),
    Column::new("runtime_enforced", YesNo, "yes", "whether a policy decision can refuse each of its calls")
        .also(&["enforced"])
        .feeding(&["ai.agents.runtime_enforced"]),
    Column::new(
        "stop_tested",
        Date,
        "2026-02-14",
        "when its stop switch was last used in a drill, or `never`",
    )
    .feeding(&["ai.agents.stop_tested_180d"]),
    Column::new("created", Date, "2026-01-10", "when it went live").also(&[
        "created_at",
        "live_date",
        "live",
    ]),
    Column::new("last_seen", Date, "2026-03-31", "its last action, or `never`")
        .also(&["last_used", "last_action"]),
];

fn read(cells: &mut Cells<'_>, memory: &mut Memory) -> Vec<Record> {
    let id = cells.key("id");
    let source = memory.system(cells, "system");
    memory.once(cells, "id", id.clone());
    vec![Record::Agent(Agent {
        name: cells.optional("name").unwrap_or_else(|| id.clone()),
        id,
        source,
        owner: cells.text("owner"),
        is_owner_active: cells.flag("owner_active"),
        task: cells.text("task"),
        identity: cells.text("identity"),
        has_own_identity: cells.flag("own_identity"),
        approval_gate: cells.text("approval_gate"),
        writes_production: cells.flag("writes_production"),
        ends: cells.date("end_date"),
        autonomy_tier: cells.number("autonomy_tier", 4).map(|tier| u8::try_from(tier).unwrap_or(4)),
        is_on_probation: cells.flag("probation"),
        peer_role: cells.text("peer_role"),
        is_sanctioned: cells.decision("sanctioned"),
        has_general_admin: cells.flag("general_admin"),
        is_task_scoped: cells.flag("task_scoped"),
        is_runtime_enforced: cells.flag("runtime_enforced"),
        stop_tested: cells.date("stop_tested"),
        created: cells.date("created"),
        last_seen: cells.date("last_seen"),
        is_registered: true,
    })]
}

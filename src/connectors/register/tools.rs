//! The list of AI tools that discovery found in use, by channel, and what was decided on them.

use super::cells::Cells;
use super::columns::{Accepts, Column, sights};
use super::{Kind, Memory, connect, is_of};
use crate::connectors::Spec;
use crate::connectors::open::ONE_FILE;
use crate::model::inventory::{Record, Tool};

/// The connector.
pub static SPEC: Spec = Spec {
    id: "register-tools",
    title: "List of AI tools found (CSV, NDJSON, XLSX)",
    sees: &sights(&COLUMNS),
    settings: ONE_FILE,
    permits: &[],
    recognise: Some(|sample| is_of(&KIND, sample)),
    connect: |settings| connect(settings, &KIND),
};

/// The kind of register.
pub static KIND: Kind =
    Kind { id: "tools", title: "a list of AI tools found", columns: &COLUMNS, rows: "tools", read };

use Accepts::{Date, Number, Text, Words};

const COLUMNS: [Column; 8] = [
    Column::new(
        "id",
        Text,
        "chat-example",
        "the key of the tool, such as its domain or client id; one row for each channel",
    )
    .required()
    .also(&["tool", "tool_id", "domain"]),
    Column::new("name", Text, "Example Chat", "the name that people read").also(&["tool_name"]),
    Column::new(
        "system",
        Text,
        "google:example",
        "the system that it was found in, as the scope file names it",
    )
    .also(&["source"]),
    Column::new(
        "channel",
        Words(&["consent", "network", "endpoint", "code", "keys", "purchases"]),
        "consent",
        "the discovery channel: consent, network, endpoint, code, keys or purchases",
    )
    .feeding(&["ai.shadow.channels_covered", "ai.shadow.scan_age_days"]),
    Column::new("found", Date, "2026-03-20", "when it was found")
        .also(&["detected", "found_at", "seen"])
        .feeding(&["ai.shadow.detected_90d", "ai.shadow.channels_covered", "ai.shadow.scan_age_days"]),
    Column::new(
        "sanctioned",
        Words(&["yes", "no", "undecided"]),
        "no",
        "what was decided: yes, no or undecided",
    )
    .also(&["approved", "decision"])
    .feeding(&["ai.shadow.detected_90d"]),
    Column::new("decided", Date, "2026-03-28", "when it was decided, or `never`")
        .also(&["decided_at"])
        .feeding(&["ai.shadow.decided_30d"]),
    Column::new("users", Number(u32::MAX), "14", "how many people use it").also(&["user_count"]),
];

fn read(cells: &mut Cells<'_>, memory: &mut Memory) -> Vec<Record> {
    let id = cells.key("id");
    let source = memory.system(cells, "system");
    let channel = cells.word("channel", "a discovery channel").map(str::to_owned);
    memory.once(cells, "id", format!("{id}\n{}", channel.known().map_or("", String::as_str)));
    vec![Record::Tool(Tool {
        name: cells.optional("name").unwrap_or_else(|| id.clone()),
        id,
        source,
        channel,
        found: cells.date("found"),
        is_sanctioned: cells.decision("sanctioned"),
        decided: cells.date("decided"),
        users: cells.number("users", u32::MAX),
        ..Tool::default()
    })]
}

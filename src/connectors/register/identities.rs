//! The register of identities: people, machines and agents, with what a directory or an HR export tells.

use super::cells::Cells;
use super::columns::{Accepts, Column, sights};
use super::{Kind, Memory, connect, is_of};
use crate::connectors::Spec;
use crate::connectors::open::ONE_FILE;
use crate::connectors::suspect::suspect;
use crate::model::inventory::{Account, Class, Fact, Record, SecondFactor};

/// The connector.
pub static SPEC: Spec = Spec {
    id: "register-identities",
    title: "Register of identities (CSV, NDJSON, XLSX)",
    sees: &sights(&COLUMNS),
    settings: ONE_FILE,
    permits: &[],
    recognise: Some(|sample| is_of(&KIND, sample)),
    connect: |settings| connect(settings, &KIND),
};

/// The kind of register.
pub static KIND: Kind =
    Kind { id: "identities", title: "a register of identities", columns: &COLUMNS, rows: "identities", read };

use Accepts::{Date, Text, Words, YesNo};

const COLUMNS: [Column; 16] = [
    Column::new("id", Text, "anna", "the key of the identity in its system, such as an ARN or a user name")
        .required()
        .also(&["identity", "account", "user_id", "arn", "principal", "login", "username", "user_name"]),
    Column::new("name", Text, "Anna Berg", "the name that people read").also(&["display_name", "full_name"]),
    Column::new("class", Words(&["human", "machine", "ai"]), "human", "human, machine or ai").feeding(&[
        "org.identities.classified",
        "human.users.total",
        "machine.identities.total",
    ]),
    Column::new(
        "system",
        Text,
        "okta:example",
        "the system that holds the account, as the scope file names it; empty when the row describes the identity \
         in all systems",
    )
    .also(&["source"]),
    Column::new("enabled", YesNo, "yes", "whether it can be used")
        .also(&["active", "is_enabled"])
        .feeding(&["org.identities.total"]),
    Column::new("guest", YesNo, "no", "whether it belongs to somebody outside the organisation")
        .also(&["is_guest", "external"])
        .feeding(&["human.users.total"]),
    Column::new("email", Text, "anna@example.com", "the mail address; joins accounts of several systems")
        .also(&["mail", "e_mail", "upn"]),
    Column::new("employee_id", Text, "1042", "the HR number; joins accounts of several systems")
        .also(&["employee", "personnel_number", "employee_number"]),
    Column::new("created", Date, "2024-02-01", "when the account was made").also(&["created_at"]),
    Column::new("last_seen", Date, "2026-03-30", "the last successful sign-in or use, or `never`")
        .also(&["last_login", "last_used", "last_sign_in"])
        .feeding(&["machine.identities.unused_90d"]),
    Column::new("password", YesNo, "yes", "whether it can sign in with a password")
        .also(&["has_password"])
        .feeding(&["human.users.password_only"]),
    Column::new(
        "mfa",
        Words(&["none", "any", "phishing_resistant"]),
        "phishing_resistant",
        "the strongest second factor: none, any or phishing_resistant",
    )
    .also(&["second_factor"])
    .feeding(&["human.users.mfa_phishing_resistant", "human.users.password_only"]),
    Column::new("owner", Text, "none", "who answers for it: a person or a team, or `none`")
        .also(&["responsible"])
        .feeding(&["machine.identities.owned"]),
    Column::new("job", Text, "Platform engineer", "job or department").also(&["department", "title", "role"])
        .feeding(&["ai.agents.above_human_peer"]),
    Column::new("ended", Date, "none", "when the employment ended, or `none` while it goes on")
        .also(&["end_date", "employment_end", "terminated"])
        .feeding(&["human.users.orphaned", "human.leavers.total_90d", "human.leavers.disabled_24h"]),
    Column::new("aliases", Text, "none", "other keys of the same identity, separated by spaces").also(&["alias"]),
];

fn read(cells: &mut Cells<'_>, memory: &mut Memory) -> Vec<Record> {
    let id = cells.key("id");
    let source = memory.system(cells, "system");
    memory.once(cells, "id", format!("{}\n{id}", source.as_ref().map_or("", |source| source.as_str())));
    let class = cells.word("class", "a class").map(|word| Class::parse(word).unwrap_or(Class::Human));
    let name = cells.raw("name").to_owned();
    let is_told = class.is_told();
    let mut aliases: Vec<String> = cells.optional("email").into_iter().collect();
    aliases.extend(cells.optional("employee_id").map(|number| format!("employee:{number}")));
    if let Some(others) = cells.optional("aliases") {
        aliases.extend(others.split_whitespace().map(str::to_owned));
    }
    vec![Record::Account(Account {
        suspected: if is_told { None } else { suspect(if name.is_empty() { &id } else { &name }) },
        id,
        source,
        name,
        aliases,
        class,
        class_rule: if is_told { "register.class".to_owned() } else { String::new() },
        is_class_declared: is_told,
        is_enabled: cells.flag("enabled"),
        is_guest: cells.flag("guest"),
        created: cells.date("created"),
        last_seen: cells.date("last_seen"),
        has_password: cells.flag("password"),
        second_factor: factor(cells),
        owner: cells.text("owner"),
        ended: cells.date("ended"),
        job: cells.text("job"),
    })]
}

fn factor(cells: &mut Cells<'_>) -> Fact<SecondFactor> {
    match cells.word("mfa", "a kind of second factor") {
        Fact::Known("phishing_resistant") => Fact::Known(SecondFactor::PhishingResistant),
        Fact::Known("any") => Fact::Known(SecondFactor::Any),
        Fact::Known(_) | Fact::Absent => Fact::Absent,
        Fact::Hidden => Fact::Hidden,
    }
}

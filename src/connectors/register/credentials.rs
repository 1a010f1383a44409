//! The register of credentials: keys, secrets, certificates, tokens and passwords, never their values.

use super::cells::Cells;
use super::columns::{Accepts, Column, sights};
use super::{Kind, Memory, connect, is_of};
use crate::connectors::Spec;
use crate::connectors::open::ONE_FILE;
use crate::model::inventory::{Credential, CredentialKind, Fact, Record};

/// The connector.
pub static SPEC: Spec = Spec {
    id: "register-credentials",
    title: "Register of credentials (CSV, NDJSON, XLSX)",
    sees: &sights(&COLUMNS),
    settings: ONE_FILE,
    permits: &[],
    recognise: Some(|sample| is_of(&KIND, sample)),
    connect: |settings| connect(settings, &KIND),
};

/// The kind of register.
pub static KIND: Kind = Kind {
    id: "credentials",
    title: "a register of credentials",
    columns: &COLUMNS,
    rows: "credentials",
    read,
};

use Accepts::{Date, Text, Words, YesNo};

const COLUMNS: [Column; 9] = [
    Column::new("id", Text, "key-2041", "the id of the credential, never the secret itself")
        .required()
        .also(&["credential", "credential_id", "key_id"]),
    Column::new("identity", Text, "svc-billing", "whose it is: the id, mail or ARN of an identity")
        .required()
        .also(&["account", "principal", "user", "holder"]),
    Column::new(
        "kind",
        Words(&["password", "key", "secret", "certificate", "token"]),
        "key",
        "password, key, secret, certificate or token",
    )
    .also(&["type"]),
    Column::new("system", Text, "okta:example", "the system that accepts it, as the scope file names it")
        .also(&["source"]),
    Column::new("active", YesNo, "yes", "whether it can be used")
        .also(&["enabled"])
        .feeding(&["machine.credentials.total", "ai.credentials.total"]),
    Column::new("created", Date, "2025-11-01", "when it was made")
        .also(&["created_at", "issued"])
        .feeding(&["machine.credentials.older_than_90d", "ai.credentials.older_than_30d"]),
    Column::new("rotated", Date, "never", "when it was last replaced, or `never`")
        .also(&["last_rotated"])
        .feeding(&["machine.credentials.older_than_90d", "ai.credentials.older_than_30d"]),
    Column::new("last_used", Date, "2026-03-31", "the last use, or `never`"),
    Column::new("expires", Date, "permanent", "until when, or `permanent`").also(&["until", "valid_until"]),
];

fn read(cells: &mut Cells<'_>, memory: &mut Memory) -> Vec<Record> {
    let id = cells.key("id");
    let account = cells.key("identity");
    let source = memory.system(cells, "system");
    memory.once(cells, "id", format!("{}\n{id}", source.as_ref().map_or("", |source| source.as_str())));
    let kind = match cells.word("kind", "a kind of credential") {
        Fact::Known("password") => CredentialKind::Password,
        Fact::Known("secret") => CredentialKind::Secret,
        Fact::Known("certificate") => CredentialKind::Certificate,
        Fact::Known("token") => CredentialKind::Token,
        Fact::Known(_) | Fact::Absent | Fact::Hidden => CredentialKind::Key,
    };
    vec![Record::Credential(Credential {
        id,
        account,
        source,
        kind,
        is_active: cells.flag("active"),
        created: cells.date("created"),
        rotated: cells.date("rotated"),
        last_used: cells.date("last_used"),
        expires: cells.date("expires"),
    })]
}

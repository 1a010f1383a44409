//! What sources say: accounts, entitlements, grants, credentials, agents, tools. Connectors produce
//! [`Record`]s and nothing else; merging them into one inventory is the work of `metrics::merge`.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::privilege::{Access, Scope, Standing, Tier};
use super::{MetricName, SourceId};

/// What a source says about one property. `Hidden` is not `Absent`.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Fact<T> {
    /// The source names the value.
    Known(T),
    /// The source says that there is none: never used, no owner.
    Absent,
    /// The source does not say: not collected, not licensed, forbidden.
    #[default]
    Hidden,
}

impl<T> Fact<T> {
    /// The value, where there is one.
    pub fn known(&self) -> Option<&T> {
        match self {
            Self::Known(value) => Some(value),
            Self::Absent | Self::Hidden => None,
        }
    }

    /// Whether the source says anything, be it "none".
    pub fn is_told(&self) -> bool {
        !matches!(self, Self::Hidden)
    }

    /// Says of the value what `test` says; "none" answers `absent`; `None` when the source does not tell.
    pub fn holds(&self, absent: bool, test: impl FnOnce(&T) -> bool) -> Option<bool> {
        match self {
            Self::Known(value) => Some(test(value)),
            Self::Absent => Some(absent),
            Self::Hidden => None,
        }
    }

    /// The same knowledge about something derived from the value.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Fact<U> {
        match self {
            Self::Known(value) => Fact::Known(change(value)),
            Self::Absent => Fact::Absent,
            Self::Hidden => Fact::Hidden,
        }
    }
}

impl<T> From<Option<T>> for Fact<T> {
    /// For sources that always report the property: nothing there means none.
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Absent, Self::Known)
    }
}

/// The three classes of identities. An identity without a class is one whose class is a hidden fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Class {
    Human,
    Machine,
    Ai,
}

impl Class {
    /// All three, in the order in which they are shown.
    pub const ALL: [Self; 3] = [Self::Human, Self::Machine, Self::Ai];

    /// The id that stands in files: `human`, `machine`, `ai`.
    pub fn id(self) -> &'static str {
        match self {
            Self::Human => "human",
            Self::Machine => "machine",
            Self::Ai => "ai",
        }
    }

    /// The word that people read.
    pub fn title(self) -> &'static str {
        match self {
            Self::Human => "Human",
            Self::Machine => "Machine",
            Self::Ai => "AI agent",
        }
    }

    /// Reads an id as it stands in files.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|class| class.id() == text)
    }
}

/// A class that is only guessed; shown, never counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suspicion {
    pub class: Class,
    /// The sign that led to the guess, such as `name contains "bot"`.
    pub because: String,
}

/// The strongest second factor that an account has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SecondFactor {
    /// Any second factor that can be phished: codes, pushes.
    Any,
    /// Passkey, smart card, certificate, platform credential.
    PhishingResistant,
}

/// An identity's presence in one source.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Account {
    /// The source's own immutable id, such as an ARN; unique within `source`.
    pub id: String,
    pub source: Option<SourceId>,
    pub name: String,
    /// Other keys under which the same identity is known: mail, ARN, employee id. Merging uses them.
    pub aliases: Vec<String>,
    pub class: Fact<Class>,
    /// The rule that gave the class, such as `aws.role.service-trust`; empty when there is none.
    pub class_rule: String,
    /// Whether the class is written at the source or in a register (rather than concluded by a rule).
    pub is_class_declared: bool,
    pub suspected: Option<Suspicion>,
    pub is_enabled: Fact<bool>,
    pub is_guest: Fact<bool>,
    pub created: Fact<Timestamp>,
    /// The last successful sign-in or use; `Absent` is "never".
    pub last_seen: Fact<Timestamp>,
    /// Whether it can sign in with a password.
    pub has_password: Fact<bool>,
    pub second_factor: Fact<SecondFactor>,
    pub owner: Fact<String>,
    /// When the person's employment ended; `Absent` while employed.
    pub ended: Fact<Timestamp>,
    /// Job or department, for the comparison of agents with people.
    pub job: Fact<String>,
}

/// Something that can be granted.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Entitlement {
    /// Unique within its source, such as a policy's ARN.
    pub id: String,
    pub source: Option<SourceId>,
    pub title: String,
    pub kind: EntitlementKind,
    /// Whether it is on the general-admin list (full administrator of an account, tenant, cluster, database).
    pub is_general_admin: Fact<bool>,
    /// The policy as the source wrote it, JSON, for the effective permissions.
    pub document: Option<String>,
}

/// What sort of thing an entitlement is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum EntitlementKind {
    Policy,
    /// Bounds what its holder may do; gives nothing.
    Boundary,
    /// Says who may become its holder.
    Trust,
    /// A service or resource control policy of an organisation: bounds everybody below its target.
    Control,
    Role,
    Group,
    #[default]
    Permission,
}

impl EntitlementKind {
    /// Whether it gives its holder anything by itself.
    pub fn gives(self) -> bool {
        self.why_not_tried().is_none()
    }

    /// Why nothing can be said of being without it; `None` where something can.
    pub fn why_not_tried(self) -> Option<&'static str> {
        match self {
            Self::Boundary | Self::Control => Some("it bounds and gives nothing"),
            Self::Trust => Some("it is what a role says of whom it trusts, not a grant of this identity"),
            Self::Policy | Self::Role | Self::Group | Self::Permission => None,
        }
    }

    /// The word that people read.
    pub fn word(self) -> &'static str {
        match self {
            Self::Policy => "policy",
            Self::Boundary => "boundary",
            Self::Trust => "trust",
            Self::Control => "control policy",
            Self::Role => "role",
            Self::Group => "group",
            Self::Permission => "permission",
        }
    }
}

/// An account holds an entitlement, by a path, since, until.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Grant {
    pub account: String,
    pub entitlement: String,
    pub source: Option<SourceId>,
    /// The way it was granted, outermost first: `["group privesc-sre-group"]`; empty when direct.
    pub via: Vec<String>,
    pub action: Option<String>,
    pub resource: Option<String>,
    pub granted_at: Fact<Timestamp>,
    /// `Absent` is "never used".
    pub last_used: Fact<Timestamp>,
    /// `Absent` is "permanent".
    pub expires: Fact<Timestamp>,
    /// What the source itself says of the right; beats what tables say.
    #[serde(default, skip_serializing_if = "Declared::is_empty")]
    pub declared: Declared,
}

/// What a source says of a right that other sources leave to tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub struct Declared {
    pub access: Option<Access>,
    pub scope: Option<Scope>,
    pub tier: Option<Tier>,
    pub standing: Option<Standing>,
}

impl Declared {
    /// Whether nothing is said.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// What a log or an access advisor says of the use of a service or an action by an account.
///
/// Absence at the level of a service is conclusive for all its actions; presence is not.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Usage {
    pub account: String,
    pub source: Option<SourceId>,
    /// The service as actions name it, such as `s3`.
    pub service: String,
    /// Such as `GetObject`; `None` speaks of the service as a whole.
    pub action: Option<String>,
    /// On which resource, where the log tells.
    pub resource: Option<String>,
    /// `Absent`: not once since `watched_since`.
    pub last_used: Fact<Timestamp>,
    /// The beginning of the time that the log or the advisor covers.
    pub watched_since: Fact<Timestamp>,
    /// The end of that time; the snapshot's own time where the source does not say.
    #[serde(default)]
    pub watched_until: Fact<Timestamp>,
}

/// A log without gaps of every call that manages a system: what it records and does not show did not happen.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Watch {
    pub source: Option<SourceId>,
    pub since: Timestamp,
    pub until: Timestamp,
}

/// A key, secret, certificate or password; its value is never read.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Credential {
    /// The source's id of it, never the secret.
    pub id: String,
    pub account: String,
    pub source: Option<SourceId>,
    pub kind: CredentialKind,
    pub is_active: Fact<bool>,
    pub created: Fact<Timestamp>,
    pub rotated: Fact<Timestamp>,
    pub last_used: Fact<Timestamp>,
    pub expires: Fact<Timestamp>,
}

/// What sort of credential it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CredentialKind {
    Password,
    #[default]
    Key,
    Secret,
    Certificate,
    Token,
}

/// A row of the organisation's register of AI agents.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Agent {
    /// The register's key of the agent.
    pub id: String,
    pub name: String,
    pub source: Option<SourceId>,
    pub owner: Fact<String>,
    /// Whether the owner still works here.
    pub is_owner_active: Fact<bool>,
    pub task: Fact<String>,
    /// The identity that it acts with: an account's id, ARN, mail.
    pub identity: Fact<String>,
    /// Whether that identity is its own, used by nothing and nobody else.
    pub has_own_identity: Fact<bool>,
    /// The approval that stands before deleting, moving or changing production data.
    pub approval_gate: Fact<String>,
    pub writes_production: Fact<bool>,
    pub ends: Fact<Timestamp>,
    /// 0 (reads) to 4 (acts inside limits).
    pub autonomy_tier: Fact<u8>,
    pub is_on_probation: Fact<bool>,
    /// The human role that would do the same job.
    pub peer_role: Fact<String>,
    pub is_sanctioned: Fact<bool>,
    pub has_general_admin: Fact<bool>,
    pub is_task_scoped: Fact<bool>,
    pub is_runtime_enforced: Fact<bool>,
    pub stop_tested: Fact<Timestamp>,
    pub created: Fact<Timestamp>,
    pub last_seen: Fact<Timestamp>,
    /// Whether the organisation's register lists it, or only discovery found it.
    pub is_registered: bool,
}

/// How sure it is that something is the AI tool that it is taken for. What is `Low` is possible, not found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Confidence {
    /// A name, or a sign that a single place tells.
    Low,
    /// One good sign.
    Medium,
    /// An id or a domain that belongs to it and nothing else.
    High,
}

impl Confidence {
    /// The word that people read.
    pub fn word(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

/// An AI tool that was found in use, or that somebody lists.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Tool {
    pub id: String,
    pub name: String,
    pub source: Option<SourceId>,
    /// The discovery channel: consent, network, endpoint, code, keys, purchases.
    pub channel: Fact<String>,
    pub found: Fact<Timestamp>,
    /// `Known(true)` sanctioned, `Known(false)` refused, `Absent` undecided.
    pub is_sanctioned: Fact<bool>,
    pub decided: Fact<Timestamp>,
    pub users: Fact<u32>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub vendor: String,
    /// The rule that took it for this tool, such as `catalogue.id/1`; empty where a person lists it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub rule: String,
    /// How sure that rule is; `None` where a person lists it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confidence: Option<Confidence>,
    /// What was seen, in a few words each: an app id, a domain, `Cursor config: server github, stdio`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<String>,
    /// Whether a secret lies in its configuration; never the secret.
    #[serde(default, skip_serializing_if = "is_hidden")]
    pub holds_secret: Fact<bool>,
}

/// Leaves out what is not told, so that records of earlier versions keep their digest.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands over a reference")]
fn is_hidden(fact: &Fact<bool>) -> bool {
    !fact.is_told()
}

/// A system that the assessor declared to be in scope.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct System {
    /// The id that sources carry, such as `aws:111122223333`.
    pub id: SourceId,
    pub title: String,
    /// Directory, cloud, code host, cluster, vault, agent platform, log store, register.
    pub kind: String,
}

/// A figure that another tool counted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reported {
    pub metric: MetricName,
    /// `None` when only the coverage of the metric is told.
    pub value: Option<f64>,
    /// Share of the declared systems behind the figure, 0 to 1; `None` when it is not told.
    pub coverage: Option<f64>,
    /// Who counted.
    pub counted_by: String,
    pub date: Fact<Timestamp>,
}

/// One thing seen by one source.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Record {
    Account(Account),
    Entitlement(Entitlement),
    Grant(Grant),
    Credential(Credential),
    Agent(Agent),
    Tool(Tool),
    System(System),
    Reported(Reported),
    Usage(Usage),
    Watch(Watch),
    /// A coverage figure for all metrics that have none of their own (`"*"` in a measurement file).
    DefaultCoverage(f64),
}

impl Record {
    /// The account that it is, where it is one.
    pub fn account(&self) -> Option<&Account> {
        if let Self::Account(one) = self { Some(one) } else { None }
    }

    /// The grant that it is, where it is one.
    pub fn grant(&self) -> Option<&Grant> {
        if let Self::Grant(one) = self { Some(one) } else { None }
    }

    /// The credential that it is, where it is one.
    pub fn credential(&self) -> Option<&Credential> {
        if let Self::Credential(one) = self { Some(one) } else { None }
    }

    /// The agent that it is, where it is one.
    pub fn agent(&self) -> Option<&Agent> {
        if let Self::Agent(one) = self { Some(one) } else { None }
    }

    /// The AI tool that it is, where it is one.
    pub fn tool(&self) -> Option<&Tool> {
        if let Self::Tool(one) = self { Some(one) } else { None }
    }
}

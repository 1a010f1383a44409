//! Trust documents of roles: who may become a role, and which services may run with it.

use serde_json::Value;

use super::clause::{self, Clause, Holds, Request};
use crate::model::privilege::Conditions;

/// Who may become a role.
#[derive(Debug, Clone, Default)]
pub struct Trust {
    pub allows: Vec<Entry>,
    pub denies: Vec<Entry>,
    /// Services that may run with it, such as `ec2.amazonaws.com`, by their names in the common partition.
    pub services: Vec<Box<str>>,
    /// Whether something of it could not be read.
    pub is_unread: bool,
}

/// One statement of a trust document.
#[derive(Debug, Clone, Default)]
pub struct Entry {
    /// ARNs of users and roles.
    pub named: Vec<Box<str>>,
    /// Numbers of accounts that decide by themselves whom they let in.
    pub accounts: Vec<Box<str>>,
    pub is_everybody: bool,
    pub clauses: Vec<Clause>,
}

impl Trust {
    /// Reads a trust document; `None` when it is none.
    pub fn read(text: &str) -> Option<Self> {
        let document: Value = serde_json::from_str(text).ok()?;
        let listed = match document.get("Statement")? {
            Value::Array(many) => many.as_slice(),
            single @ Value::Object(_) => std::slice::from_ref(single),
            _ => return None,
        };
        let mut made = Self::default();
        for statement in listed {
            made.take(statement);
        }
        Some(made)
    }

    fn take(&mut self, statement: &Value) {
        let effect = statement.get("Effect").and_then(Value::as_str).unwrap_or_default().to_lowercase();
        let is_deny = effect == "deny";
        if !is_deny && effect != "allow" {
            self.is_unread = true;
            return;
        }
        if !lets_assume(statement) {
            return;
        }
        let mut entry = Entry { clauses: clause::read(statement.get("Condition")), ..Entry::default() };
        match (statement.get("Principal"), statement.get("NotPrincipal")) {
            (Some(Value::String(all)), _) if all == "*" => entry.is_everybody = true,
            (Some(Value::Object(kinds)), _) => {
                for (kind, names) in kinds {
                    self.take_names(kind, names, is_deny, &mut entry);
                }
            }
            // Everybody but some: nobody is taken off in an allow, nobody is kept out for certain in a deny.
            (None, Some(_)) => entry.is_everybody = !is_deny,
            _ => self.is_unread = true,
        }
        if is_deny { self.denies.push(entry) } else { self.allows.push(entry) }
    }

    fn take_names(&mut self, kind: &str, names: &Value, is_deny: bool, entry: &mut Entry) {
        let names: Vec<&str> = match names {
            Value::String(one) => vec![one],
            Value::Array(many) => many.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        };
        match kind {
            "Service" if !is_deny => {
                self.services.extend(names.into_iter().map(|name| clause::service(name).into()));
            }
            "AWS" => names.into_iter().for_each(|name| entry.take(name)),
            _ => {}
        }
    }

    /// Under which conditions, and whether by its own ARN, somebody is let in.
    pub fn admits(&self, who: &Request<'_>, arn: &str, account: &str) -> Vec<(Conditions, bool)> {
        let is_out = |deny: &Entry| {
            deny.means(arn, account).is_some() && clause::hold(&deny.clauses, who) == Holds::Yes
        };
        if self.denies.iter().any(is_out) {
            return Vec::new();
        }
        let let_in = |allow: &Entry| Some((allow.asked(who)?, allow.means(arn, account)?));
        self.allows.iter().filter_map(let_in).collect()
    }

    /// Whether who asks decides more than by its name and account.
    pub fn is_personal(&self) -> bool {
        !self.denies.is_empty()
            || self.allows.iter().flat_map(|entry| &entry.clauses).any(Clause::is_personal)
    }
}

impl Entry {
    fn take(&mut self, name: &str) {
        if name == "*" {
            self.is_everybody = true;
        } else if name.bytes().all(|byte| byte.is_ascii_digit()) {
            self.accounts.push(name.into());
        } else if let Some(number) = root(name) {
            self.accounts.push(number.into());
        } else {
            // A session of a role is named by whoever begins it, so that the role stands for all its sessions.
            self.named.push(role_of_session(name).unwrap_or_else(|| name.into()));
        }
    }

    /// Whether it means somebody by his own ARN; `None` when it does not mean him at all.
    fn means(&self, arn: &str, account: &str) -> Option<bool> {
        if self.named.iter().any(|named| **named == *arn) {
            return Some(true);
        }
        (self.is_everybody || self.accounts.iter().any(|known| **known == *account)).then_some(false)
    }

    /// What it asks for; `None` when it can never hold.
    pub fn asked(&self, who: &Request<'_>) -> Option<Conditions> {
        match clause::hold(&self.clauses, who) {
            Holds::Yes => Some(Conditions::NONE),
            Holds::Perhaps(conditions) => Some(conditions),
            Holds::No => None,
        }
    }
}

/// Whether a statement is about `sts:AssumeRole`, the only way in that needs no outside identity.
fn lets_assume(statement: &Value) -> bool {
    let is_assume = |action: &str| super::glob::fits(&action.to_lowercase(), "sts:assumerole");
    match statement.get("Action") {
        Some(Value::String(one)) => is_assume(one),
        Some(Value::Array(many)) => many.iter().filter_map(Value::as_str).any(is_assume),
        _ => statement.get("NotAction").is_some(),
    }
}

/// The number of the account whose root an ARN names.
fn root(arn: &str) -> Option<&str> {
    let mut parts = arn.splitn(6, ':');
    let number = parts.nth(4)?;
    (parts.next()? == "root").then_some(number)
}

fn role_of_session(arn: &str) -> Option<Box<str>> {
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    let [arn, partition, "sts", _, account, session] = parts.as_slice() else { return None };
    let role = session.strip_prefix("assumed-role/")?.split('/').next()?;
    // Sessions of these are named after the person who signs in.
    let is_kept = role.starts_with("AWSReservedSSO_");
    (!is_kept).then(|| format!("{arn}:{partition}:iam::{account}:role/{role}").into())
}

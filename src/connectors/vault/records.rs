//! From Vault's objects to records.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::super::links;
use super::super::listing::{Ids, Made, Object};
use super::super::suspect::suspect;
use super::policy::{self, Rule};
use crate::model::SourceId;
use crate::model::inventory::{
    Account, Class, Credential, CredentialKind, Entitlement, EntitlementKind, Fact, Grant, Record,
};

/// A method by which somebody signs in.
#[derive(Debug)]
pub struct Method {
    /// What it is called by the server.
    pub kind: &'static str,
    /// Where its roles lie; `None` where it has none of its own.
    pub roles: Option<&'static str>,
    pub class: Class,
}

/// Every method whose kind tells a class.
static METHODS: &[Method] = &[
    method("approle", Some("role"), Class::Machine),
    method("kubernetes", Some("role"), Class::Machine),
    method("jwt", Some("role"), Class::Machine),
    method("gcp", Some("role"), Class::Machine),
    method("azure", Some("role"), Class::Machine),
    method("alicloud", Some("role"), Class::Machine),
    method("aws", Some("roles"), Class::Machine),
    method("cert", Some("certs"), Class::Machine),
    method("cf", None, Class::Machine),
    method("userpass", Some("users"), Class::Human),
    method("ldap", None, Class::Human),
    method("oidc", None, Class::Human),
    method("github", None, Class::Human),
    method("okta", None, Class::Human),
    method("radius", None, Class::Human),
    method("kerberos", None, Class::Human),
    method("saml", None, Class::Human),
];

const fn method(kind: &'static str, roles: Option<&'static str>, class: Class) -> Method {
    Method { kind, roles, class }
}

/// The method of a kind.
pub fn method_of(kind: &str) -> Option<&'static Method> {
    METHODS.iter().find(|method| method.kind == kind)
}

/// Policies that nobody may change or read as text.
const ROOT: &str = "root";
const DEFAULT: &str = "default";
/// What stands for policies that were not read: unknown rights, where none would look like few.
const NOT_SHOWN: &str = "policies:not-shown";

/// What was seen so far.
#[derive(Debug)]
pub struct Mapping {
    source: SourceId,
    ids: Ids,
    given: BTreeSet<String>,
    /// Policies with their rules; `None` for one whose text is not shown.
    policies: BTreeMap<String, Option<Vec<Rule>>>,
}

impl Mapping {
    /// Nothing yet.
    pub fn new(source: SourceId) -> Self {
        let (ids, given, policies) = (Ids::default(), BTreeSet::new(), BTreeMap::new());
        Self { source, ids, given, policies }
    }

    /// Takes the text of a policy.
    pub fn policy(&mut self, name: &str, text: Option<&str>, to: &mut Made) {
        let rules = text.and_then(policy::rules);
        if text.is_some() && rules.is_none() {
            to.refuse(format!("policy {name}"), "its text cannot be read, so what it allows is not known");
        }
        self.policies.insert(name.to_owned(), rules);
    }

    /// Takes a role (or a user) of a method; `joined` is a key that its entity has too.
    pub fn role(
        &mut self,
        (mount, name, method): (&str, &str, &Method),
        (role, issuer, joined): (Option<&Object>, Option<&str>, Option<String>),
        to: &mut Made,
    ) {
        let id = format!("auth/{mount}/{}/{name}", method.roles.unwrap_or("role"));
        let Some(id) = self.ids.take(Some(id), None, to) else { return };
        let subject =
            role.and_then(|role| role.text("bound_subject").or_else(|| role.text("bound_claims.sub")));
        let federated = issuer.zip(subject).and_then(|(issuer, subject)| links::federated(issuer, &subject));
        to.records.push(Record::Account(Account {
            source: Some(self.source.clone()),
            name: name.to_owned(),
            aliases: joined.into_iter().chain(federated).collect(),
            class: Fact::Known(method.class),
            class_rule: format!("vault.{}/1", method.kind),
            suspected: suspect(name).filter(|guess| guess.class != method.class),
            is_enabled: Fact::Known(true),
            has_password: Fact::Known(method.kind == "userpass"),
            id: id.clone(),
            ..Account::default()
        }));
        match role {
            Some(role) => {
                let policies = of_role(role);
                self.hold(&id, &policies, &[], to);
            }
            None => self.untold(&id, to),
        }
    }

    /// Takes an entity as the list shows it, with its own object where it was asked for. Workloads whose roles are
    /// listed are left to those.
    pub fn entity(
        &mut self,
        (id, listed, whole): (&str, &Object, Option<&Object>),
        groups: Option<&[(String, Vec<String>)]>,
        is_listed: impl Fn(&str) -> bool,
        to: &mut Made,
    ) {
        let aliases = listed.objects("aliases").unwrap_or_default();
        let kinds: Vec<&Method> =
            aliases.iter().filter_map(|one| method_of(&one.text("mount_type")?)).collect();
        let is_machine = !kinds.is_empty() && kinds.iter().all(|one| one.class == Class::Machine);
        if is_machine && kinds.iter().all(|one| is_listed(one.kind)) {
            return;
        }
        let Some(id) = self.ids.take(Some(format!("entity:{id}")), None, to) else { return };
        let is_human = !kinds.is_empty() && kinds.iter().all(|one| one.class == Class::Human);
        let class = match (is_human, is_machine) {
            (true, _) => Fact::Known(Class::Human),
            (_, true) => Fact::Known(Class::Machine),
            // By several methods of both kinds, or by none that tells.
            _ => Fact::Hidden,
        };
        let name = listed.text("name").or_else(|| aliases.iter().find_map(|one| one.text("name")));
        let name = name.unwrap_or_else(|| id.clone());
        let mails = aliases.iter().filter_map(|one| one.text("name")).filter(|name| name.contains('@'));
        let joined = aliases.iter().filter_map(|one| joined(&one.text("mount_path")?, &one.text("name")?));
        to.records.push(Record::Account(Account {
            source: Some(self.source.clone()),
            aliases: mails.map(|mail| mail.to_lowercase()).chain(joined).collect(),
            class,
            class_rule: kinds
                .first()
                .map(|one| format!("vault.{}/1", one.kind))
                .filter(|_| class.is_told())
                .unwrap_or_default(),
            suspected: suspect(&name).filter(|guess| class.known().is_none_or(|class| *class != guess.class)),
            is_enabled: whole.map_or(Fact::Hidden, |whole| whole.flag("disabled").map(|is_off| !is_off)),
            created: whole.map_or(Fact::Hidden, |whole| whole.time("creation_time")),
            id: id.clone(),
            name,
            ..Account::default()
        }));
        let (Some(whole), Some(groups)) = (whole, groups) else { return self.untold(&id, to) };
        self.hold(&id, &whole.texts("policies").unwrap_or_default(), &[], to);
        for (group, policies) in groups {
            self.hold(&id, policies, &[format!("group {group}")], to);
        }
        // Methods give policies at each sign-in, which no entity names.
        self.untold(&id, to);
    }

    /// Takes a token that is in use; one of nobody else is an identity of its own.
    pub fn token(&mut self, token: &Object, to: &mut Made) {
        let Some(accessor) = self.ids.take(token.text("accessor").map(|id| format!("token:{id}")), None, to)
        else {
            return;
        };
        let name = token.text("display_name").unwrap_or_else(|| "a token".to_owned());
        let role = token.text("meta.role_name").zip(token.text("path")).and_then(|(role, path)| {
            let mount = path.strip_prefix("auth/")?.strip_suffix("/login")?;
            Some(format!("auth/{mount}/role/{role}"))
        });
        let entity = token.text("entity_id").map(|id| format!("entity:{id}"));
        let known = [role, entity].into_iter().flatten().find(|id| self.ids.has(id));
        let created =
            token.number("creation_time").and_then(|at| Timestamp::from_second(i64::try_from(at).ok()?).ok());
        let created = created.map_or(Fact::Hidden, Fact::Known);
        let is_there = token.pairs().any(|(key, _)| key == "expire_time");
        let expires = if is_there { token.time_or_never("expire_time") } else { Fact::Hidden };
        let account = known.unwrap_or_else(|| accessor.clone());
        if account == accessor {
            let policies = token.texts("policies").unwrap_or_default();
            to.records.push(Record::Account(Account {
                id: accessor.clone(),
                source: Some(self.source.clone()),
                suspected: suspect(&name),
                name,
                is_enabled: Fact::Known(true),
                created,
                ..Account::default()
            }));
            self.hold(&accessor, &policies, &[], to);
        }
        to.records.push(Record::Credential(Credential {
            id: accessor,
            account,
            source: Some(self.source.clone()),
            kind: CredentialKind::Token,
            is_active: Fact::Known(true),
            created,
            expires,
            ..Credential::default()
        }));
    }

    /// The grants of policies: one for each path that a policy allows something.
    fn hold(&mut self, account: &str, policies: &[String], via: &[String], to: &mut Made) {
        for name in policies {
            let rules = if name == ROOT { None } else { self.policies.get(name).cloned().flatten() };
            let is_everything = rules.as_ref().map(|rules| rules.iter().any(Rule::is_everything));
            let is_admin = if name == ROOT {
                Fact::Known(true)
            } else {
                is_everything.map_or(Fact::Hidden, Fact::Known)
            };
            // The verbs of a permission are judged, path by path.
            let kind = if rules.is_some() { EntitlementKind::Permission } else { EntitlementKind::Policy };
            self.entitle(name, name, (kind, is_admin), to);
            let Some(rules) = rules else {
                self.grant((account, name), (None, None), via, to);
                continue;
            };
            for rule in rules {
                let Some(verb) = rule.verb() else { continue };
                let place = Some(rule.path.clone()).filter(|path| path != "*" && path != "+/*");
                self.grant((account, name), (Some(verb), place), via, to);
            }
        }
    }

    /// Policies that nothing tells.
    fn untold(&mut self, account: &str, to: &mut Made) {
        let title = "policies that were not read";
        self.entitle(NOT_SHOWN, title, (EntitlementKind::Policy, Fact::Hidden), to);
        self.grant((account, NOT_SHOWN), (None, None), &[], to);
    }

    fn entitle(
        &mut self,
        id: &str,
        title: &str,
        (kind, is_admin): (EntitlementKind, Fact<bool>),
        to: &mut Made,
    ) {
        if self.given.insert(id.to_owned()) {
            to.records.push(Record::Entitlement(Entitlement {
                id: id.to_owned(),
                source: Some(self.source.clone()),
                title: title.to_owned(),
                kind,
                is_general_admin: is_admin,
                document: None,
            }));
        }
    }

    fn grant(
        &self,
        (account, policy): (&str, &str),
        (verb, path): (Option<&str>, Option<String>),
        via: &[String],
        to: &mut Made,
    ) {
        to.records.push(Record::Grant(Grant {
            account: account.to_owned(),
            entitlement: policy.to_owned(),
            source: Some(self.source.clone()),
            via: via.to_vec(),
            action: verb.map(str::to_owned),
            resource: path,
            ..Grant::default()
        }));
    }
}

/// The policies of a role, in its newer and older fields, and the one that all tokens have.
fn of_role(role: &Object) -> Vec<String> {
    let listed = |key: &str| role.texts(key).filter(|all| !all.is_empty());
    let mut all = listed("token_policies").or_else(|| listed("policies")).unwrap_or_default();
    let is_without = role.flag("token_no_default_policy") == Fact::Known(true);
    if !is_without && !all.iter().any(|name| name == DEFAULT || name == ROOT) {
        all.push(DEFAULT.to_owned());
    }
    all
}

/// The key that a role or user of a method shares with its entity: where it is mounted, and the alias there.
pub fn joined(mount: &str, alias: &str) -> Option<String> {
    let mount = mount.trim_start_matches("auth/").trim_end_matches('/');
    (!mount.is_empty() && !alias.is_empty()).then(|| format!("vault:{mount}#{alias}"))
}

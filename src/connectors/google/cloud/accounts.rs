//! Accounts of the cloud: they wait for the end, because bindings, uses and registers tell of them too.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::super::super::links;
use super::super::super::listing::{Made, Object};
use super::super::super::suspect::suspect;
use super::member::{Kind, One};
use crate::model::SourceId;
use crate::model::inventory::{Account, Class, Credential, CredentialKind, Fact, Record};

/// The year in which keys end that have no end; its last day is beyond the times that are reckoned with.
const NO_END: &str = "9999-";
/// Whose service accounts agents act with that have no identity of their own.
const AGENTS_AT_GOOGLE: &str = "@gcp-sa-aiplatform-re.iam.gserviceaccount.com";

/// All of them, by their ids.
#[derive(Debug)]
pub struct Accounts {
    source: SourceId,
    by_id: BTreeMap<String, Account>,
    /// Keys by their names.
    keys: BTreeMap<String, Credential>,
    /// The issuers that a pool trusts as they are, by the pool; `None` where there are several.
    issuers: BTreeMap<String, Option<String>>,
    projects: BTreeSet<String>,
}

impl Accounts {
    /// Nothing of a system yet.
    pub fn new(source: SourceId) -> Self {
        Self {
            source,
            by_id: BTreeMap::new(),
            keys: BTreeMap::new(),
            issuers: BTreeMap::new(),
            projects: BTreeSet::new(),
        }
    }

    /// Takes a service account as the inventory has it.
    pub fn service_account(&mut self, asset: &Object, to: &mut Made) {
        let of = asset.object("resource.data").unwrap_or_default();
        let name = asset.text("name").unwrap_or_default();
        let Some(mail) = of.text("email").map(|mail| mail.to_lowercase()) else {
            to.refuse(name, "it has no mail address, by which it is known");
            return;
        };
        if self.by_id.contains_key(&mail) {
            to.refuse(mail, "it came twice and counts once");
            return;
        }
        self.projects.extend(of.text("projectId"));
        let mut account = self.named(&One { id: mail.clone(), kind: Kind::ServiceAccount });
        // What is false is left out.
        account.is_enabled = Fact::Known(of.flag("disabled") != Fact::Known(true));
        account.aliases.extend([of.text("uniqueId"), of.text("oauth2ClientId")].into_iter().flatten());
        account.aliases.sort();
        account.aliases.dedup();
        if account.suspected.is_none() {
            let shown = of.text("displayName").or_else(|| of.text("description"));
            account.suspected =
                shown.and_then(|shown| suspect(&shown)).filter(|guess| guess.class == Class::Ai);
        }
        self.by_id.insert(mail, account);
    }

    /// Takes a key as the inventory has it; those that Google makes and changes by itself are none of anybody.
    pub fn key(&mut self, asset: &Object, to: &mut Made) {
        let of = asset.object("resource.data").unwrap_or_default();
        if of.text("keyType").is_some_and(|kind| kind == "SYSTEM_MANAGED") {
            return;
        }
        let whole = asset.text("name").or_else(|| of.text("name")).unwrap_or_default();
        let Some((mail, id)) = place_of_key(&of.text("name").unwrap_or_else(|| whole.clone())) else {
            to.refuse(whole, "it does not say whose key it is");
            return;
        };
        let has_end = !of.text("validBeforeTime").is_some_and(|end| end.starts_with(NO_END));
        let key = Credential {
            id: id.clone(),
            account: mail,
            source: Some(self.source.clone()),
            kind: CredentialKind::Key,
            is_active: Fact::Known(of.flag("disabled") != Fact::Known(true)),
            created: of.time("validAfterTime"),
            // A key is never changed; who changes it makes another.
            rotated: Fact::Absent,
            last_used: Fact::Hidden,
            expires: if has_end { of.time("validBeforeTime") } else { Fact::Absent },
        };
        match self.keys.entry(id) {
            Entry::Vacant(place) => drop(place.insert(key)),
            Entry::Occupied(known) => to.refuse(known.key(), "it came twice and counts once"),
        }
    }

    /// Takes what a pool trusts. Only an issuer whose subjects are taken as they are names its workloads.
    pub fn provider(&mut self, asset: &Object) {
        let of = asset.object("resource.data").unwrap_or_default();
        let Some(name) = of.text("name").or_else(|| asset.text("name")) else { return };
        let Some((pool, _)) = name.split_once("/providers/") else { return };
        let pool = pool.trim_start_matches("//iam.googleapis.com/").to_owned();
        let mapped = of.object("attributeMapping").unwrap_or_default();
        // The key itself holds a dot.
        let is_plain = mapped.text("google.subject").is_some_and(|subject| subject == "assertion.sub");
        let issuer = of.text("oidc.issuerUri").filter(|_| is_plain);
        let is_first = !self.issuers.contains_key(&pool);
        let kept = self.issuers.entry(pool).or_insert_with(|| issuer.clone());
        if !is_first && *kept != issuer {
            *kept = None;
        }
    }

    /// The id of whoever a binding names; one that no list shows becomes an account too.
    pub fn member(&mut self, one: &One) -> String {
        if !self.by_id.contains_key(&one.id) {
            let account = self.named(one);
            self.by_id.insert(one.id.clone(), account);
        }
        one.id.clone()
    }

    /// Changes what is known of an account.
    pub fn get(&mut self, id: &str) -> Option<&mut Account> {
        self.by_id.get_mut(id)
    }

    /// Takes the last use of a service account, or of a key.
    pub fn used(&mut self, resource: &str, last: Fact<Timestamp>) {
        let path = resource.trim_start_matches("//iam.googleapis.com/");
        if let Some((_, id)) = place_of_key(path) {
            if let Some(key) = self.keys.get_mut(&id) {
                key.last_used = newer(key.last_used, last);
            }
        } else if let Some((_, mail)) = path.rsplit_once("/serviceAccounts/")
            && let Some(account) = self.by_id.get_mut(&mail.to_lowercase())
        {
            account.last_seen = newer(account.last_seen, last);
        }
    }

    /// The projects that have service accounts, by their ids.
    pub fn projects(&self) -> &BTreeSet<String> {
        &self.projects
    }

    /// Hands over all of them.
    pub fn finish(self) -> Made {
        let accounts = self.by_id.into_values().map(Record::Account);
        let keys = self.keys.into_values().map(Record::Credential);
        Made { records: accounts.chain(keys).collect(), refusals: Vec::new() }
    }

    /// An identity of which nothing but its name is known.
    fn named(&self, one: &One) -> Account {
        let (class, rule) = class(one);
        let name = name(one);
        let suspected = suspect(&name).filter(|guess| class != Some(guess.class));
        // People have jobs of which their names tell; of machines a name may tell that they are agents.
        let suspected = suspected.filter(|guess| class != Some(Class::Machine) || guess.class == Class::Ai);
        let is_doubtful = one.kind == Kind::User && suspected.is_some();
        Account {
            id: one.id.clone(),
            source: Some(self.source.clone()),
            name: if one.kind == Kind::User { one.id.clone() } else { name },
            aliases: self.alias(one).into_iter().collect(),
            class: class.filter(|_| !is_doubtful).map_or(Fact::Hidden, Fact::Known),
            class_rule: if is_doubtful { String::new() } else { rule.to_owned() },
            suspected,
            has_password: if matches!(class, Some(Class::Human) | None) {
                Fact::Hidden
            } else {
                Fact::Known(false)
            },
            ..Account::default()
        }
    }

    /// The key under which other systems know it too.
    fn alias(&self, one: &One) -> Option<String> {
        let Kind::Workload(Some((pool, subject))) = &one.kind else { return None };
        links::federated(self.issuers.get(pool)?.as_deref()?, subject)
    }
}

fn class(one: &One) -> (Option<Class>, &'static str) {
    match one.kind {
        Kind::User => (Some(Class::Human), "gcp.user/1"),
        Kind::Federated => (Some(Class::Human), "gcp.workforce-principal/1"),
        Kind::Workload(_) => (Some(Class::Machine), "gcp.workload-principal/1"),
        Kind::Agent => (Some(Class::Ai), "gcp.agent-principal/1"),
        Kind::ServiceAccount if one.id.ends_with(AGENTS_AT_GOOGLE) => {
            (Some(Class::Ai), "gcp.agent-service-agent/1")
        }
        Kind::ServiceAccount if one.id.starts_with("service-") && one.id.contains("@gcp-sa-") => {
            (Some(Class::Machine), "gcp.service-agent/1")
        }
        Kind::ServiceAccount => (Some(Class::Machine), "gcp.service-account/1"),
        Kind::Unknown => (None, ""),
    }
}

/// What an identity is called: what stands before the mail's domain, or at the end of a principal.
fn name(one: &One) -> String {
    let id = one.id.as_str();
    let short = match one.kind {
        Kind::User | Kind::ServiceAccount => id.split('@').next(),
        Kind::Workload(_) | Kind::Federated => id.split_once("/subject/").map(|(_, subject)| subject),
        Kind::Agent => id.split_once("/resources/").map(|(_, path)| path),
        Kind::Unknown => None,
    };
    short.filter(|short| !short.is_empty()).unwrap_or(id).to_owned()
}

/// Whose key it is, and its id, from `projects/P/serviceAccounts/MAIL/keys/ID`.
fn place_of_key(name: &str) -> Option<(String, String)> {
    let (before, id) = name.rsplit_once("/keys/")?;
    let (_, mail) = before.rsplit_once("/serviceAccounts/")?;
    let is_told = !id.is_empty() && !mail.is_empty();
    is_told.then(|| (mail.to_lowercase(), id.to_owned()))
}

/// The later of two times; what is told outweighs what is not.
pub fn newer(one: Fact<Timestamp>, other: Fact<Timestamp>) -> Fact<Timestamp> {
    match (one, other) {
        (Fact::Known(one), Fact::Known(other)) => Fact::Known(one.max(other)),
        (Fact::Known(at), _) | (_, Fact::Known(at)) => Fact::Known(at),
        (Fact::Absent, _) | (_, Fact::Absent) => Fact::Absent,
        _ => Fact::Hidden,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::super::member::Member;
    use super::*;

    fn object(value: Value) -> Object {
        Object::of(value).unwrap()
    }

    fn asset(data: &Value) -> Object {
        object(json!({"name": "//iam.googleapis.com/x", "resource": {"data": data}}))
    }

    fn accounts() -> Accounts {
        Accounts::new(SourceId::new("gcp:projects/p"))
    }

    fn provider(pool: &str, issuer: &str, subject: &str) -> Object {
        asset(&json!({"name": format!("{pool}/providers/one"), "oidc": {"issuerUri": issuer},
            "attributeMapping": {"google.subject": subject}}))
    }

    fn alias(providers: &[Object]) -> Vec<String> {
        let mut accounts = accounts();
        for one in providers {
            accounts.provider(one);
        }
        let text = "principal://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/ci/subject/repo:a/b";
        let Member::One(one) = Member::read(text) else { panic!("{text}") };
        let id = accounts.member(&one);
        accounts.get(&id).unwrap().aliases.clone()
    }

    #[test]
    fn a_workload_has_the_name_of_its_issuer_only_where_that_is_plain() {
        let pool = "projects/1/locations/global/workloadIdentityPools/ci";
        let (hub, lab) = ("https://token.actions.githubusercontent.com", "https://gitlab.example");
        let plain = provider(pool, hub, "assertion.sub");
        assert_eq!(
            alias(std::slice::from_ref(&plain)),
            ["oidc:token.actions.githubusercontent.com#repo:a/b"]
        );
        assert_eq!(alias(&[plain.clone(), plain.clone()]).len(), 1);
        for others in [
            vec![],
            vec![provider(pool, hub, "assertion.repository")],
            vec![plain.clone(), provider(pool, lab, "assertion.sub")],
            vec![plain.clone(), provider(pool, hub, "assertion.repository")],
            vec![provider("projects/2/x", hub, "assertion.sub")],
        ] {
            assert!(alias(&others).is_empty(), "{others:?}");
        }
    }

    #[test]
    fn agents_of_services_and_agents_that_think_are_told_apart() {
        for (mail, class, rule) in [
            ("a@p.iam.gserviceaccount.com", Class::Machine, "gcp.service-account/1"),
            ("service-1@gcp-sa-run.iam.gserviceaccount.com", Class::Machine, "gcp.service-agent/1"),
            (
                "service-1@gcp-sa-aiplatform-re.iam.gserviceaccount.com",
                Class::Ai,
                "gcp.agent-service-agent/1",
            ),
        ] {
            let mut accounts = accounts();
            let id = accounts.member(&One { id: mail.to_owned(), kind: Kind::ServiceAccount });
            let account = accounts.get(&id).unwrap();
            assert_eq!((account.class, account.class_rule.as_str()), (Fact::Known(class), rule), "{mail}");
        }
    }

    #[test]
    fn keys_end_or_do_not_and_are_used_by_their_names() {
        let (mut accounts, mut made) = (accounts(), Made::default());
        let key = |id: &str, end: Value| {
            asset(
                &json!({"name": format!("projects/p/serviceAccounts/A@p.example/keys/{id}"), "keyType": "USER_MANAGED",
                "validBeforeTime": end, "disabled": id == "k3"}),
            )
        };
        for (id, end) in [
            ("k1", json!("9999-12-31T23:59:59Z")),
            ("k2", json!("2027-01-01T00:00:00Z")),
            ("k3", Value::Null),
            ("k1", Value::Null),
        ] {
            accounts.key(&key(id, end), &mut made);
        }
        accounts.key(&asset(&json!({"keyType": "SYSTEM_MANAGED"})), &mut made);
        accounts.key(&asset(&json!({"name": "odd"})), &mut made);
        assert_eq!(made.refusals.len(), 2);
        accounts.used("//iam.googleapis.com/projects/p/serviceAccounts/a@p.example/keys/k2", Fact::Absent);
        let keys: Vec<_> = accounts
            .finish()
            .records
            .into_iter()
            .filter_map(|record| match record {
                Record::Credential(one) => Some((one.expires.is_told(), one.is_active, one.last_used)),
                _ => None,
            })
            .collect();
        let (on, off) = (Fact::Known(true), Fact::Known(false));
        assert_eq!(keys, [(true, on, Fact::Hidden), (true, on, Fact::Absent), (false, off, Fact::Hidden)]);
    }

    proptest! {
        #[test]
        fn each_service_account_counts_once_or_is_named(
            mails in prop::collection::vec(prop::sample::select(vec![json!("a@x"), json!("B@x"), json!("b@x"), Value::Null, json!(3)]), 0..8)
        ) {
            let (mut accounts, mut made) = (accounts(), Made::default());
            for mail in &mails {
                accounts.service_account(&asset(&json!({"email": mail, "disabled": "yes", "uniqueId": null})), &mut made);
            }
            let records = accounts.finish().records;
            prop_assert_eq!(records.len() + made.refusals.len(), mails.len());
        }
    }
}

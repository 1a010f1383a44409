//! Service accounts, and the users that bindings name, become accounts. Kubernetes keeps no list of its users.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::super::suspect::suspect;
use super::mapping::{Made, created};
use super::wire::Object;
use crate::model::SourceId;
use crate::model::inventory::{Account, Class, Entitlement, EntitlementKind, Fact, Grant, Record};

/// What the ids of service accounts begin with.
const SERVICE: &str = "system:serviceaccount:";
/// Who has not signed in.
pub const ANONYMOUS: &str = "system:anonymous";
/// Labels and annotations that name the class.
const CLASSES: &[&str] = &["identity-class", "identity_class"];
/// Labels and annotations that name an owner, the strongest first.
const OWNERS: &[&str] = &["owner", "team"];
/// The label that says what part of an application something is, and its value for AI agents.
const COMPONENT: &[&str] = &["app.kubernetes.io/component"];
const AGENT: &str = "ai-agent";
/// Annotations that name an identity of a cloud that the service account may become, and whose it is.
static CLOUDS: &[(&str, &str)] = &[
    ("eks.amazonaws.com/role-arn", "AWS role"),
    ("iam.gke.io/gcp-service-account", "Google Cloud service account"),
    ("azure.workload.identity/client-id", "Microsoft Entra application"),
];

/// All accounts while objects are read.
#[derive(Debug)]
pub struct Accounts {
    source: SourceId,
    known: BTreeMap<String, Known>,
}

#[derive(Debug)]
struct Known {
    account: Account,
    /// Whether pods with its token run, and whether pods run that leave that to the account.
    runs: bool,
    may_run: bool,
    /// Whether it leaves its token out of pods that do not ask for it.
    is_shy: bool,
}

impl Accounts {
    /// None yet.
    pub fn new(source: SourceId) -> Self {
        Self { source, known: BTreeMap::new() }
    }

    /// Takes a service account as the cluster lists it. Nothing in Kubernetes switches one off or gives it a password.
    pub fn service_account(&mut self, object: &Object, made: &mut Made) {
        let (Some(namespace), Some(name)) = (object.namespace(), object.name()) else { return };
        let id = self.named(namespace, name);
        let Some(known) = self.known.get_mut(&id) else { return };
        known.is_shy = object.automount_service_account_token.get() == Some(&false);
        let account = &mut known.account;
        account.is_enabled = Fact::Known(true);
        account.has_password = Fact::Known(false);
        account.created = created(object);
        // No field of Kubernetes names an owner, so that none is not "no owner".
        account.owner = object.mark(OWNERS).map_or(Fact::Hidden, |owner| Fact::Known(owner.to_owned()));
        classify(account, object, made);
        for (annotation, title) in CLOUDS {
            if let Some(cloud) = object.mark(&[annotation]) {
                self.cloud(&id, cloud, title, made);
            }
        }
    }

    /// Notes that a pod runs with an account. One without a word of its own leaves it to the account whether it gets
    /// its token.
    pub fn pod(&mut self, pod: &Object) {
        let status = pod.status.get().and_then(|status| status.phase.text());
        let (Some(namespace), Some(spec)) = (pod.namespace(), pod.spec.get()) else { return };
        let Some(name) = spec.service_account_name.text() else { return };
        let id = self.named(namespace, name);
        let Some(known) = self.known.get_mut(&id).filter(|_| status == Some("Running")) else { return };
        match spec.automount_service_account_token.get() {
            Some(gets_token) => known.runs |= *gets_token,
            None => known.may_run = true,
        }
    }

    /// The id of a service account, which is remembered.
    pub fn named(&mut self, namespace: &str, name: &str) -> String {
        let id = format!("{SERVICE}{namespace}:{name}");
        self.user(&id);
        id
    }

    /// Remembers whoever signs in under a name.
    pub fn user(&mut self, name: &str) {
        if self.known.contains_key(name) {
            return;
        }
        let mut account = Account {
            id: name.to_owned(),
            source: Some(self.source.clone()),
            name: name.to_owned(),
            ..Account::default()
        };
        let rule = if let Some((namespace, own)) = service_account(name) {
            account.name = format!("{namespace}/{own}");
            account.suspected = suspect(own);
            "kubernetes.service-account/1"
        } else if name.starts_with("system:") && name != ANONYMOUS {
            "kubernetes.user.system/1"
        } else {
            account.suspected = suspect(name).filter(|_| name != ANONYMOUS);
            ""
        };
        if !rule.is_empty() {
            account.class = Fact::Known(Class::Machine);
            rule.clone_into(&mut account.class_rule);
            account.suspected = account.suspected.filter(|guess| guess.class != Class::Machine);
        }
        let known = Known { account, runs: false, may_run: false, is_shy: false };
        self.known.insert(name.to_owned(), known);
    }

    /// Notes when an account was used.
    pub fn used(&mut self, id: &str, at: Fact<Timestamp>) {
        if let Some(known) = self.known.get_mut(id) {
            let newest = known.account.last_seen.known().max(at.known()).copied();
            known.account.last_seen = newest.map_or(Fact::Hidden, Fact::Known);
        }
    }

    /// All accounts by their ids. Whose pods run with its token is in use now; whose do not may still be used by
    /// others, who stand in the audit log only.
    pub fn finish(mut self, at: Timestamp) -> Vec<Account> {
        let runs = |known: &Known| known.runs || (known.may_run && !known.is_shy);
        let running: Vec<String> =
            self.known.iter().filter(|(_, known)| runs(known)).map(|(id, _)| id.clone()).collect();
        for id in running {
            self.used(&id, Fact::Known(at));
        }
        self.known.into_values().map(|known| known.account).collect()
    }

    /// Who may become another identity is not that identity: it holds something of which the cluster does not say what
    /// it gives.
    fn cloud(&self, account: &str, cloud: &str, title: &str, made: &mut Made) {
        let id = format!("cloud/{cloud}");
        made.records.push(Record::Entitlement(Entitlement {
            id: id.clone(),
            source: Some(self.source.clone()),
            title: format!("{title} {cloud}"),
            kind: EntitlementKind::Role,
            is_general_admin: Fact::Hidden,
            document: None,
        }));
        made.records.push(Record::Grant(Grant {
            account: account.to_owned(),
            entitlement: id,
            source: Some(self.source.clone()),
            expires: Fact::Absent,
            ..Grant::default()
        }));
    }
}

/// The namespace and the name of a service account, from its id.
pub fn service_account(id: &str) -> Option<(&str, &str)> {
    let (namespace, name) = id.strip_prefix(SERVICE)?.split_once(':')?;
    (!namespace.is_empty() && !name.is_empty()).then_some((namespace, name))
}

/// Takes the class that is written down, or that a label tells.
fn classify(account: &mut Account, object: &Object, made: &mut Made) {
    if let Some(text) = object.mark(CLASSES) {
        if let Some(class) = Class::parse(&text.to_lowercase()) {
            set(account, class, "kubernetes.label.identity-class/1");
            account.is_class_declared = true;
        } else {
            let reason = format!("its `identity-class` is `{text}`; human, machine and ai are classes");
            made.refuse(account.id.clone(), reason);
        }
    } else if object.mark(COMPONENT) == Some(AGENT) {
        set(account, Class::Ai, "kubernetes.label.ai-agent/1");
    }
}

fn set(account: &mut Account, class: Class, rule: &str) {
    account.class = Fact::Known(class);
    rule.clone_into(&mut account.class_rule);
    account.suspected = None;
}

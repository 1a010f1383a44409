//! Kubernetes: rules, and the cluster roles that come with it.
//!
//! A rule is written `get,list secrets`: verbs, a blank, resources with their group and sub-resource
//! (`deployments.apps/scale`), several joined by commas. The resource of the grant says where it holds: empty for the
//! cluster, `namespace/kube-system`, `namespace/shop/pods/web` for single names.

mod rule;

use super::family::{Asked, Family, Gives, Meant, Way, plain};
use crate::model::privilege::{Access, Scope, Tier};
use rule::Rule;

/// The family.
pub static FAMILY: Family = Family { systems: &["kubernetes", "k8s"], judge, scope };

const RULES: &str = "Kubernetes rules: Kubernetes documentation; risky ones as rbac-police (MIT) names them";

const EVERYTHING: &[&str] = &["* *"];

/// Roles and groups that come with a cluster.
static BUILT_IN: &[(&[&str], &[&str])] = &[
    (&["cluster-admin", "system:masters"], EVERYTHING),
    (
        &["admin"],
        &[
            "* pods,pods/exec,pods/attach,pods/portforward,services,configmaps,secrets,serviceaccounts",
            "* deployments.apps,daemonsets.apps,statefulsets.apps,jobs.batch,cronjobs.batch",
            "create serviceaccounts/token",
            "* roles.rbac.authorization.k8s.io,rolebindings.rbac.authorization.k8s.io",
        ],
    ),
    (
        &["edit"],
        &[
            "* pods,pods/exec,pods/attach,pods/portforward,services,configmaps,secrets,serviceaccounts",
            "* deployments.apps,daemonsets.apps,statefulsets.apps,jobs.batch,cronjobs.batch",
            "create serviceaccounts/token",
        ],
    ),
    (
        &["view"],
        &[
            "get,list,watch pods,pods/log,services,configmaps,serviceaccounts,events",
            "get,list,watch deployments.apps,daemonsets.apps,statefulsets.apps,jobs.batch,cronjobs.batch",
        ],
    ),
    (
        &["system:node", "system:nodes"],
        &["get,list,watch secrets,configmaps,pods", "create,update,patch nodes"],
    ),
    (&["system:discovery", "system:basic-user", "system:public-info-viewer"], &["get /version,/healthz"]),
    (&["system:kube-controller-manager"], &["get,list,watch *", "create serviceaccounts/token"]),
    (&["system:kube-scheduler"], &["get,list,watch pods,nodes", "create pods/binding"]),
    (&["system:aggregate-to-view"], &["get,list,watch pods,services,configmaps"]),
    (&["system:monitoring"], &["get /metrics"]),
];

macro_rules! ways {
    ($($name:ident $id:literal $title:literal $leads:literal [$($assumes:literal),*];)*) => {
        $(static $name: Way =
            Way { id: $id, title: $title, leads_to: $leads, assumes: &[$($assumes),*] };)*
    };
}

ways! {
    BIND "k8s-bind" "Bind any role to itself" "cluster-admin" ["it may create or change bindings too"];
    ESCALATE "k8s-escalate" "Put any right into a role" "cluster-admin" ["it may change a role that it holds"];
    IMPERSONATE "k8s-impersonate" "Act as any user or group" "system:masters" [];
    TOKEN "k8s-token" "Issue a token of any service account" "the strongest service account" [];
    EXEC "k8s-exec" "Run commands in any pod" "the strongest service account that a pod has" [];
    SECRETS "k8s-secrets" "Read any secret, tokens among them" "service accounts with a token in a secret" [];
    NODES "k8s-nodes-proxy" "Reach the kubelets of all nodes" "every pod of the cluster" [];
    APPROVE "k8s-approve-certificate" "Approve a certificate for any name" "system:masters" ["it may ask for one too"];
    PODS "k8s-create-pods" "Run a pod with any service account, or with a node's disk" "the nodes"
        ["no admission policy forbids such pods"];
}

/// What one verb on one resource means.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Judged {
    access: Access,
    tier: Tier,
    way: Option<&'static Way>,
}

fn judge(asked: &Asked<'_>) -> Option<Meant> {
    let last = asked.name.rsplit('/').next().unwrap_or(asked.name);
    let wanted = plain(last);
    // A role of a namespace, or of a cloud, only happens to be called like one that comes with a cluster.
    if ["role/", "cloud/"].iter().any(|own| asked.name.starts_with(own)) {
        return None;
    }
    let is_called =
        |names: &[&str]| !asked.name.trim().contains(' ') && names.iter().any(|name| plain(name) == wanted);
    let place = Place::read(asked.resource.unwrap_or_default());
    let rules: Vec<Rule> = match BUILT_IN.iter().find(|(names, _)| is_called(names)) {
        // What its source does not spell out may have been changed; only everything cannot be more than it is.
        Some((_, rules)) if is_role(asked.name) && *rules != EVERYTHING => return None,
        Some((_, rules)) => rules.iter().filter_map(|text| Rule::read(text)).collect(),
        None if is_role(asked.name) => return None,
        None => vec![Rule::read(asked.name)?],
    };
    let mut meant = Meant { source: RULES, is_pivotal: place.is_system, ..Meant::default() };
    for rule in &rules {
        add(rule, &place, &mut meant);
    }
    meant.gives = Gives::joined(meant.gives);
    Some(meant)
}

/// Whether a name is that of a cluster role as its source writes it, and so no rule, whatever it is called.
fn is_role(name: &str) -> bool {
    ["clusterrole/", "clusterrole-in-namespace/"].iter().any(|own| name.starts_with(own))
}

fn add(rule: &Rule, place: &Place, to: &mut Meant) {
    to.is_control |= rule.is_everything();
    for (verb, resource) in rule.pairs() {
        for (group, kind, verb) in rule::spread(verb, resource) {
            let judged = one(verb, &group, &kind);
            let tier = if place.is_system { Tier::Control } else { judged.tier };
            let name = format!("{verb} {kind}");
            let gives = Gives::one(&group, &name, judged.access, tier, Scope::Tenant);
            let is_grave = matches!(verb, "delete" | "deletecollection");
            to.gives.push(Gives { is_whole: resource == "*", ..gives.grave(is_grave) });
            if let Some(way) = judged.way.filter(|way| !to.ways.contains(way)) {
                to.ways.push(way);
            }
        }
    }
}

/// One verb on one kind of resource.
fn one(verb: &str, group: &str, kind: &str) -> Judged {
    let changes = matches!(verb, "create" | "update" | "patch");
    let risky = |way| Judged { access: Access::Admin, tier: Tier::Control, way };
    let of_base = kind.split('/').next().unwrap_or(kind);
    match (verb, kind) {
        ("bind", _) => risky(Some(&BIND)),
        ("escalate", _) => risky(Some(&ESCALATE)),
        ("impersonate", _) => risky(Some(&IMPERSONATE)),
        ("approve" | "sign", _) => risky(Some(&APPROVE)),
        (_, "secrets") if matches!(verb, "get" | "list" | "watch") => risky(Some(&SECRETS)),
        (_, "secrets") => Judged { access: Access::Write, tier: Tier::Control, way: None },
        (_, "pods/exec" | "pods/attach" | "pods/ephemeralcontainers") => risky(Some(&EXEC)),
        (_, "serviceaccounts/token") if changes => risky(Some(&TOKEN)),
        (_, "nodes/proxy") => risky(Some(&NODES)),
        (_, "certificatesigningrequests/approval") if changes => risky(Some(&APPROVE)),
        (_, "clusterroles" | "roles" | "clusterrolebindings" | "rolebindings") if changes => risky(None),
        _ => ordinary(verb, (group, kind, of_base)),
    }
}

fn ordinary(verb: &str, (group, kind, of_base): (&str, &str, &str)) -> Judged {
    let access = match verb {
        "list" | "watch" => Access::List,
        "get" => Access::Read,
        _ => Access::Write,
    };
    let is_workload = rule::WORKLOADS.contains(&of_base);
    let is_core = ["nodes", "persistentvolumes"].contains(&of_base)
        || of_base.ends_with("webhookconfigurations")
        || group == "rbac.authorization.k8s.io";
    let tier = match access {
        Access::Write if is_core => Tier::Control,
        Access::Write if rule::is_known(group, of_base) => Tier::Management,
        _ if rule::is_known(group, of_base) || kind.starts_with('/') => Tier::Ordinary,
        _ => Tier::Unknown,
    };
    let starts = matches!(verb, "create" | "update" | "patch") && is_workload && !kind.contains('/');
    Judged { access, tier, way: starts.then_some(&PODS) }
}

/// Where a rule holds.
struct Place {
    /// Whether it is the namespace of the control plane itself.
    is_system: bool,
}

impl Place {
    fn read(resource: &str) -> Self {
        let small = resource.to_lowercase();
        let namespace = small.strip_prefix("namespace/").or_else(|| small.strip_prefix("ns/"));
        let name = namespace.and_then(|rest| rest.split('/').next()).unwrap_or_default();
        Self { is_system: name == "kube-system" }
    }
}

/// The cluster, a namespace, or single names.
fn scope(resource: &str) -> Option<Scope> {
    let small = resource.trim().to_lowercase();
    let parts: Vec<&str> = small.split('/').filter(|part| !part.is_empty()).collect();
    match parts.as_slice() {
        [] | ["*" | "cluster"] => Some(Scope::Tenant),
        ["namespace" | "ns", _] => Some(Scope::Group),
        ["namespace" | "ns" | "name", _, ..] => Some(Scope::Resource),
        _ => None,
    }
}

/// Every name of the tables.
#[cfg(test)]
pub fn names() -> Vec<String> {
    let roles = BUILT_IN.iter().flat_map(|(names, _)| names.iter().map(|name| (*name).to_owned()));
    roles.chain(rule::every()).collect()
}

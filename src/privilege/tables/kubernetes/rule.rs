//! The text of a rule, read leniently, and the resources that come with Kubernetes.

/// Verbs of the API.
const VERBS: &[&str] = &[
    "get",
    "list",
    "watch",
    "create",
    "update",
    "patch",
    "delete",
    "deletecollection",
    "bind",
    "escalate",
    "impersonate",
    "approve",
    "sign",
    "use",
    "post",
    "put",
    "head",
    "options",
    "*",
];

/// Resources by their group; the core group is `core`.
static KNOWN: &[(&str, &[&str])] = &[
    (
        "core",
        &[
            "bindings",
            "configmaps",
            "endpoints",
            "events",
            "limitranges",
            "namespaces",
            "nodes",
            "persistentvolumeclaims",
            "persistentvolumes",
            "pods",
            "podtemplates",
            "replicationcontrollers",
            "resourcequotas",
            "secrets",
            "serviceaccounts",
            "services",
            "users",
            "groups",
        ],
    ),
    ("apps", &["controllerrevisions", "daemonsets", "deployments", "replicasets", "statefulsets"]),
    ("batch", &["cronjobs", "jobs"]),
    ("autoscaling", &["horizontalpodautoscalers"]),
    ("policy", &["poddisruptionbudgets", "podsecuritypolicies"]),
    ("networking.k8s.io", &["ingressclasses", "ingresses", "ipaddresses", "networkpolicies", "servicecidrs"]),
    ("discovery.k8s.io", &["endpointslices"]),
    ("events.k8s.io", &["events"]),
    ("coordination.k8s.io", &["leases"]),
    ("scheduling.k8s.io", &["priorityclasses"]),
    ("node.k8s.io", &["runtimeclasses"]),
    (
        "storage.k8s.io",
        &["csidrivers", "csinodes", "csistoragecapacities", "storageclasses", "volumeattachments"],
    ),
    ("rbac.authorization.k8s.io", &["clusterrolebindings", "clusterroles", "rolebindings", "roles"]),
    ("certificates.k8s.io", &["certificatesigningrequests", "clustertrustbundles", "signers"]),
    (
        "admissionregistration.k8s.io",
        &[
            "mutatingwebhookconfigurations",
            "validatingadmissionpolicies",
            "validatingadmissionpolicybindings",
            "validatingwebhookconfigurations",
        ],
    ),
    ("apiextensions.k8s.io", &["customresourcedefinitions"]),
    ("apiregistration.k8s.io", &["apiservices"]),
    ("authentication.k8s.io", &["selfsubjectreviews", "tokenreviews", "uids", "userextras"]),
    (
        "authorization.k8s.io",
        &[
            "localsubjectaccessreviews",
            "selfsubjectaccessreviews",
            "selfsubjectrulesreviews",
            "subjectaccessreviews",
        ],
    ),
    ("metrics.k8s.io", &["nodes", "pods"]),
];

/// Resources that make pods.
pub const WORKLOADS: &[&str] = &[
    "cronjobs",
    "daemonsets",
    "deployments",
    "jobs",
    "pods",
    "podtemplates",
    "replicasets",
    "replicationcontrollers",
    "statefulsets",
];

/// The verbs that work on every resource.
const ORDINARY: &[&str] =
    &["get", "list", "watch", "create", "update", "patch", "delete", "deletecollection"];

/// What is named apart when everything is allowed: verbs on resources that give more than they say.
const APART: &[(&str, &str, &str)] = &[
    ("core", "pods/exec", "create"),
    ("core", "serviceaccounts/token", "create"),
    ("core", "nodes/proxy", "get"),
    ("core", "users", "impersonate"),
    ("rbac.authorization.k8s.io", "clusterroles", "bind"),
    ("rbac.authorization.k8s.io", "clusterroles", "escalate"),
    ("certificates.k8s.io", "certificatesigningrequests/approval", "update"),
];

/// Verbs on resources.
#[derive(Debug, PartialEq, Eq)]
pub struct Rule {
    verbs: Vec<String>,
    resources: Vec<String>,
}

impl Rule {
    /// Reads `get,list secrets`; also with brackets, quotes, other separators, or the resources first. `None` where
    /// a verb is not one of the API.
    pub fn read(text: &str) -> Option<Self> {
        let clean: String =
            text.chars().filter(|c| !matches!(c, '[' | ']' | '"' | '\'' | '(' | ')')).collect();
        let clean = clean.trim().to_lowercase().replace(", ", ",").replace(['|', ';'], ",");
        let list = |text: &str| -> Vec<String> {
            text.split(',').filter(|word| !word.is_empty()).map(str::to_owned).collect()
        };
        let parts: Vec<Vec<String>> =
            clean.split([' ', '\t', ':']).map(list).filter(|part| !part.is_empty()).collect();
        let are_verbs = |part: &&Vec<String>| part.iter().all(|word| VERBS.contains(&word.as_str()));
        // At least one part is the resources; `*` may be either.
        let most = parts.len().checked_sub(1)?;
        let before = parts.iter().take(most).take_while(are_verbs).count();
        let behind = parts.iter().rev().take(most).take_while(are_verbs).count();
        let (verbs, resources) = match (before, parts.len() - behind) {
            (0, whole) if whole == parts.len() => return None,
            (0, from) => (parts.get(from..)?, parts.get(..from)?),
            (to, _) => (parts.get(..to)?, parts.get(to..)?),
        };
        Some(Self { verbs: verbs.concat(), resources: resources.concat() })
    }

    /// Every verb with every resource.
    pub fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        let verbs = self.verbs.iter().map(String::as_str);
        verbs.flat_map(|verb| self.resources.iter().map(move |resource| (verb, resource.as_str())))
    }

    /// Whether it is everything on everything.
    pub fn is_everything(&self) -> bool {
        self.pairs().any(|(verb, resource)| verb == "*" && matches!(resource, "*" | "*.*"))
    }
}

/// What a pair covers: the group, the resource with its sub-resource, and the verb. `*` stands for all that come with
/// Kubernetes.
pub fn spread<'a>(verb: &'a str, resource: &str) -> Vec<(String, String, &'a str)> {
    let verbs: &[&'a str] = if verb == "*" { ORDINARY } else { &[verb] };
    if resource.starts_with('/') {
        return verbs.iter().map(|verb| ("non-resource".to_owned(), resource.to_owned(), *verb)).collect();
    }
    let (named, sub) = resource.split_once('/').unwrap_or((resource, ""));
    let (kind, group) = named.split_once('.').unwrap_or((named, ""));
    let full = |kind: &str| if sub.is_empty() { kind.to_owned() } else { format!("{kind}/{sub}") };
    let mut kinds: Vec<(String, String)> = Vec::new();
    if kind == "*" {
        for (own, known) in KNOWN.iter().filter(|(own, _)| matches!(group, "" | "*") || *own == group) {
            kinds.extend(known.iter().map(|kind| ((*own).to_owned(), full(kind))));
        }
    } else {
        let is_it =
            |(own, known): &&(&str, &[&str])| (group.is_empty() || *own == group) && known.contains(&kind);
        let own = KNOWN.iter().find(is_it).map(|(own, _)| *own);
        kinds.push((own.unwrap_or(if group.is_empty() { "core" } else { group }).to_owned(), full(kind)));
    }
    if kinds.is_empty() {
        kinds.push((group.to_owned(), full("*")));
    }
    let each =
        kinds.iter().flat_map(|(group, kind)| verbs.iter().map(|verb| (group.clone(), kind.clone(), *verb)));
    each.chain(apart(verb, (kind, group, sub))).collect()
}

/// What everything covers that is named apart: further verbs of a resource, and sub-resources of all resources.
fn apart<'a>(
    verb: &str,
    (kind, group, sub): (&str, &str, &str),
) -> impl Iterator<Item = (String, String, &'a str)> {
    let covers = |one: &&(&'static str, &'static str, &'static str)| {
        let (own, full, needed) = **one;
        let (base, below) = full.split_once('/').unwrap_or((full, ""));
        let is_further = !ORDINARY.contains(&needed);
        let is_group = matches!(group, "" | "*") || group == own;
        // `*` covers sub-resources, a resource by itself does not.
        let is_kind =
            (kind == "*" && (sub.is_empty() || sub == below)) || (is_further && kind == base && sub == below);
        (verb == "*" || (verb == needed && kind == "*")) && is_group && is_kind
    };
    let covered: Vec<_> = APART.iter().filter(covers).collect();
    covered.into_iter().map(|(own, full, needed)| ((*own).to_owned(), (*full).to_owned(), *needed))
}

/// Whether a resource comes with Kubernetes.
pub fn is_known(group: &str, kind: &str) -> bool {
    KNOWN.iter().any(|(own, kinds)| *own == group && (kind == "*" || kinds.contains(&kind)))
}

/// Every verb on every resource, as rules.
#[cfg(test)]
pub fn every() -> impl Iterator<Item = String> {
    let resources = KNOWN.iter().flat_map(|(group, kinds)| kinds.iter().map(move |kind| (group, kind)));
    resources.flat_map(|(group, kind)| {
        VERBS.iter().map(move |verb| {
            if *group == "core" { format!("{verb} {kind}") } else { format!("{verb} {kind}.{group}") }
        })
    })
}

//! Kubernetes: objects of `kubectl get -o json` become accounts, grants and credentials, in every arrangement.

use std::collections::BTreeSet;
use std::fs;

use proptest::prelude::*;
use serde_json::{Value, json};
use trueup::metrics::{Inventory, merge};
use trueup::model::inventory::{Account, Class, Credential, EntitlementKind, Fact, Grant, Record};
use trueup::model::merged::Feed;
use trueup::model::pull::Pulled;

use super::desk::Desk;
use super::kit;
use super::registers;
use super::usage::read;

const SAMPLES: [&str; 4] = ["clusterrbac", "pods", "rolebindings", "serviceaccounts"];
const RBAC: &str = "rbac.authorization.k8s.io/v1";

fn sample(name: &str) -> Option<Value> {
    let path = kit::shared(&format!("specs/kubernetes/kubectl-{name}.json"))?;
    Some(serde_json::from_slice(&fs::read(path).unwrap()).unwrap())
}

fn items(list: &Value) -> &[Value] {
    list["items"].as_array().unwrap()
}

/// All objects of the real cluster; `None` where the samples are absent.
fn cluster() -> Option<Vec<Value>> {
    let lists: Option<Vec<Value>> = SAMPLES.iter().map(|name| sample(name)).collect();
    Some(lists?.iter().flat_map(|list| items(list).to_vec()).collect())
}

fn list(objects: &[Value]) -> String {
    json!({"apiVersion": "v1", "items": objects, "kind": "List", "metadata": {"resourceVersion": ""}})
        .to_string()
}

fn pulled(objects: &[Value]) -> Pulled {
    read("cluster.json", list(objects).as_bytes()).unwrap_or_else(|error| panic!("{error}"))
}

fn accounts(pulled: &Pulled) -> Vec<&Account> {
    let found = pulled.records.iter().filter_map(|record| match record {
        Record::Account(one) => Some(one),
        _ => None,
    });
    found.collect()
}

fn grants(pulled: &Pulled) -> Vec<&Grant> {
    let found = pulled.records.iter().filter_map(|record| match record {
        Record::Grant(one) => Some(one),
        _ => None,
    });
    found.collect()
}

fn credentials(pulled: &Pulled) -> Vec<&Credential> {
    let found = pulled.records.iter().filter_map(|record| match record {
        Record::Credential(one) => Some(one),
        _ => None,
    });
    found.collect()
}

/// What was counted as unknown, by its subject.
fn refused(content: &str) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("cluster.json");
    fs::write(&file, content).unwrap();
    registers::pull("kubernetes-objects", &file).unwrap_or_else(|error| panic!("{error}")).refused
}

fn service_account(namespace: &str, name: &str) -> Value {
    json!({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": name, "namespace": namespace,
        "creationTimestamp": "2026-01-01T00:00:00Z"}})
}

fn cluster_role(name: &str, rules: &Value) -> Value {
    json!({"apiVersion": RBAC, "kind": "ClusterRole", "metadata": {"name": name}, "rules": rules})
}

fn everything() -> Value {
    json!([{"apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]}, {"nonResourceURLs": ["*"], "verbs": ["*"]}])
}

fn subject(kind: &str, name: &str) -> Value {
    json!({"kind": kind, "name": name, "namespace": "shop"})
}

fn bound(name: &str, role: &str, subjects: &[Value]) -> Value {
    json!({"apiVersion": RBAC, "kind": "ClusterRoleBinding", "subjects": subjects,
        "metadata": {"name": name, "creationTimestamp": "2026-01-02T00:00:00Z"},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": role}})
}

fn bound_in(namespace: &str, name: &str, (kind, role): (&str, &str), subjects: &[Value]) -> Value {
    json!({"apiVersion": RBAC, "kind": "RoleBinding", "subjects": subjects,
        "metadata": {"name": name, "namespace": namespace},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": kind, "name": role}})
}

fn pod(name: &str, account: &str, phase: &str, gets_token: Option<bool>) -> Value {
    json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name, "namespace": "shop",
        "creationTimestamp": "2026-01-03T00:00:00Z"},
        "spec": {"serviceAccountName": account, "automountServiceAccountToken": gets_token},
        "status": {"phase": phase, "conditions": [{"lastTransitionTime": "2026-02-01T00:00:00Z"}]}})
}

/// Everything of an inventory but which file said it.
fn told(inventory: &Inventory) -> String {
    let mut plain = inventory.clone();
    plain.sources.clear();
    plain.identities.iter_mut().for_each(|identity| identity.seen_by.clear());
    format!("{plain:#?}")
}

/// The scores of a file's identities, by name.
fn scores(objects: &[Value]) -> Vec<(String, Value)> {
    let desk = Desk::new();
    let file = desk.file("cluster.json", list(objects));
    let listed = desk.json(&["identities", &file]);
    let rows = listed.as_array().unwrap();
    rows.iter().map(|row| (row["name"].as_str().unwrap().to_owned(), row.clone())).collect()
}

#[test]
fn the_real_cluster_is_taken_over_count_by_count() {
    let Some(objects) = cluster() else { return };
    let of = |kind: &str| objects.iter().filter(|one| one["kind"] == kind).collect::<Vec<_>>();
    let pulled = pulled(&objects);
    let mut names = BTreeSet::new();
    let id = |namespace: &Value, name: &Value| {
        format!("system:serviceaccount:{}:{}", namespace.as_str().unwrap(), name.as_str().unwrap())
    };
    for one in of("ServiceAccount") {
        names.insert(id(&one["metadata"]["namespace"], &one["metadata"]["name"]));
    }
    for one in of("Pod") {
        names.insert(id(&one["metadata"]["namespace"], &one["spec"]["serviceAccountName"]));
    }
    let bindings = [of("ClusterRoleBinding"), of("RoleBinding")].concat();
    let subjects: Vec<&Value> =
        bindings.iter().filter_map(|one| one["subjects"].as_array()).flatten().collect();
    for one in &subjects {
        match one["kind"].as_str().unwrap() {
            "ServiceAccount" => names.insert(id(&one["namespace"], &one["name"])),
            "User" => names.insert(one["name"].as_str().unwrap().to_owned()),
            _ => false,
        };
    }
    let made: BTreeSet<String> = accounts(&pulled).iter().map(|one| one.id.clone()).collect();
    assert_eq!(made, names);
    assert_eq!(accounts(&pulled).len(), names.len(), "each once");
    let is_service = |name: &&String| name.starts_with("system:serviceaccount:");
    let services = names.iter().filter(is_service).count();
    let group =
        |wanted: &str| subjects.iter().filter(|one| one["kind"] == "Group" && one["name"] == wanted).count();
    let direct = subjects.iter().filter(|one| one["kind"] != "Group").count();
    let clouds = of("ServiceAccount")
        .iter()
        .filter(|one| one["metadata"]["annotations"].to_string().contains("eks.amazonaws.com/role-arn"))
        .count();
    assert!(clouds > 0 && direct > 0 && group("system:authenticated") > 0);
    let broad = group("system:authenticated") * names.len() + group("system:serviceaccounts") * services;
    assert_eq!(grants(&pulled).len(), direct + clouds + broad);
    let roles = pulled.records.iter().filter(|record| {
        matches!(record, Record::Entitlement(one) if one.id.starts_with("clusterrole/") && one.document.is_some())
    });
    assert_eq!(roles.count(), of("ClusterRole").len());
    let admins: Vec<_> = pulled
        .records
        .iter()
        .filter_map(|record| match record {
            Record::Entitlement(one) if one.is_general_admin == Fact::Known(true) => Some(one.id.as_str()),
            _ => None,
        })
        .collect();
    assert_eq!(admins, ["clusterrole/cluster-admin"]);
    let newest =
        objects.iter().filter_map(|one| one["metadata"]["creationTimestamp"].as_str()).max().unwrap();
    let newest = objects.iter().filter_map(|one| one["status"]["startTime"].as_str()).chain([newest]).max();
    assert_eq!(pulled.manifest.taken.to_string(), newest.unwrap());
}

#[test]
fn files_of_one_cluster_stand_beside_each_other_and_make_the_same_inventory() {
    let Some(objects) = cluster() else { return };
    // What is bound to all service accounts has to stand beside them.
    let is_broad = |one: &Value| one["subjects"].to_string().contains("\"Group\"");
    let whole: Vec<Value> = objects.iter().filter(|one| !is_broad(one)).cloned().collect();
    let together = merge(&[read("all.json", list(&whole).as_bytes()).unwrap()]);
    let kinds: BTreeSet<&str> = whole.iter().map(|one| one["kind"].as_str().unwrap()).collect();
    let parts = kinds.iter().map(|kind| {
        let part: Vec<Value> = whole.iter().filter(|one| one["kind"] == *kind).cloned().collect();
        read(&format!("{kind}.json"), list(&part).as_bytes()).unwrap()
    });
    let parts = merge(&parts.collect::<Vec<_>>());
    assert_eq!(parts.sources.len(), kinds.len());
    assert_eq!(told(&parts), told(&together));
}

#[test]
fn a_role_in_another_file_tells_what_a_binding_gives() {
    let desk = Desk::new();
    let rules = json!([{"apiGroups": [""], "resources": ["secrets"], "verbs": ["get"]}]);
    let all = [
        service_account("shop", "web"),
        cluster_role("view", &rules),
        bound("b", "view", &[subject("ServiceAccount", "web")]),
    ];
    let files: Vec<String> = all
        .iter()
        .enumerate()
        .map(|(at, one)| desk.file(&format!("{at}.json"), list(std::slice::from_ref(one))))
        .collect();
    let whole = desk.file("whole.json", list(&all));
    let apart = desk.json(&["identities", &files[0], &files[1], &files[2]]);
    let together = desk.json(&["identities", &whole]);
    assert_eq!(apart, together);
    let score = |listed: &Value| listed[0]["privilege"]["score"]["point"].as_f64().unwrap();
    // The built-in role of that name only reads what is no secret.
    let alone = desk.json(&["identities", &files[0], &files[2]]);
    assert!(score(&together) > score(&alone), "{together:#}{alone:#}");
}

#[test]
fn a_cluster_administrator_scores_high_and_a_viewer_low() {
    let reads =
        json!([{"apiGroups": [""], "resources": ["pods", "services"], "verbs": ["get", "list", "watch"]}]);
    let rows = scores(&[
        service_account("shop", "root"),
        service_account("shop", "reader"),
        service_account("shop", "shut-in"),
        cluster_role("cluster-admin", &everything()),
        cluster_role("view", &reads),
        bound("a", "cluster-admin", &[subject("ServiceAccount", "root")]),
        bound("b", "view", &[subject("ServiceAccount", "reader")]),
        bound_in("shop", "c", ("ClusterRole", "cluster-admin"), &[subject("ServiceAccount", "shut-in")]),
    ]);
    let row = |name: &str| &rows.iter().find(|(own, _)| own == name).unwrap().1;
    let score = |name: &str| row(name)["privilege"]["score"]["point"].as_f64().unwrap();
    assert!(score("shop/root") >= 67.0, "{:#}", row("shop/root"));
    assert!(score("shop/reader") <= 33.0, "{:#}", row("shop/reader"));
    assert!(score("shop/shut-in") < score("shop/root"));
    assert!(rows.iter().all(|(_, row)| row["class"] == "machine"), "{rows:?}");
}

#[test]
fn an_administrator_of_one_namespace_is_none_of_the_cluster() {
    let pulled = pulled(&[
        service_account("shop", "web"),
        cluster_role("root", &everything()),
        bound("a", "root", &[subject("User", "anna@example.com")]),
        bound_in("shop", "b", ("ClusterRole", "root"), &[subject("ServiceAccount", "web")]),
    ]);
    let inventory = merge(&[pulled]);
    let admins: Vec<_> =
        inventory.grants.iter().map(|one| (one.is_general_admin, one.resource.as_deref())).collect();
    assert!(admins.contains(&(Fact::Known(true), None)) && admins.len() == 2, "{admins:?}");
    assert!(admins.contains(&(Fact::Known(false), Some("namespace/shop"))), "{admins:?}");
}

#[test]
fn who_may_become_a_cloud_role_is_not_that_role() {
    let arn = "arn:aws:iam::123456789012:role/admin";
    let mut account = service_account("shop", "web");
    account["metadata"]["annotations"] = json!({"eks.amazonaws.com/role-arn": arn});
    let inventory = merge(&[
        pulled(&[account]),
        read(
            "roles.json",
            json!({"RoleDetailList": [{"RoleName": "admin", "Arn": arn}]}).to_string().as_bytes(),
        )
        .unwrap(),
    ]);
    assert_eq!(inventory.identities.len(), 2);
    let held = &inventory.grants[0];
    assert_eq!(&*held.title, format!("AWS role {arn}"));
    assert_eq!((held.kind, held.is_general_admin), (EntitlementKind::Role, Fact::Hidden));
}

#[test]
fn classes_come_from_rules_and_labels_and_users_have_none() {
    let mut agent = service_account("shop", "helper");
    agent["metadata"]["labels"] = json!({"app.kubernetes.io/component": "ai-agent", "team": "sales"});
    let mut declared = service_account("shop", "declared");
    declared["metadata"]["annotations"] = json!({"identity-class": "AI"});
    let users = ["anna", "system:kube-scheduler", "system:anonymous", "system:serviceaccount:shop:web"];
    let users: Vec<Value> = users.iter().map(|name| subject("User", name)).collect();
    let pulled =
        pulled(&[agent, declared, service_account("shop", "invoice-agent"), bound("b", "view", &users)]);
    let of = |id: &str| {
        let all = accounts(&pulled);
        let one = *all.iter().find(|one| one.id.ends_with(id)).unwrap();
        (one.class, one.class_rule.as_str().to_owned(), one.is_class_declared, one.suspected.clone())
    };
    let machine = Fact::Known(Class::Machine);
    assert_eq!(
        of(":helper"),
        (Fact::Known(Class::Ai), "kubernetes.label.ai-agent/1".to_owned(), false, None)
    );
    assert_eq!(
        of(":declared"),
        (Fact::Known(Class::Ai), "kubernetes.label.identity-class/1".to_owned(), true, None)
    );
    let guessed = of(":invoice-agent");
    assert_eq!((guessed.0, guessed.3.unwrap().class), (machine, Class::Ai));
    assert_eq!(of("anna"), (Fact::Hidden, String::new(), false, None));
    assert_eq!(of("kube-scheduler").1, "kubernetes.user.system/1");
    assert_eq!(of("anonymous").0, Fact::Hidden);
    assert_eq!(of("shop:web").1, "kubernetes.service-account/1");
    let all = accounts(&pulled);
    let owner = |id: &str| &all.iter().find(|one| one.id.ends_with(id)).unwrap().owner;
    assert_eq!((owner(":helper"), owner(":declared")), (&Fact::Known("sales".to_owned()), &Fact::Hidden));
}

#[test]
fn use_is_told_by_running_pods_and_tokens_only() {
    let mut shy = service_account("shop", "shy");
    shy["automountServiceAccountToken"] = json!(false);
    let token = json!({"apiVersion": "v1", "kind": "Secret", "type": "kubernetes.io/service-account-token",
        "data": {"token": "c2VjcmV0"}, "metadata": {"name": "t", "namespace": "shop",
        "creationTimestamp": "2025-01-01T00:00:00Z", "annotations": {"kubernetes.io/service-account.name": "old"},
        "labels": {"kubernetes.io/legacy-token-last-used": "2025-03-04"}}});
    let pulled = pulled(&[
        pod("a", "runs", "Running", None),
        pod("b", "shy", "Running", None),
        pod("c", "asked", "Running", Some(true)),
        pod("d", "closed", "Running", Some(false)),
        pod("e", "waits", "Pending", None),
        shy,
        token,
        json!({"apiVersion": "v1", "kind": "Secret", "type": "Opaque", "metadata": {"name": "x", "namespace": "shop"}}),
    ]);
    let all = accounts(&pulled);
    let seen = |name: &str| all.iter().find(|one| one.name == format!("shop/{name}")).unwrap().last_seen;
    let time = |text: &str| Fact::Known(text.parse().unwrap());
    let now = time("2026-02-01T00:00:00Z");
    assert_eq!(Fact::Known(pulled.manifest.taken), now);
    for (name, expected) in [("runs", now), ("asked", now), ("old", time("2025-03-04T00:00:00Z"))] {
        assert_eq!(seen(name), expected, "{name}");
    }
    for name in ["shy", "closed", "waits"] {
        assert_eq!(seen(name), Fact::Hidden, "{name}");
    }
    let [token] = credentials(&pulled)[..] else { panic!() };
    assert_eq!((token.id.as_str(), token.last_used), ("secret/shop/t", seen("old")));
    assert_eq!(token.created, time("2025-01-01T00:00:00Z"));
    assert!(!format!("{:?}", pulled.records).contains("c2VjcmV0"));
}

#[test]
fn roles_without_bindings_say_nothing_of_who_holds_them() {
    let inventory = merge(&[pulled(&[service_account("shop", "web"), cluster_role("a", &everything())])]);
    assert!(!inventory.sources[0].feeds.contains(&Feed::Grants));
    let rows = scores(&[service_account("shop", "web"), cluster_role("a", &everything())]);
    assert_eq!(rows[0].1["privilege"], Value::Null, "{rows:?}");
}

#[test]
fn a_role_takes_over_the_rules_of_others_and_ends_with_itself() {
    let label = json!({"to": "sum"});
    let mut sum = cluster_role("sum", &Value::Null);
    sum["metadata"]["labels"] = label.clone();
    sum["aggregationRule"] = json!({"clusterRoleSelectors": [{"matchLabels": label}]});
    let mut part = cluster_role("part", &everything());
    part["metadata"]["labels"] = label;
    let holder = [subject("ServiceAccount", "web")];
    let score = |objects: &[Value]| scores(objects)[0].1["privilege"]["score"]["point"].as_f64().unwrap();
    let direct = score(&[part.clone(), bound("b", "part", &holder)]);
    let summed = score(&[sum.clone(), part, bound("b", "sum", &holder)]);
    assert!(summed >= 67.0 && (direct - summed).abs() < 20.0, "{direct} {summed}");
    let alone = score(&[sum, bound("b", "sum", &holder)]);
    assert!(alone > 0.0, "what nobody tells is not nothing");
}

#[test]
fn what_cannot_be_used_is_named() {
    let refusals = refused(&list(&[
        service_account("shop", "web"),
        service_account("shop", "web"),
        json!({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": null}}),
        json!({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "lost", "namespace": 5}}),
        bound("none", "", &[]),
        bound(
            "odd",
            "view",
            &[
                json!({"kind": "User", "name": null}),
                json!({"kind": "Robot", "name": "r"}),
                json!({"kind": "ServiceAccount", "name": "x"}),
                json!(null),
            ],
        ),
        bound(
            "all",
            "view",
            &[
                subject("Group", "system:authenticated"),
                subject("Group", "system:unauthenticated"),
                subject("Group", "devs"),
            ],
        ),
        bound("b\u{1b}[2J", "gone", &[subject("User", "e\u{1b}[2Jve")]),
        cluster_role("other", &json!([])),
    ]));
    for expected in [
        "serviceaccount/shop/web",
        "ServiceAccount",
        "serviceaccount/lost",
        "clusterrolebinding/none",
        "clusterrolebinding/odd",
        "group system:authenticated",
        "group system:unauthenticated",
        "group devs",
        "clusterrole/view",
        "clusterrole/gone",
    ] {
        assert!(refusals.iter().any(|one| one == expected), "{expected} is not among {refusals:?}");
    }
    assert_eq!(refusals.iter().filter(|one| *one == "clusterrolebinding/odd").count(), 3, "{refusals:?}");
}

#[test]
fn foreign_names_steer_no_terminal() {
    let desk = Desk::new();
    let file = desk.file("c.json", list(&[bound("b", "gone", &[subject("User", "e\u{1b}[2Jve")])]));
    let told = desk.done(&["identities", &file]);
    assert!(told.contains("ve") && !told.contains('\u{1b}'), "{told:?}");
}

#[test]
fn files_that_prove_nothing_are_refused() {
    let cases = [
        (
            list(&[
                json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "a"}, "spec": 5}),
            ]),
            "it lists no account, role, binding, pod or secret, but 1 Deployment",
        ),
        (list(&[]), "it lists no account"),
        (list(&[service_account("a", "b")]).replace(']', ""), "it is not JSON"),
        (list(&[service_account("a", "b")])[..80].to_owned(), "the JSON ends in the middle"),
        (
            r#"{"apiVersion": "v1", "kind": "PodList", "metadata": {"continue": "x"}, "items": []}"#
                .to_owned(),
            "more objects follow",
        ),
        (r#"{"apiVersion": "v1", "kind": "List", "items": 5}"#.to_owned(), "a list `items`"),
    ];
    for (content, expected) in cases {
        let error = read("c.json", content.as_bytes()).unwrap_err();
        assert!(error.contains(expected), "{content}: {error}");
    }
}

#[test]
fn objects_are_the_same_in_every_arrangement_and_the_context_names_the_cluster() {
    let objects = [service_account("shop", "web"), bound("b", "view", &[subject("User", "anna")])];
    let expected = pulled(&objects).records;
    let text = |at: usize| objects[at].to_string();
    let list_of =
        |kind: &str, at: usize| {
            let mut bare = objects[at].clone();
            bare.as_object_mut().unwrap().remove("kind");
            json!({"kind": kind, "apiVersion": objects[at]["apiVersion"], "items": [bare]})
                .to_string()
                .replacen('{', &format!("{{\"kind\": \"{kind}\", "), 1)
        };
    let arrangements = [
        format!("{}\n{}\n", text(0), text(1)),
        format!("[{}, {}]", text(0), text(1)),
        format!("{}{}", list(&objects[..1]), list(&objects[1..])),
        format!("{}{}", list_of("ServiceAccountList", 0), list_of("ClusterRoleBindingList", 1)),
    ];
    for content in arrangements {
        assert_eq!(read("c.json", content.as_bytes()).unwrap().records, expected, "{content}");
    }
    let config = json!({"apiVersion": "v1", "kind": "Config", "current-context": "prod", "contexts": null});
    let named = read("c.json", format!("{config}{}", list(&objects)).as_bytes()).unwrap();
    assert_eq!(named.manifest.source, "kubernetes:prod/c.json");
    assert_eq!(
        merge(&[named]).identities[0].accounts[0].system.as_ref().unwrap().as_str(),
        "kubernetes:prod"
    );
}

#[test]
fn one_huge_object_is_read_past() {
    let mut huge = service_account("shop", "web");
    huge["data"] = json!({"x": "y".repeat(8 << 20)});
    assert_eq!(accounts(&read("c.json", huge.to_string().as_bytes()).unwrap()).len(), 1);
}

#[test]
fn a_log_of_another_system_is_not_taken_for_objects() {
    let event = json!({"eventVersion": "1.11", "userIdentity": {"arn": "arn:aws:iam::111122223333:user/anna"},
        "eventTime": "2026-03-01T10:00:00Z", "eventSource": "ec2.amazonaws.com", "eventName": "RunInstances",
        "apiVersion": "2016-11-15", "requestParameters": {"instancesSet": {"items": [{"kind": "x"}]}}});
    let log = json!({"Records": [event]}).to_string();
    assert_eq!(read("log.json", log.as_bytes()).unwrap().manifest.connector, "aws-cloudtrail");
}

/// A cluster of a few objects.
fn objects() -> impl Strategy<Value = Vec<Value>> {
    let account = (0..3_u8).prop_map(|name| service_account("shop", &format!("sa{name}")));
    let role = (0..3_u8).prop_map(|name| cluster_role(&format!("role{name}"), &everything()));
    let binding = (0..3_u8, 0..4_u8, 0..3_u8).prop_map(|(name, role, who)| {
        let who = [
            subject("ServiceAccount", "sa0"),
            subject("User", "anna"),
            subject("Group", "system:serviceaccounts"),
        ][usize::from(who)]
        .clone();
        bound(&format!("b{name}{role}{who}"), &format!("role{role}"), &[who])
    });
    let running = (0..3_u8).prop_map(|name| pod("p", &format!("sa{name}"), "Running", None));
    let some = proptest::collection::vec(prop_oneof![account, role, binding, running], 0..12);
    // Something with a time, for else the file's own counts.
    some.prop_map(|some| [vec![service_account("shop", "dated")], some].concat())
}

fn noise(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            let is_marks = fields.values().all(Value::is_string);
            fields.values_mut().for_each(noise);
            if !is_marks || fields.contains_key("name") {
                fields.insert("zzz-unknown".to_owned(), json!({"a": [1, null, {"b": true}]}));
            }
        }
        Value::Array(items) => items.iter_mut().for_each(noise),
        _ => {}
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn neither_order_nor_unknown_fields_matter(
        (objects, shuffled) in objects().prop_flat_map(|all| (Just(all.clone()), Just(all).prop_shuffle()))
    ) {
        let one = merge(&[pulled(&objects)]);
        prop_assert_eq!(told(&one), told(&merge(&[pulled(&shuffled)])));
        let mut noisy = objects;
        noisy.iter_mut().for_each(noise);
        prop_assert_eq!(told(&one), told(&merge(&[pulled(&noisy)])));
    }
}

//! Kubernetes over its API: against the real API server, and against one that misbehaves.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Value, json};
use trueup::config::Source;
use trueup::metrics::merge;
use trueup::model::inventory::{Class, Fact, Record};
use trueup::model::merged::Feed;
use trueup::model::pull::{Lack, Manifest, Outcome, Pulled};
use trueup::ops;

use crate::live::{Desk, source, why};
use crate::systems::hostile;
use crate::systems::kubernetes::{ACCOUNTS, CONTENT, Cluster, KINDS, PODS, READS_SECRETS};
use crate::usage::read;

fn at(desk: &Desk, address: &str, token: &str, more: &[(&str, &str)]) -> Source {
    let token = desk.secret("token", token);
    let own = [("address", address), ("token", token.as_str()), ("cluster", "prod")];
    source("prod", "kubernetes", &[&own[..], more].concat())
}

fn of(desk: &Desk, cluster: &Cluster, token: &str, more: &[(&str, &str)]) -> Source {
    let authority = cluster.authority().display().to_string();
    at(desk, &cluster.address, token, &[&[("ca", authority.as_str())], more].concat())
}

fn requests(manifest: &Manifest, what: &str) -> (u64, u64) {
    let asked = manifest.asked.iter().find(|asked| asked.what.ends_with(&format!("/{what}")));
    asked.map_or((0, 0), |asked| (asked.requests, asked.rows))
}

fn count(pulled: &Pulled, test: fn(&Record) -> bool) -> usize {
    pulled.records.iter().filter(|record| test(record)).count()
}

fn is_account(record: &Record) -> bool {
    matches!(record, Record::Account(_))
}

fn is_grant(record: &Record) -> bool {
    matches!(record, Record::Grant(_))
}

/// All records but for the moment at which running pods ran, in one order.
fn told(pulled: &Pulled) -> Vec<String> {
    let now = Fact::Known(pulled.manifest.taken);
    let mut all: Vec<String> = pulled
        .records
        .iter()
        .cloned()
        .map(|mut record| {
            if let Record::Account(account) = &mut record
                && account.last_seen == now
            {
                account.last_seen = Fact::Known(jiff::Timestamp::UNIX_EPOCH);
            }
            format!("{record:?}")
        })
        .collect();
    all.sort();
    all
}

#[tokio::test]
async fn a_real_cluster_is_pulled_whole_with_the_printed_rights_and_says_what_kubectl_says() {
    let Some(cluster) = Cluster::shared().await else { return };
    let desk = Desk::new().await;
    let token = cluster.token_for("trueup", "trueup").await;
    let source = of(&desk, &cluster, &token, &[]);
    let file = cluster.exported(&[]);
    let exported: Value = serde_json::from_str(file.lines().next_back().unwrap()).unwrap();
    let of = |kind: &str| {
        let items = exported["items"].as_array().unwrap();
        items.iter().filter(|one| one["kind"].as_str().unwrap().to_lowercase() + "s" == kind).count() as u64
    };
    assert_eq!((of("serviceaccounts"), of("pods")), (ACCOUNTS as u64, PODS as u64));

    let told_before = desk.look(&source).await.unwrap();
    let counts: BTreeMap<_, _> =
        told_before.counts.iter().map(|(kind, count)| (kind.replace(' ', ""), *count)).collect();
    assert_eq!(counts, KINDS.map(|kind| (kind.to_owned(), of(kind))).into());
    assert_eq!(why(&told_before, "Tokens"), Some(Lack::NotCollected));
    assert_eq!(told_before.sees.len(), 4, "{told_before:?}");

    let pulled = desk.pull(&source).await.unwrap();
    assert_eq!(
        (pulled.manifest.outcome, pulled.manifest.source.as_str()),
        (Outcome::Whole, "kubernetes:prod")
    );
    for kind in KINDS {
        assert_eq!(requests(&pulled.manifest, kind).1, of(kind), "{kind}");
    }
    // One question for the number, and two pages.
    assert_eq!(requests(&pulled.manifest, "serviceaccounts").0, 3);
    let file = tokio::task::spawn_blocking(move || read("all.json", file.as_bytes()).unwrap()).await.unwrap();
    assert_eq!(told(&pulled), told(&file));
    let has = |text: &str| told(&pulled).iter().any(|record| record.contains(text));
    for text in ["role/r100", "sa100@p.iam", "000000000100", "clusterrole/execs", "group devs"] {
        assert!(has(text), "{text}");
    }
    let ai = |record: &Record| matches!(record, Record::Account(one) if one.class == Fact::Known(Class::Ai));
    assert_eq!(count(&pulled, ai), ACCOUNTS / 50);
    assert!(pulled.manifest.refusals.iter().any(|one| one.subject == "group devs"));
}

#[tokio::test]
async fn a_part_of_the_bindings_makes_nobody_look_as_if_he_held_little() {
    let Some(cluster) = Cluster::shared().await else { return };
    let desk = Desk::new().await;
    let source = of(&desk, &cluster, &Cluster::token_of("half"), &[]);
    let told = desk.look(&source).await.unwrap();
    assert_eq!(
        (why(&told, "Who holds"), why(&told, "Which service")),
        (Some(Lack::Forbidden), Some(Lack::Forbidden))
    );
    assert!(
        !told.counts.iter().any(|(kind, _)| kind == "pods" || kind == "cluster role bindings"),
        "{told:?}"
    );
    let pulled = desk.pull(&source).await.unwrap();
    assert_eq!((count(&pulled, is_grant), pulled.manifest.outcome), (0, Outcome::Whole));
    assert!(count(&pulled, is_account) >= ACCOUNTS);
    assert_eq!(why(&pulled.manifest.preflight, "Who holds"), Some(Lack::Forbidden));
    assert!(
        pulled.manifest.refusals.iter().any(|one| one.subject == "rights"),
        "{:?}",
        pulled.manifest.refusals
    );
    let inventory = merge(&[pulled]);
    assert!(!inventory.sources[0].feeds.contains(&Feed::Grants), "that nothing is held is not known");
}

#[tokio::test]
async fn without_the_service_accounts_those_that_others_name_are_not_all() {
    let Some(cluster) = Cluster::shared().await else { return };
    let desk = Desk::new().await;
    let pulled = desk.pull(&of(&desk, &cluster, &Cluster::token_of("blind"), &[])).await.unwrap();
    assert_eq!(count(&pulled, is_account), 0);
    assert!(count(&pulled, is_grant) > 5);
    assert_eq!(why(&pulled.manifest.preflight, "Service accounts"), Some(Lack::Forbidden));
    assert!(!merge(&[pulled]).sources[0].feeds.contains(&Feed::Identities));
}

#[tokio::test]
async fn who_may_see_nothing_or_is_not_known_or_trusted_reads_a_sentence() {
    let Some(cluster) = Cluster::shared().await else { return };
    let desk = Desk::new().await;
    let error = |token: &'static str| {
        let source = of(&desk, &cluster, token, &[]);
        async { desk.pull(&{ source }).await.unwrap_err().to_string() }
    };
    let said = error("canary-nobody").await;
    assert!(said.contains("shows neither accounts nor roles"), "{said}");
    let said = error("canary-expired").await;
    assert!(said.contains("does not accept the credentials") && !said.contains("canary"), "{said}");
    let untrusted = at(&desk, &cluster.address, "canary-half", &[]);
    let said = desk.pull(&untrusted).await.unwrap_err().to_string();
    assert!(said.contains("certificate is not trusted"), "{said}");
}

#[tokio::test]
async fn token_secrets_are_told_without_their_content_and_no_secret_is_kept() {
    let Some(cluster) = Cluster::shared().await else { return };
    let desk = Desk::new().await;
    let token = cluster.token_for(READS_SECRETS, READS_SECRETS).await;
    let source = of(&desk, &cluster, &token, &[("token-secrets", "yes")]);
    let pulled = desk.pull(&source).await.unwrap();
    assert_eq!(requests(&pulled.manifest, "secrets").1, 1, "others than tokens are not asked for");
    let tokens = pulled.records.iter().filter_map(|record| match record {
        Record::Credential(one) => Some((one.id.as_str(), one.account.as_str(), one.last_used)),
        _ => None,
    });
    let used = Fact::Known("2026-03-04T00:00:00Z".parse().unwrap());
    let expected = ("secret/shop/old", "system:serviceaccount:shop:sa4", used);
    assert_eq!(tokens.collect::<Vec<_>>(), [expected]);
    let file = cluster.exported(&["secrets"]);
    let file = tokio::task::spawn_blocking(move || read("all.json", file.as_bytes()).unwrap()).await.unwrap();
    assert_eq!(told(&pulled), told(&file));
    let receipts = format!("{:?}", ops::open(&desk.ctx, Some(&desk.id)).await.unwrap().manifests);
    std::fs::remove_file(desk.folder.path().join("token")).unwrap();
    desk.ctx.store.close().await;
    let mut kept = receipts.into_bytes();
    for file in std::fs::read_dir(desk.folder.path()).unwrap() {
        kept.extend(std::fs::read(file.unwrap().path()).unwrap());
    }
    assert!(kept.len() > 10_000, "the database was searched");
    for secret in [token.as_str(), CONTENT] {
        assert!(!kept.windows(secret.len()).any(|window| window == secret.as_bytes()), "{secret}");
    }
}

/// A page of a list.
fn page(kind: &str, names: &[&str], next: &str, more: Option<u64>) -> Vec<u8> {
    let item = |name: &&str| {
        json!({"metadata": {"name": name, "namespace": "shop", "creationTimestamp": "2026-01-01T00:00:00Z"},
            "spec": {"serviceAccountName": name}, "status": {"phase": "Running"}})
    };
    let items: Vec<Value> = names.iter().map(item).collect();
    hostile::json(&json!({"kind": format!("{kind}List"), "apiVersion": "v1", "items": items,
        "metadata": {"continue": next, "remainingItemCount": more}}))
}

/// A cluster with no objects but service accounts, of which the script answers the pages.
fn accounts(script: impl Fn(&str) -> Vec<u8> + Send + Sync + 'static) -> hostile::Server {
    hostile::Server::start(move |path, _| {
        let (place, query) = path.split_once('?').unwrap();
        match place.rsplit('/').next().unwrap() {
            "serviceaccounts" if query.contains("limit=1&") || query.ends_with("limit=1") => {
                page("ServiceAccount", &["a"], "x", Some(3))
            }
            "serviceaccounts" => script(query),
            "pods" => page("Pod", &["a", "b"], "", None),
            "roles" => page("Role", &[], "", None),
            "rolebindings" => page("RoleBinding", &[], "", None),
            "clusterroles" => page("ClusterRole", &[], "", None),
            "clusterrolebindings" => page("ClusterRoleBinding", &[], "", None),
            _ => hostile::reply("404 Not Found", &[], ""),
        }
    })
}

/// What is answered to a query.
type Pages = fn(&str) -> Vec<u8>;

/// Two pages, the second behind `next`.
fn two_pages(query: &str) -> Vec<u8> {
    match query.split_once("continue=") {
        None => page("ServiceAccount", &["a", "b"], "p2", Some(2)),
        Some(_) => page("ServiceAccount", &["c", "d"], "", None),
    }
}

fn status(code: u16, reason: &str) -> Vec<u8> {
    let body =
        json!({"kind": "Status", "status": "Failure", "reason": reason, "code": code, "message": reason});
    hostile::reply(&format!("{code} {reason}"), &["content-type: application/json"], &body.to_string())
}

async fn names(server: &hostile::Server) -> Result<(Vec<String>, Manifest), String> {
    let desk = Desk::new().await;
    let source = at(&desk, &server.address, "t", &[]);
    let pulled = desk.pull(&source).await.map_err(|error| error.to_string());
    let pulled = match pulled {
        Ok(pulled) => pulled,
        Err(error) => {
            let kept = ops::open(&desk.ctx, Some(&desk.id)).await.unwrap().manifests;
            assert!(kept.iter().all(|one| one.outcome == Outcome::Failed && one.rows.is_empty()), "{kept:?}");
            return Err(error);
        }
    };
    let mut names: Vec<String> = pulled
        .records
        .iter()
        .filter_map(|record| match record {
            Record::Account(one) => Some(one.name.clone()),
            _ => None,
        })
        .collect();
    names.sort();
    Ok((names, pulled.manifest))
}

#[tokio::test]
async fn a_list_that_expires_is_begun_anew_and_every_object_counts_once() {
    let expired = AtomicUsize::new(0);
    let server = accounts(move |query| {
        let is_first = query.contains("continue=") && expired.fetch_add(1, Ordering::Relaxed) == 0;
        if is_first { status(410, "Expired") } else { two_pages(query) }
    });
    let (names, manifest) = names(&server).await.unwrap();
    assert_eq!(names, ["shop/a", "shop/b", "shop/c", "shop/d"]);
    assert_eq!(manifest.refusals, []);
    // One for the number, two that broke off, two that did not; what came twice is on the receipt.
    assert_eq!(requests(&manifest, "serviceaccounts"), (5, 6));
}

#[tokio::test]
async fn what_is_no_whole_list_is_never_taken_for_one() {
    let cases: [(Pages, &str); 8] = [
        (
            |query| if query.contains("continue=") { status(410, "Expired") } else { two_pages(query) },
            "list of service accounts expired 4 times",
        ),
        (
            |query| if query.contains("continue=") { status(400, "BadRequest") } else { two_pages(query) },
            "broke off while service accounts were read: 400",
        ),
        (
            |query| if query.contains("continue=") { status(403, "Forbidden") } else { two_pages(query) },
            "stopped showing service accounts",
        ),
        (|_| page("ServiceAccount", &["a"], "again", Some(5)), "lead in a circle"),
        (|_| page("ServiceAccount", &["a"], "", Some(5)), "says that 5 more service accounts follow"),
        (|_| page("Pod", &["a"], "", None), "PodList instead of a list of service accounts"),
        (|_| hostile::json(&json!({})), "something instead of a list of service accounts"),
        (|_| status(410, "Expired"), "broke off while service accounts were read: 410"),
    ];
    for (script, expected) in cases {
        let error = names(&accounts(script)).await.unwrap_err();
        assert!(error.contains(expected), "{expected}: {error}");
    }
}

#[tokio::test]
async fn bindings_that_are_refused_after_they_were_counted_end_the_pull() {
    let asked = AtomicUsize::new(0);
    let server = hostile::Server::start(move |path, _| {
        match path.split('?').next().unwrap().rsplit('/').next().unwrap() {
            "clusterrolebindings" if asked.fetch_add(1, Ordering::Relaxed) >= 2 => status(403, "Forbidden"),
            "clusterrolebindings" => page("ClusterRoleBinding", &[], "", None),
            "rolebindings" => page("RoleBinding", &[], "", None),
            _ => status(403, "Forbidden"),
        }
    });
    assert!(names(&server).await.unwrap_err().contains("stopped showing cluster role bindings"));
}

#[tokio::test]
async fn secrets_are_asked_for_by_their_metadata_alone_and_only_where_that_is_wanted() {
    let metadata = "as=partialobjectmetadatalist";
    let server = accounts(two_pages);
    names(&server).await.unwrap();
    assert!(server.asked().iter().all(|asked| !asked.contains("/secrets") && !asked.contains(metadata)));
    let desk = Desk::new().await;
    let server = accounts(two_pages);
    desk.pull(&at(&desk, &server.address, "t", &[("token-secrets", "yes")])).await.unwrap();
    let secrets: Vec<_> = server.asked().into_iter().filter(|asked| asked.contains("/secrets")).collect();
    let is_narrow = |asked: &String| asked.contains(metadata) && asked.contains("service-account-token");
    assert!(!secrets.is_empty() && secrets.iter().all(is_narrow), "{secrets:?}");
    let odd = at(&desk, &server.address, "t", &[("token-secrets", "maybe")]);
    assert!(desk.pull(&odd).await.unwrap_err().to_string().contains("`token-secrets`"));
}

#[tokio::test]
async fn a_server_that_has_nothing_of_kubernetes_is_told_from_an_empty_cluster() {
    let server = hostile::Server::start(|_, _| hostile::reply("404 Not Found", &[], ""));
    assert!(names(&server).await.unwrap_err().contains("shows neither accounts nor roles"));
    let server = accounts(|_| page("ServiceAccount", &[], "", None));
    assert_eq!(names(&server).await.unwrap().0, ["shop/a", "shop/b"], "pods name their accounts");
}

//! SCIM against an independent server, and against one that misbehaves.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::{Value, json};
use trueup::config::Source;
use trueup::model::inventory::{Class, Fact, Record};
use trueup::model::pull::{Lack, Manifest, Outcome};
use trueup::ops;

use crate::live::{Desk, source};
use crate::systems::{hostile, scim};

fn at(desk: &Desk, address: &str, token: &str) -> Source {
    source("hr", "scim", &[("address", address), ("token", &desk.secret("token", token))])
}

fn requests(manifest: &Manifest, what: &str) -> (u64, u64) {
    let asked = manifest.asked.iter().find(|asked| asked.what == format!("GET {what}"));
    asked.map_or((0, 0), |asked| (asked.requests, asked.rows))
}

async fn seeded(has_cursors: bool) -> Option<(scim::Server, Vec<String>)> {
    let server = scim::Server::start(has_cursors)?;
    let ids = server.users(1_205).await;
    let member = |id: &String| json!({"value": id, "type": "User"});
    let inner: Vec<Value> = ids[..20].iter().map(member).collect();
    let inner = server.make("Groups", "Group", json!({"displayName": "inner", "members": inner})).await;
    let mut outer: Vec<Value> = ids[100..300].iter().map(member).collect();
    outer.push(json!({"value": inner, "type": "Group"}));
    server.make("Groups", "Group", json!({"displayName": "outer", "members": outer})).await;
    let owner = json!([{"value": ids[0], "$ref": format!("{}/Users/{}", server.address, ids[0])}]);
    server.make("Agents", "Agent", json!({"agentUserName": "helper", "active": true, "owners": owner})).await;
    Some((server, ids))
}

#[tokio::test]
async fn everything_that_a_server_was_given_is_pulled_by_index_and_by_cursor() {
    let mut digests = Vec::new();
    for has_cursors in [false, true] {
        let Some((server, ids)) = seeded(has_cursors).await else { return };
        let desk = Desk::new().await;
        let source = at(&desk, &server.address, scim::TOKEN);
        let told = ops::test_source(&desk.ctx, &source).await.unwrap().preflight;
        let counts: BTreeMap<_, _> = told.counts.into_iter().collect();
        let expected = [("users", 1_205), ("agents", 1), ("groups", 2)];
        assert_eq!(counts, expected.map(|(kind, count)| (kind.to_owned(), count)).into());

        let pulled = desk.pull(&source).await.unwrap();
        let count = |test: fn(&Record) -> bool| pulled.records.iter().filter(|record| test(record)).count();
        assert_eq!(count(|record| matches!(record, Record::Account(_))), ids.len() + 1);
        // Twenty stand in the outer group by way of the inner one.
        assert_eq!(count(|record| matches!(record, Record::Grant(_))), 20 + 200 + 20);
        assert_eq!(
            count(|record| matches!(record, Record::Grant(grant) if grant.via == ["group inner"])),
            20
        );
        let active =
            |record: &Record| matches!(record, Record::Account(one) if one.is_enabled == Fact::Known(true));
        assert_eq!(count(active), ids.len() - ids.len().div_ceil(10) + 1);
        let ai = pulled.records.iter().filter_map(|record| match record {
            Record::Account(one) if one.class == Fact::Known(Class::Ai) => {
                Some((one.name.as_str(), one.owner.clone()))
            }
            _ => None,
        });
        let ai: Vec<_> = ai.collect();
        assert_eq!(ai, [("helper", Fact::Known(ids[0].clone()))]);
        assert_eq!(requests(&pulled.manifest, "Users").1, ids.len() as u64);
        // 1,205 users in pages of 200, which is the most that this server sends, and one request for the number.
        assert!(requests(&pulled.manifest, "Users").0 <= 1_205_u64.div_ceil(200) + 2);
        digests.push(pulled.records.len());
    }
    assert_eq!(digests[0], digests[1]);
}

#[tokio::test]
async fn a_wrong_token_is_a_sentence_and_a_receipt_and_leaves_the_former_pull() {
    let Some(server) = scim::Server::start(false) else { return };
    server.users(3).await;
    let desk = Desk::new().await;
    desk.pull(&at(&desk, &server.address, scim::TOKEN)).await.unwrap();
    let error = desk.pull(&at(&desk, &server.address, "expired")).await.unwrap_err();
    assert!(error.to_string().contains("does not accept the credentials"), "{error}");
    let outcomes: Vec<_> = desk.receipts().await.iter().map(|one| (one.outcome, one.rows.len())).collect();
    assert_eq!(outcomes, [(Outcome::Whole, 1), (Outcome::Failed, 0)]);
}

#[tokio::test]
async fn no_secret_is_in_the_database_the_receipts_or_the_words() {
    let Some(server) = scim::Server::start(false) else { return };
    server.users(3).await;
    let desk = Desk::new().await;
    let source = at(&desk, &server.address, scim::TOKEN);
    desk.pull(&source).await.unwrap();
    std::fs::remove_file(desk.folder.path().join("token")).unwrap();
    let receipts = format!("{:?}", desk.receipts().await);
    desk.ctx.store.close().await;
    assert!(!receipts.contains(scim::TOKEN));
    let mut searched = 0;
    for file in std::fs::read_dir(desk.folder.path()).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        searched += bytes.len();
        assert!(!bytes.windows(scim::TOKEN.len()).any(|window| window == scim::TOKEN.as_bytes()));
    }
    assert!(searched > 10_000, "the database was searched");
}

/// A list of users of which this is a page.
fn page(total: u64, users: &[&str]) -> Value {
    let users: Vec<Value> = users.iter().map(|id| json!({"id": id, "userName": id})).collect();
    json!({"totalResults": total, "Resources": users})
}

/// A server with no groups and no agents, and users as the script says.
fn users(script: impl Fn(&str, usize) -> Vec<u8> + Send + Sync + 'static) -> hostile::Server {
    hostile::Server::start(move |path, before| match path {
        path if path.starts_with("/Users?count=0") => hostile::json(&page(2, &[])),
        path if path.starts_with("/Users") => script(path, before),
        _ => hostile::reply("404 Not Found", &[], ""),
    })
}

async fn reason(server: &hostile::Server) -> String {
    let desk = Desk::new().await;
    let error = desk.pull(&at(&desk, &server.address, "t")).await.unwrap_err();
    let receipts = desk.receipts().await;
    assert!(receipts.iter().all(|one| one.outcome == Outcome::Failed && one.rows.is_empty()), "{receipts:?}");
    error.to_string()
}

#[tokio::test]
async fn a_busy_or_broken_answer_is_asked_for_again_and_nothing_is_lost() {
    let cut = b"HTTP/1.1 200 OK\r\ncontent-length: 5000\r\n\r\n{\"totalResults\"".to_vec();
    let half = hostile::reply("200 OK", &[], "{\"totalResults\": 2, \"Resources\": [{\"id\"");
    let busy = hostile::reply("429 Too Many Requests", &["retry-after: 0"], "");
    let down = hostile::reply("503 Service Unavailable", &["retry-after: 0"], "<html>");
    for fault in [cut, half, busy, down] {
        let failing = std::sync::atomic::AtomicUsize::new(0);
        let server = users(move |_, _| {
            let first = failing.fetch_add(1, std::sync::atomic::Ordering::Relaxed) == 0;
            if first { fault.clone() } else { hostile::json(&page(2, &["a", "b"])) }
        });
        let desk = Desk::new().await;
        let pulled = desk.pull(&at(&desk, &server.address, "t")).await.unwrap();
        assert_eq!(pulled.records.len(), 2);
        assert_eq!(pulled.manifest.asked.iter().map(|one| one.again).sum::<u64>(), 1);
    }
}

#[tokio::test]
async fn what_is_no_whole_list_is_never_taken_for_one() {
    let fewer = users(|path, _| {
        hostile::json(&if path.contains("startIndex=1&") { page(2, &["a"]) } else { page(2, &[]) })
    });
    assert!(reason(&fewer).await.contains("says that it has 2 users, and sent 1"));
    let html = users(|_, _| {
        hostile::reply("200 OK", &["content-type: text/html"], "<!doctype html><title>Sign in</title>")
    });
    assert!(reason(&html).await.contains("a web page instead of data"));
    let stops = users(|path, _| {
        if path.contains("startIndex=1&") {
            hostile::json(&page(2, &["a"]))
        } else {
            hostile::reply("403 Forbidden", &[], "{}")
        }
    });
    assert!(reason(&stops).await.contains("stopped showing users"));
    let away = users(|_, _| hostile::reply("302 Found", &["location: https://elsewhere.example/x"], ""));
    assert!(reason(&away).await.contains("sends the reader on to https://elsewhere.example/x"));
}

#[tokio::test]
async fn sources_that_are_pulled_at_once_are_all_kept_and_one_that_fails_keeps_no_other_out() {
    let desk = Desk::new().await;
    let servers: Vec<_> = (0..8)
        .map(|_| users(|_, _| hostile::json(&page(2, &["a", "b"]))))
        .chain([hostile::Server::start(|_, _| hostile::reply("401 Unauthorized", &[], ""))])
        .collect();
    let sources: Vec<Source> = servers
        .iter()
        .enumerate()
        .map(|(place, server)| Source { name: format!("s{place}"), ..at(&desk, &server.address, "t") })
        .collect();
    let pulls = sources.iter().map(|source| ops::pull_source(&desk.ctx, &desk.id, source, &|_| {}));
    let pulled = futures_util::future::join_all(pulls).await;
    assert_eq!(pulled.iter().filter(|pulled| pulled.is_ok()).count(), 8, "{pulled:?}");
    let opened = ops::open(&desk.ctx, Some(&desk.id)).await.unwrap();
    let whole = opened.manifests.iter().filter(|one| one.outcome == Outcome::Whole).count();
    assert_eq!((whole, opened.manifests.len()), (8, 9));
}

#[tokio::test]
async fn pages_that_lead_in_a_circle_end() {
    let server = hostile::Server::start(|path, _| match path {
        "/ServiceProviderConfig" => hostile::json(&json!({"pagination": {"cursor": true}})),
        path if path.starts_with("/Users") => {
            let mut page = page(9, &["a"]);
            page["nextCursor"] = json!("again");
            hostile::json(&page)
        }
        _ => hostile::reply("404 Not Found", &[], ""),
    });
    assert!(reason(&server).await.contains("lead in a circle"));
}

#[tokio::test]
async fn what_is_forbidden_is_missing_and_not_nothing() {
    let server = hostile::Server::start(|path, _| match path {
        path if path.starts_with("/Users?count=0") => hostile::json(&page(2, &[])),
        path if path.starts_with("/Users") => {
            let mut page = page(2, &["a", "b"]);
            page["Resources"][0]["roles"] = json!([{"value": "reader"}]);
            hostile::json(&page)
        }
        path if path.starts_with("/Groups") => hostile::reply("403 Forbidden", &[], "{\"detail\": \"no\"}"),
        _ => hostile::reply("404 Not Found", &[], ""),
    });
    let desk = Desk::new().await;
    let manifest = desk.pull(&at(&desk, &server.address, "t")).await.unwrap().manifest;
    let why =
        |start: &str| manifest.preflight.misses.iter().find(|one| one.sight.starts_with(start)).unwrap().why;
    assert_eq!((why("Groups"), why("AI agents")), (Lack::Forbidden, Lack::NotCollected));
    // The role that a user carries is held back too: without groups it would pass for all that there is.
    assert_eq!((manifest.outcome, manifest.rows), (Outcome::Whole, vec![("accounts".to_owned(), 2)]));
}

#[tokio::test]
async fn the_same_id_on_two_pages_counts_once_and_odd_fields_are_unknown() {
    let server = users(|path, _| {
        let odd = json!([{"id": "b", "userName": null, "active": 7, "name": "x", "emails": {}, "groups": 1},
                         {"userName": "nobody"}, {"id": "a\u{1b}[2J", "userName": "c\u{1b}]0;x\u{7}"}]);
        let odd = json!({"totalResults": 5, "Resources": odd, "schemas": 3});
        if path.contains("startIndex=1&") {
            hostile::json(&page(5, &["a", "b"]))
        } else {
            hostile::json(&odd)
        }
    });
    let desk = Desk::new().await;
    let pulled = desk.pull(&at(&desk, &server.address, "t")).await.unwrap();
    let refused: Vec<_> = pulled.manifest.refusals.iter().map(|one| one.reason.as_str()).collect();
    assert_eq!(refused, ["it came twice and counts once", "it has no id"]);
    assert_eq!(pulled.records.len(), 3);
}

#[tokio::test]
async fn the_token_goes_to_the_configured_system_alone() {
    let foreign = hostile::Server::start(|_, _| hostile::json(&page(1, &["x"])));
    let to = foreign.address.clone();
    let server =
        users(move |_, _| hostile::reply("307 Temporary Redirect", &[&format!("location: {to}/Users")], ""));
    assert!(reason(&server).await.contains("sends the reader on"));
    assert!(server.asked().iter().all(|asked| asked.contains("authorization: bearer t")));
    assert_eq!(foreign.asked(), Vec::<String>::new());
}

#[tokio::test]
async fn a_certificate_of_an_unknown_authority_or_for_another_name_is_not_trusted() {
    let everybody = |path: &str, _: usize| match path {
        path if path.starts_with("/Users") => hostile::json(&page(2, &["a", "b"])),
        _ => hostile::reply("404 Not Found", &[], ""),
    };
    let desk = Desk::new().await;
    let with_authority = |address: &str, pem: &str| {
        let file = desk.folder.path().join("ca.pem");
        std::fs::write(&file, pem).unwrap();
        let mut source = at(&desk, address, "t");
        source.values.insert("ca".to_owned(), file.display().to_string());
        source
    };
    let own = hostile::Secured::start("127.0.0.1", everybody);
    let error = desk.pull(&at(&desk, &own.server.address, "t")).await.unwrap_err().to_string();
    assert!(error.contains("certificate is not trusted"), "{error}");
    assert_eq!(own.server.asked(), Vec::<String>::new(), "no token goes to whom nobody vouches for");
    let pulled = desk.pull(&with_authority(&own.server.address, &own.authority)).await.unwrap();
    assert_eq!(pulled.records.len(), 2);
    let other = hostile::Secured::start("id.example.com", everybody);
    let error =
        desk.pull(&with_authority(&other.server.address, &other.authority)).await.unwrap_err().to_string();
    assert!(error.contains("certificate is not trusted"), "{error}");
    assert_eq!(other.server.asked(), Vec::<String>::new());
    let error =
        desk.pull(&with_authority(&own.server.address, "no certificate")).await.unwrap_err().to_string();
    assert!(error.contains("`ca`"), "{error}");
}

#[tokio::test]
async fn a_proxy_that_answers_itself_is_told_from_the_system() {
    let proxy = hostile::Server::start(|_, _| {
        hostile::reply("200 OK", &["content-type: text/html"], "<html>Please sign in")
    });
    let desk = Desk::new().await;
    let mut source = at(&desk, "http://127.0.0.1:1/scim", "t");
    source.values.insert("proxy".to_owned(), proxy.address.clone());
    let error = desk.pull(&source).await.unwrap_err().to_string();
    assert!(error.contains("a web page instead of data"), "{error}");
    assert!(proxy.asked()[0].starts_with("get http://127.0.0.1:1/scim/"), "{:?}", proxy.asked());
}

#[tokio::test]
async fn one_answer_that_is_too_large_is_a_sentence() {
    let large = users(|_, _| {
        let user = json!({"id": "a", "userName": "x".repeat(70 << 20)});
        hostile::json(&json!({"totalResults": 1, "Resources": [user]}))
    });
    assert!(reason(&large).await.contains("larger than 64 MiB"));
}

#[tokio::test]
async fn a_source_that_is_set_up_wrongly_is_told_before_anything_is_sent() {
    let desk = Desk::new().await;
    let with = |key: &str, value: &str| {
        let mut source = at(&desk, "https://id.example.com", "t");
        source.values.insert(key.to_owned(), value.to_owned());
        ops::check_source(&source).err().map(|error| error.to_string()).unwrap_or_default()
    };
    assert!(with("token", "hunter2").contains("cannot use what is set as `token`"));
    assert!(!with("token", "hunter2").contains("hunter2"));
    assert!(with("adress", "x").contains("has no setting `adress`"));
    let mut nameless = at(&desk, "", "t");
    nameless.values.remove("address");
    assert!(ops::check_source(&nameless).is_err());
    let open = at(&desk, "http://id.example.com", "t");
    let error = desk.pull(&open).await.unwrap_err().to_string();
    assert!(error.contains("unencrypted"), "{error}");
    assert!(Path::new(&desk.folder.path().join("token")).exists());
}

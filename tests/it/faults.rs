//! Pulls through a line that fails: they end whole and exact, or with a sentence and nothing kept, and the receipt says
//! how often was asked again.

use std::collections::BTreeMap;

use serde_json::json;
use trueup::config::Source;
use trueup::model::pull::{Manifest, Outcome, Pulled};

use crate::live::{Desk, source};
use crate::systems::faults::Proxy;
use crate::systems::{aws, scim};

/// One answer of three is spoilt, or comes slowly or under a wrong name.
const BAD: &str = "- busy - - killed - - half - slow - down - plain - - half - - killed slow -";
/// Accounts of both systems.
const MANY: usize = 1_205;

fn people(desk: &Desk, address: &str) -> Source {
    source("hr", "scim", &[("address", address), ("token", &desk.secret("token", scim::TOKEN))])
}

fn cloud(desk: &Desk, address: &str) -> Source {
    let keys = json!({"Version": 1, "AccessKeyId": "AKIATESTING", "SecretAccessKey": aws::SECRET});
    let keys = desk.secret("keys", &keys.to_string());
    source("cloud", "aws", &[("address", address), ("credentials", &keys)])
}

/// What was asked for and answered, without what was asked again.
fn once(manifest: &Manifest) -> BTreeMap<&str, (u64, u64)> {
    let asked = manifest.asked.iter();
    asked.map(|one| (one.what.as_str(), (one.requests - one.again, one.rows))).collect()
}

fn again(manifest: &Manifest) -> u64 {
    manifest.asked.iter().map(|one| one.again).sum()
}

/// Every record, in an order of its own; an address of the system stands in some.
fn records(pulled: &Pulled) -> Vec<String> {
    let mut all: Vec<String> = pulled.records.iter().map(|record| format!("{record:?}")).collect();
    all.sort();
    all
}

/// Looks whether a bad line gives what a good one gives.
fn is_same(good: &Pulled, bad: &Pulled) {
    assert_eq!(good.manifest.rows, bad.manifest.rows);
    assert_eq!(once(&good.manifest), once(&bad.manifest));
    assert_eq!((again(&good.manifest), again(&bad.manifest) > 0), (0, true));
    assert_eq!(bad.manifest.outcome, Outcome::Whole);
}

/// The order of faults, begun at another place.
fn turned(by: usize) -> String {
    let mut words: Vec<&str> = BAD.split(' ').collect();
    words.rotate_left(by);
    words.join(" ")
}

#[tokio::test]
async fn users_come_whole_and_exact_over_a_bad_line() {
    let Some(server) = scim::Server::start(false) else { return };
    server.users(MANY).await;
    let desk = Desk::new().await;
    let good = desk.pull(&people(&desk, &server.address)).await.unwrap();
    // The system is named by its address, which is another one by way of the proxy.
    let host = |address: &str| address.trim_start_matches("http://").trim_end_matches("/v2").to_owned();
    for by in [0, 4, 9] {
        let Some(proxy) = Proxy::start(&server.address, &turned(by)) else { return };
        let bad = desk.pull(&people(&desk, &proxy.address)).await.unwrap();
        is_same(&good, &bad);
        let named = records(&bad).into_iter();
        let named: Vec<_> =
            named.map(|one| one.replace(&host(&proxy.address), &host(&server.address))).collect();
        assert_eq!(records(&good), named);
    }
}

#[tokio::test]
async fn an_account_comes_whole_and_exact_over_a_bad_line() {
    let Some(server) = aws::Server::start(None) else { return };
    server.seed(&format!(
        "iam = client('iam')\nfor at in range({MANY}):\n    iam.create_role(RoleName=f'r{{at}}', \
         AssumeRolePolicyDocument=trust('lambda.amazonaws.com'))"
    ));
    let desk = Desk::new().await;
    let good = desk.pull(&cloud(&desk, &server.address)).await.unwrap();
    for by in [0, 4, 9] {
        let Some(proxy) = Proxy::start(&server.address, &turned(by)) else { return };
        let bad = desk.pull(&cloud(&desk, &proxy.address)).await.unwrap();
        is_same(&good, &bad);
        assert_eq!(records(&good), records(&bad));
    }
}

#[tokio::test]
async fn a_line_that_stays_bad_ends_with_a_sentence_and_nothing_is_kept() {
    let Some(users) = scim::Server::start(false) else { return };
    users.users(300).await;
    let Some(account) = aws::Server::start(None) else { return };
    let desk = Desk::new().await;
    // The first answer is good. Whether nothing at all is an answer cut off depends on its form.
    for (faults, is_again, sentence) in [
        ("- page page page page", Some(false), "it answers with a web page instead of data"),
        ("- nothing nothing nothing", None, "it answers with nothing"),
        ("- never never never", Some(false), "it is busy (429 Too Many Requests)"),
        ("- half half half half half half half", Some(true), "the answer ends in the middle"),
    ] {
        let (Some(one), Some(other)) =
            (Proxy::start(&users.address, faults), Proxy::start(&account.address, faults))
        else {
            return;
        };
        for source in [people(&desk, &one.address), cloud(&desk, &other.address)] {
            let error = desk.pull(&source).await.unwrap_err().to_string();
            assert!(error.contains(sentence), "{faults}: {error}");
            let receipt = desk.receipts().await.pop().unwrap();
            assert_eq!((receipt.outcome, receipt.rows.len()), (Outcome::Failed, 0));
            assert!(is_again.is_none_or(|own| own == (again(&receipt) > 0)), "{faults}: {:?}", receipt.asked);
        }
    }
}

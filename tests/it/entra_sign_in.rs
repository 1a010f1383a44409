//! Signing in to Microsoft Entra ID: with a secret at a desk by others, with a certificate, as a person by a code.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use trueup::config::Source;
use trueup::model::pull::Lack;
use trueup::ops;

use crate::live::{Desk, source, why};
use crate::systems::entra::{SECRET, TENANT, Tenant};
use crate::systems::fake::{Fake, Question, Reply};
use crate::systems::prism;

const CLIENT: &str = "99999999-2222-4333-8444-555555555555";

fn at(fake: &Fake, more: &[(&str, &str)]) -> Source {
    let own = [("tenant", TENANT), ("client", CLIENT), ("address", &fake.address), ("login", &fake.address)];
    source("entra", "entra", &[&own[..], more].concat())
}

fn form(question: &Question, key: &str) -> Option<String> {
    let url = reqwest::Url::parse(&format!("http://x/?{}", question.body)).unwrap();
    url.query_pairs().find(|(name, _)| name == key).map(|(_, value)| value.into_owned())
}

/// Puts a question to another system, as it is.
fn passed_on(address: &str, path: &str, question: &Question) -> Reply {
    let mut stream = TcpStream::connect(address.trim_start_matches("http://")).unwrap();
    let (kind, body) = (&question.headers["content-type"], &question.body);
    let length = body.len();
    write!(stream, "POST {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: {kind}\r\ncontent-length: {length}\r\n\r\n{body}")
        .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let status = head.split_whitespace().nth(1).unwrap().parse().unwrap();
    let start = body.find('{').unwrap();
    let end = body.rfind('}').unwrap();
    Reply::with(status, &serde_json::from_str(&body[start..=end]).unwrap())
}

#[tokio::test]
async fn tokens_of_a_desk_by_others_are_taken() {
    let Some(desk_of_tokens) = prism::Desk::start() else { return };
    let given = Arc::new(AtomicUsize::new(0));
    let (count, tokens) = (Arc::clone(&given), desk_of_tokens.address.clone());
    let fake = Tenant::of(20, 20).start(move |question, _| {
        if question.path.ends_with("/oauth2/v2.0/token") {
            count.fetch_add(1, Ordering::Relaxed);
            return Some(passed_on(&tokens, "/token", question));
        }
        let shown = question.headers.get("authorization").map_or("", String::as_str);
        (shown.split('.').count() != 3)
            .then(|| Reply::with(401, &json!({"error": {"code": "InvalidAuthenticationToken"}})))
    });
    let desk = Desk::new().await;
    let pulled = desk.pull(&at(&fake, &[("secret", &desk.secret("secret", SECRET))])).await.unwrap();
    assert!(!pulled.records.is_empty() && given.load(Ordering::Relaxed) > 0);
    let scope = fake.asked().iter().find_map(|question| form(question, "scope"));
    assert_eq!(scope, Some(format!("{}/.default", fake.address)));
}

#[tokio::test]
async fn a_certificate_signs_in_with_a_word_that_others_find_good() {
    let Some(key) = prism::rsa_key() else { return };
    let pair = rcgen::KeyPair::from_pem(&key).unwrap();
    let certificate = rcgen::CertificateParams::new(Vec::new()).unwrap().self_signed(&pair).unwrap();
    let fake = Tenant::of(20, 20).start(|_, _| None);
    let desk = Desk::new().await;
    let both = desk.secret("both", &format!("{key}{}", certificate.pem()));
    desk.pull(&at(&fake, &[("key", &both)])).await.unwrap();
    let asked = fake.asked();
    let question = asked.iter().find(|question| question.path.ends_with("/token")).unwrap();
    let word = form(question, "client_assertion").unwrap();
    assert_eq!(prism::is_signed(&key, &word), Some(true));
    let part = |at: usize| -> Value {
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(word.split('.').nth(at).unwrap()).unwrap()).unwrap()
    };
    assert_eq!(part(0)["x5t#S256"], URL_SAFE_NO_PAD.encode(Sha256::digest(certificate.der())));
    assert_eq!(part(1)["aud"], format!("{}{}", fake.address, question.path));
    assert_eq!((&part(1)["iss"], &part(1)["sub"]), (&json!(CLIENT), &json!(CLIENT)));
    assert_eq!(form(question, "client_secret"), None);
    let alone = desk.secret("alone", &key);
    let error = desk.pull(&at(&fake, &[("key", &alone)])).await.unwrap_err().to_string();
    assert!(error.contains("no certificate") && !error.contains("PRIVATE"), "{error}");
}

/// A tenant that a person may sign in to at the third time of asking, or is refused with `word`.
fn personal(word: &'static str, expires: u64) -> Fake {
    let polls = AtomicUsize::new(0);
    Tenant::of(20, 20).without(&["CopilotPackages.Read.All"]).start(move |question, _| {
        if question.path.ends_with("/devicecode") {
            return Some(Reply::json(&json!({
                "device_code": "device-7", "user_code": "ABCD-1234", "verification_uri": "https://microsoft.com/devicelogin",
                "interval": 0, "expires_in": expires,
            })));
        }
        if form(question, "device_code").as_deref() != Some("device-7") {
            return None;
        }
        let refused = |word: &str| Some(Reply::with(400, &json!({"error": word, "error_description": "AADSTS70016: x"})));
        match polls.fetch_add(1, Ordering::Relaxed) {
            0 | 1 => refused("authorization_pending"),
            _ if !word.is_empty() => refused(word),
            _ => Some(Reply::json(&json!({"access_token": "ey.first", "refresh_token": "again-1", "expires_in": 3599}))),
        }
    })
}

#[tokio::test]
async fn a_person_signs_in_where_the_progress_says_and_sees_what_the_person_may() {
    let fake = personal("", 900);
    let desk = Desk::new().await;
    let source = at(&fake, &[("device-code", "yes")]);
    let told = desk.look(&source).await.unwrap();
    assert!(told.recognised.contains("who signs in") && told.sees.len() > 10, "{told:?}");
    assert!(fake.asked().is_empty(), "a look asks nobody to sign in");
    let said: Mutex<Vec<String>> = Mutex::default();
    let tell = |progress: trueup::connectors::Progress| said.lock().unwrap().push(progress.what);
    let manifest = ops::pull_source(&desk.ctx, &desk.id, &source, &tell).await.unwrap();
    let line = "open https://microsoft.com/devicelogin and enter ABCD-1234";
    assert!(said.lock().unwrap().iter().any(|what| what == line));
    assert_eq!(why(&manifest.preflight, "Agents and apps in the catalogue"), Some(Lack::Forbidden));
    let asked = fake.asked();
    let kinds: Vec<_> = asked.iter().filter_map(|question| form(question, "grant_type")).collect();
    assert_eq!(kinds.iter().filter(|kind| kind.ends_with("device_code")).count(), 3);
    assert_eq!(kinds.last().map(String::as_str), Some("refresh_token"));
    assert!(asked.iter().all(|question| form(question, "client_secret").is_none()));
}

#[tokio::test]
async fn who_does_not_sign_in_reads_a_sentence() {
    let desk = Desk::new().await;
    for (word, expires, sentence) in [
        ("authorization_declined", 900, "nobody can sign in: authorization_declined: AADSTS70016: x"),
        ("expired_token", 900, "nobody can sign in: expired_token"),
        ("", 0, "nobody signed in with the code ABCD-1234"),
    ] {
        let fake = personal(word, expires);
        let error = desk.pull(&at(&fake, &[("device-code", "yes")])).await.unwrap_err().to_string();
        assert!(error.contains(sentence), "{error}");
        assert!(fake.asked().iter().all(|question| !question.path.starts_with("/v1.0/")));
    }
}

//! How systems are asked: tokens that they give out, words signed with an own key, lists over pages; and that the peer that
//! judges us and our fakes by a vendor's description does so.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use trueup::connectors::http::{self, Auth, Body, Http, Issue, Issued, Tokens, form_of_token, jwt};
use trueup::connectors::secret::Secret;
use trueup::connectors::{ConnectorError, Settings};

use crate::systems::fake::{Fake, Reply};
use crate::systems::prism::{self, Desk, Prism};

fn open(address: &str) -> Http {
    let settings = Settings { values: [(http::ADDRESS, address.to_owned())].into(), ..Settings::default() };
    Http::open(&settings, Auth::Nobody, "application/json").unwrap()
}

#[derive(Debug)]
struct Client(Option<Duration>);

impl Issue for Client {
    fn body(&self) -> Result<Body, ConnectorError> {
        Ok(Body::form(&[
            ("grant_type", "client_credentials"),
            ("client_id", "a"),
            ("client_secret", "b&c=d"),
        ]))
    }

    fn read(&self, answer: &Value) -> Option<Issued> {
        let issued = form_of_token(answer)?;
        Some(Issued { lasts: self.0.or(issued.lasts), ..issued })
    }
}

#[tokio::test]
async fn the_description_of_a_vendor_judges_questions_and_answers() {
    let users = |word: &str| json!({"totalCount": 1, "results": [{"_id": "a", "username": "u", "activated": word == "true"}]});
    let started = Prism::before(&[("jumpcloud/jumpcloud-v1-trimmed.json", "/api")], |_| {
        Fake::start(move |question, _| match question.query.get("skip").map(String::as_str) {
            Some("7") => Reply::json(&json!({"totalCount": 1, "results": [{"activated": "yes"}]})),
            _ => Reply::json(&users("true")),
        })
    });
    let Some(prism) = started else { return };
    let client = reqwest::Client::new();
    let ask = async |path: &str, key: bool| {
        let asked = client.get(format!("{}{path}", prism.address));
        let asked = if key { asked.header("x-api-key", "k") } else { asked };
        let answer = asked.send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    };
    assert_eq!(ask("/api/systemusers?limit=10", true).await.0, 200);
    assert_eq!(ask("/api/systemusers?limit=ten", true).await.0, 422);
    assert_eq!(ask("/api/systemusers?limit=10", false).await.0, 401);
    let (status, said) = ask("/api/systemusers?skip=7", true).await;
    assert!(status == 500 && said.contains("activated must be boolean"), "{said}");
    assert_eq!(prism.fake.asked().len(), 2, "what breaks the description is not passed on");
}

#[tokio::test]
async fn a_token_is_fetched_once_and_renewed_when_it_has_ended() {
    let Some(desk) = Desk::start() else { return };
    // It takes every token for two questions.
    let fake = Fake::start(|question, before| {
        let shown = question.headers.get("authorization").map_or("", String::as_str);
        assert!(shown.starts_with("Bearer ey"), "{shown}");
        if before == 2 {
            Reply::with(401, &json!({"error": "ended"}))
        } else {
            Reply::json(&json!({"n": before}))
        }
    });
    let base = open(&fake.address);
    let tokens =
        Tokens::new(base.beside(&desk.address, Auth::Nobody).unwrap(), "token", Box::new(Client(None)));
    let http = base.beside(&fake.address, Auth::Issued(Arc::new(tokens))).unwrap();
    for _ in 0..4 {
        http.get::<Value>("things", http.at("things", &[])).await.unwrap();
    }
    let asked: Vec<_> = http.asked().into_iter().map(|one| (one.what, one.requests, one.again)).collect();
    assert_eq!(asked, [("GET things".to_owned(), 5, 1), ("POST token".to_owned(), 2, 0)]);
    let shown: Vec<_> = fake.asked().into_iter().map(|one| one.headers["authorization"].clone()).collect();
    assert!(shown[0] == shown[1] && shown[1] == shown[2] && shown[3] == shown[4]);
}

#[tokio::test]
async fn a_token_that_is_never_taken_is_not_asked_for_again() {
    let Some(desk) = Desk::start() else { return };
    let fake = Fake::start(|_, _| Reply::with(401, &json!({"message": "who?"})));
    let base = open(&fake.address);
    let tokens =
        Tokens::new(base.beside(&desk.address, Auth::Nobody).unwrap(), "token", Box::new(Client(None)));
    let http = base.beside(&fake.address, Auth::Issued(Arc::new(tokens))).unwrap();
    let fault = http.get::<Value>("things", http.at("things", &[])).await.unwrap_err();
    let error = http.broken("things", fault).to_string();
    assert!(error.contains("does not accept the credentials: who?"), "{error}");
    assert_eq!(fake.asked().len(), 1);
}

#[tokio::test]
async fn why_no_token_is_given_out_is_told() {
    for (reply, words) in [
        (
            Reply::with(
                400,
                &json!({"error": "invalid_client", "error_description": "AADSTS7000215: wrong"}),
            ),
            "AADSTS7000215",
        ),
        (Reply::json(&json!({"token_type": "bearer"})), "does not say why"),
        (Reply::with(404, &json!({})), "no tokens are given out there"),
    ] {
        let desk = Fake::start(move |_, _| reply.clone());
        let base = open(&desk.address);
        let tokens =
            Tokens::new(base.beside(&desk.address, Auth::Nobody).unwrap(), "t", Box::new(Client(None)));
        let error = tokens.get().await.unwrap_err().to_string();
        assert!(error.contains(words) && !error.contains("b&c"), "{error}");
    }
}

#[test]
fn others_find_signed_words_good() {
    let Some(pem) = prism::rsa_key() else { return };
    let key = jwt::Key::read("key", &Secret::new(&pem)).unwrap();
    let word = key.sign(&json!({"kid": "k"}), &json!({"iss": "a", "exp": 1})).unwrap();
    assert_eq!(prism::is_signed(&pem, word.reveal()), Some(true));
    let forged = word.reveal().replacen("ey", "ez", 1);
    assert_eq!(prism::is_signed(&pem, &forged), Some(false));
    for wrong in ["", "no key", &pem.replace("PRIVATE KEY", "PUBLIC KEY")] {
        let error = jwt::Key::read("key", &Secret::new(wrong)).unwrap_err().to_string();
        assert!(error.contains("`key`"), "{error}");
    }
}

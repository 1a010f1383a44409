//! Two servers that speak the language of Vault: one by others (`RustyVault`, which is built from source), with real sign-ins,
//! rights and the verb LIST; and one of our own making for what that one does not have.

use std::process::{Command, Stdio};

use serde_json::{Value, json};

use super::fake::{Fake, Question, Reply};
use super::prism::Prism;
use super::{Running, built, port};

/// The token that the fake takes.
pub const TOKEN: &str = "hvs.canary";
const SPEC: &str = "vault/vault-trimmed.json";

/// What the fake has.
pub struct World {
    people: usize,
    services: usize,
    /// Whether answers come in an envelope, and lists by their own verb.
    is_real: bool,
}

impl World {
    /// One of a size.
    pub fn new(people: usize, services: usize) -> Self {
        Self { people, services, is_real: true }
    }

    /// Starts it behind the vendor's description, which has neither envelopes nor the verb LIST; `None` where that is not
    /// there.
    pub fn described(self) -> Option<Prism> {
        let world = Self { is_real: false, ..self };
        Prism::before(&[(SPEC, "/v1")], |_| world.alone(|_| None))
    }

    /// Starts it without the description; `odd` comes before the usual answer.
    pub fn alone(self, odd: impl Fn(&Question) -> Option<Reply> + Send + Sync + 'static) -> Fake {
        Fake::start(move |question, _| odd(question).unwrap_or_else(|| self.answer(question)))
    }

    fn answer(&self, question: &Question) -> Reply {
        let body: Value = serde_json::from_str(&question.body).unwrap_or_default();
        if question.path == "/v1/auth/approle/login" {
            return if body["secret_id"] == "canary-secret" {
                Reply::json(&json!({"auth": {"client_token": TOKEN, "lease_duration": 3600}}))
            } else {
                Reply::with(400, &json!({"errors": ["invalid role or secret ID"]}))
            };
        }
        if question.headers.get("x-vault-token").map(String::as_str) != Some(TOKEN) {
            let said = "2 errors occurred:\n\t* permission denied\n\t* invalid token\n\n";
            return Reply::with(403, &json!({"errors": [said]}));
        }
        let is_list = question.method == "LIST" || question.query.contains_key("list");
        let found = if is_list { self.list(question) } else { Self::single(question, &body) };
        match found {
            Some(data) if self.is_real => {
                Reply::json(&json!({"request_id": "r", "lease_id": "", "data": data}))
            }
            Some(data) => Reply::json(&data),
            None => Reply::with(404, &json!({"errors": []})),
        }
    }

    fn list(&self, question: &Question) -> Option<Value> {
        let named = |word: &str, count: usize| (0..count).map(|at| format!("{word}{at}")).collect::<Vec<_>>();
        Some(match question.path.trim_end_matches('/') {
            "/v1/sys/policies/acl" => json!({"keys": ["default", "reader", "root"]}),
            "/v1/auth/approle/role" => json!({"keys": named("batch-", self.services)}),
            "/v1/auth/users/users" => json!({"keys": ["anna"]}),
            "/v1/identity/entity/id" => {
                let keys = named("e", self.people);
                let alias = |at: usize| json!({"mount_type": "oidc", "mount_path": "auth/oidc/", "name": format!("p{at}@acme.example")});
                let one = |at: usize| json!({"name": format!("person {at}"), "aliases": [alias(at)]});
                let info: Value = keys
                    .iter()
                    .enumerate()
                    .map(|(at, key)| (key.clone(), one(at)))
                    .collect::<serde_json::Map<_, _>>()
                    .into();
                json!({"keys": keys, "key_info": info})
            }
            "/v1/identity/group/id" => json!({"keys": ["g"]}),
            "/v1/auth/token/accessors" => json!({"keys": ["a", "b", "ended"]}),
            _ => return None,
        })
    }

    fn single(question: &Question, body: &Value) -> Option<Value> {
        let parts: Vec<&str> = question.path.split('/').skip(2).collect();
        Some(match parts.as_slice() {
            ["auth", "token", "lookup-self"] => json!({"accessor": "own", "policies": ["trueup"]}),
            ["sys", "auth"] => {
                json!({"approle/": {"type": "approle"}, "users/": {"type": "userpass"}, "oidc/": {"type": "oidc"},
                                      "token/": {"type": "token"}})
            }
            ["sys", "policies", "acl", "reader"] => {
                json!({"name": "reader", "policy": "path \"secret/data/*\" { capabilities = [\"read\"] }"})
            }
            ["sys", "policies", "acl", "default"] => json!({"name": "default", "policy": ""}),
            ["auth", "approle", "role", _] => {
                json!({"token_policies": ["reader"], "token_no_default_policy": true})
            }
            ["auth", "users", "users", _] => json!({"token_policies": ["root"]}),
            ["identity", "entity", "id", id] => json!({"id": id, "policies": ["reader"], "disabled": false}),
            ["identity", "group", "id", "g"] => {
                json!({"name": "ops", "policies": ["reader"], "member_entity_ids": ["e0", "e1"]})
            }
            ["auth", "token", "lookup-accessor"] => match body["accessor"].as_str()? {
                "a" => {
                    json!({"accessor": "a", "path": "auth/approle/login", "meta": {"role_name": "batch-0"},
                              "creation_time": 1_790_000_000, "expire_time": "2026-12-24T00:00:00Z"})
                }
                "b" => {
                    json!({"accessor": "b", "display_name": "root", "policies": ["root"], "expire_time": null})
                }
                _ => return None,
            },
            _ => return None,
        })
    }
}

/// A running server by others, unsealed.
pub struct Server {
    pub address: String,
    pub root: String,
    client: reqwest::Client,
    _folder: tempfile::TempDir,
    _running: Running,
}

impl Server {
    /// Starts one; `None` where it is not built.
    pub async fn start() -> Option<Self> {
        let program = built("vault", "rvault")?;
        let folder = tempfile::tempdir().unwrap();
        let port = port();
        let address = format!("http://127.0.0.1:{port}");
        let data = folder.path().join("data");
        let config = format!(
            "storage \"file\" {{\n  path = \"{}\"\n}}\nlistener \"tcp\" {{\n  address = \"127.0.0.1:{port}\"\n  tls_disable = \"true\"\n}}\n\
             api_addr = \"{address}\"\nlog_level = \"error\"\npid_file = \"{}\"\n",
            data.display(),
            folder.path().join("pid").display(),
        );
        let file = folder.path().join("config.hcl");
        std::fs::write(&file, config).unwrap();
        let mut command = Command::new(program);
        command.args(["server", "--config"]).arg(&file);
        let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let running = Running::until_listening(child, port);
        let client = reqwest::Client::new();
        let mut server = Self { address, root: String::new(), client, _folder: folder, _running: running };
        let made = server.send("sys/init", json!({"secret_shares": 1, "secret_threshold": 1})).await;
        server.root = made["root_token"].as_str().unwrap().to_owned();
        server.send("sys/unseal", json!({"key": made["keys"][0]})).await;
        Some(server)
    }

    /// Sends something as the root.
    pub async fn send(&self, path: &str, body: Value) -> Value {
        let asked =
            self.client.post(format!("{}/v1/{path}", self.address)).header("x-vault-token", &self.root);
        let answer =
            asked.header("content-type", "application/json").body(body.to_string()).send().await.unwrap();
        let (status, text) = (answer.status(), answer.text().await.unwrap());
        assert!(status.is_success(), "{path}: {status}: {text}");
        serde_json::from_str(&text).unwrap_or_default()
    }

    /// What lies at a path.
    pub async fn get(&self, path: &str) -> Value {
        let asked =
            self.client.get(format!("{}/v1/{path}", self.address)).header("x-vault-token", &self.root);
        serde_json::from_str(&asked.send().await.unwrap().text().await.unwrap()).unwrap()
    }
}

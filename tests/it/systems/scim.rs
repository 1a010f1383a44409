//! scim2-server: an independent implementation of SCIM 2.0, with paging by cursor.

use std::process::{Command, Stdio};

use serde_json::{Value, json};

use super::{Running, installed, port};
use crate::kit;

/// The token that it takes.
pub const TOKEN: &str = "canary-7b1f-scim";

/// A running server.
pub struct Server {
    pub address: String,
    client: reqwest::Client,
    _running: Running,
}

impl Server {
    /// Starts it, with cursors or by index only; `None` where it is not installed.
    pub fn start(has_cursors: bool) -> Option<Self> {
        let program = installed("scim", "scim2-server")?;
        let specs = kit::shared("specs/scim")?;
        let port = port();
        let mut command = Command::new(program);
        command.args(["--port", &port.to_string(), "--bearer-token", TOKEN]);
        command.arg("--schema").arg(specs.join("scim-schemas.json"));
        command.arg("--resource-type").arg(specs.join("scim-rt.json"));
        if has_cursors {
            command.arg("--service-provider-config").arg(specs.join("spc.json"));
        }
        let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let running = Running::until_listening(child, port);
        trueup::connectors::http::provide();
        let address = format!("http://127.0.0.1:{port}/v2");
        Some(Self { address, client: reqwest::Client::new(), _running: running })
    }

    /// Makes an object; returns its id.
    pub async fn make(&self, path: &str, schema: &str, mut object: Value) -> String {
        object["schemas"] = json!([format!("urn:ietf:params:scim:schemas:core:2.0:{schema}")]);
        let asked = self.client.post(format!("{}/{path}", self.address)).bearer_auth(TOKEN);
        let asked = asked.header("content-type", "application/scim+json").body(object.to_string());
        let response = asked.send().await.unwrap();
        let status = response.status();
        let made = response.text().await.unwrap();
        assert!(status.is_success(), "{status}: {made}");
        let made: Value = serde_json::from_str(&made).unwrap();
        made["id"].as_str().unwrap().to_owned()
    }

    /// Makes so many users, of whom every tenth is not active.
    pub async fn users(&self, count: usize) -> Vec<String> {
        let mut ids = Vec::new();
        for at in 0..count {
            let user = json!({
                "userName": format!("u{at}@x.example"), "active": at % 10 != 0,
                "name": {"givenName": "U", "familyName": format!("N{at}")},
                "emails": [{"value": format!("u{at}@x.example")}],
            });
            ids.push(self.make("Users", "User", user).await);
        }
        ids
    }
}

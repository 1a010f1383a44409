//! The MCP clients that are known, and where each keeps its configuration.

use std::sync::LazyLock;

use serde::Deserialize;

/// Every client, as it stands in the program.
pub static CLIENTS: LazyLock<Vec<Client>> =
    LazyLock::new(|| read(include_str!("../../../assets/ai/clients.toml")));

/// VS Code and editors made from it, as their folders are called.
const EDITORS: &[&str] =
    &["Code", "Code - Insiders", "VSCodium", "Cursor", "Windsurf", "Kiro", "Antigravity", "Trae"];
/// Where the folders of editors lie in a home: Linux, macOS, Windows.
const EDITOR_HOMES: &[&str] = &[".config", "Library/Application Support", "AppData/Roaming"];

/// One client.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Client {
    /// The id in the catalogue of products.
    pub id: String,
    pub title: String,
    /// Where in a file the servers stand; `*` is any key.
    pub keys: Vec<String>,
    /// Files in a home; `*` in the last part is any text.
    #[serde(default)]
    pub files: Vec<String>,
    #[serde(default)]
    storage: Vec<String>,
    /// Files of the whole machine, from its root.
    #[serde(default)]
    pub system: Vec<String>,
    /// Files in a folder of code.
    #[serde(default)]
    pub project: Vec<String>,
    /// Folders in a home that hold plugins.
    #[serde(default)]
    pub trees: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    client: Vec<Client>,
}

#[expect(clippy::expect_used, reason = "the table is part of the program, and a test reads it")]
fn read(text: &str) -> Vec<Client> {
    let mut clients = toml::from_str::<File>(text).expect("the table of clients is well formed").client;
    for client in &mut clients {
        for home in EDITOR_HOMES {
            for editor in EDITORS {
                let place = |own: &String| format!("{home}/{editor}/User/globalStorage/{own}");
                client.files.extend(client.storage.iter().map(place));
            }
        }
    }
    clients
}

impl Client {
    /// Whether a file in a folder of code, or one that stands alone, may be of this client: by the end of its path.
    pub fn owns(&self, path: &str) -> bool {
        let path = path.replace('\\', "/");
        let all = self.project.iter().chain(&self.files);
        all.into_iter().any(|own| path == *own || path.ends_with(&format!("/{own}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::connectors::catalogue::{IdKind, Seen, find};

    #[test]
    fn twenty_clients_are_known_and_each_but_the_editor_is_a_product() {
        assert_eq!(CLIENTS.len(), 20);
        for client in CLIENTS.iter().filter(|client| client.id != "vscode") {
            let seen = Seen { ids: &[(IdKind::McpClient, &client.id)], ..Seen::default() };
            assert!(find(&seen).is_some(), "{}", client.id);
            assert!(!client.files.is_empty(), "{}", client.id);
        }
    }

    #[test]
    fn the_storage_of_every_editor_is_looked_at() {
        let cline = CLIENTS.iter().find(|client| client.id == "cline").unwrap();
        let windows = "AppData/Roaming/Cursor/User/globalStorage/saoudrizwan.claude-dev/settings/cline_mcp_settings.json";
        assert!(cline.files.iter().any(|file| file == windows));
    }
}

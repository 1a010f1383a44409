//! MCP servers in a configuration: the name, how it is spoken to, the program or the host. Arguments, variables and
//! headers are looked through for secrets and never taken over.

use serde_json::Value;

use super::secrets::{self, Secrets};
use crate::connectors::catalogue::bare;

/// How many letters of a name are kept.
const NAME: usize = 60;
/// How many servers of one file are taken.
const MOST: usize = 500;

/// One server as a client is told to start or to reach it.
#[derive(Debug, PartialEq, Eq)]
pub struct Server {
    pub name: String,
    /// `stdio`, `http`, `sse` or `websocket`.
    pub transport: &'static str,
    /// The program's name without its folder, or the host.
    pub target: Option<String>,
    pub secrets: Secrets,
    /// Whether the client is told not to use it.
    pub is_off: bool,
}

/// The servers at the places where a client keeps them, and how many more there are than are taken.
pub fn servers(config: &Value, keys: &[String]) -> (Vec<Server>, usize) {
    let mut all = Vec::new();
    for key in keys {
        let parts: Vec<&str> = key.split('.').collect();
        let mut places = Vec::new();
        reach(config, &parts, &mut places);
        // VS Code also writes the whole path as one key.
        places.extend(config.get(key.as_str()).filter(|_| parts.len() > 1));
        all.extend(places.into_iter().flat_map(entries).filter_map(|(name, entry)| server(name, entry)));
    }
    let more = all.len().saturating_sub(MOST);
    all.truncate(MOST);
    (all, more)
}

fn reach<'a>(value: &'a Value, parts: &[&str], found: &mut Vec<&'a Value>) {
    match parts {
        [] => found.push(value),
        ["*", rest @ ..] => {
            let all = value.as_object().into_iter().flat_map(|map| map.values());
            all.for_each(|inside| reach(inside, rest, found));
        }
        [key, rest @ ..] => {
            if let Some(inside) = value.get(*key) {
                reach(inside, rest, found);
            }
        }
    }
}

/// Servers by name, or in a list in which each says its name.
fn entries(place: &Value) -> Vec<(&str, &Value)> {
    match place {
        Value::Object(map) => map.iter().map(|(name, entry)| (name.as_str(), entry)).collect(),
        Value::Array(list) => {
            let named = |entry| Value::get(entry, "name").and_then(Value::as_str);
            list.iter().map(|entry| (named(entry).unwrap_or("without a name"), entry)).collect()
        }
        _ => Vec::new(),
    }
}

/// What has neither a program nor an address is no server of its own, such as a built-in tool.
fn server(name: &str, entry: &Value) -> Option<Server> {
    let text = |keys: &[&str]| keys.iter().find_map(|key| entry.get(key).and_then(first));
    let command = text(&["command", "cmd"]);
    let url = text(&["url", "serverUrl", "httpUrl", "uri"]);
    if command.is_none() && url.is_none() {
        return None;
    }
    let kind = text(&["type", "transport"]).unwrap_or_default().to_lowercase();
    let is = |key: &str| entry.get(key).and_then(Value::as_bool);
    Some(Server {
        name: shown(name),
        transport: transport(&kind, command.is_some(), url.unwrap_or_default()),
        target: command.map_or_else(|| host(url.unwrap_or_default()), program),
        secrets: secrets::look(entry),
        is_off: is("disabled") == Some(true) || is("enabled") == Some(false),
    })
}

/// The text of a value: of a list the first, of a map what it calls a path.
fn first(value: &Value) -> Option<&str> {
    match value {
        Value::String(text) => Some(text),
        Value::Array(list) => list.first().and_then(Value::as_str),
        Value::Object(map) => map.get("path").or_else(|| map.get("command")).and_then(Value::as_str),
        _ => None,
    }
}

fn transport(kind: &str, has_command: bool, url: &str) -> &'static str {
    let path = url.split(['?', '#']).next().unwrap_or_default();
    if kind.contains("sse") {
        "sse"
    } else if kind.contains("http") {
        "http"
    } else if kind == "ws" || kind.contains("websocket") {
        "websocket"
    } else if has_command {
        "stdio"
    } else if path.ends_with("/sse") {
        "sse"
    } else {
        "http"
    }
}

/// The name of a program without its folder; nothing where more than a name stands there.
fn program(command: &str) -> Option<String> {
    let is_path = [".exe", ".cmd", ".bat", ".ps1"].iter().any(|end| command.to_lowercase().ends_with(end));
    let whole = if is_path { command } else { command.split_whitespace().next().unwrap_or_default() };
    let name = whole.rsplit(['/', '\\']).next().unwrap_or_default();
    let is_plain = |sign: char| sign.is_ascii_alphanumeric() || "._-+@".contains(sign);
    let is_name = (1..=NAME).contains(&name.len()) && name.chars().all(is_plain);
    (is_name && !secrets::is_known(name)).then(|| name.to_owned())
}

/// The host of an address, without a port; nothing where a place is left open.
fn host(url: &str) -> Option<String> {
    url.split_once("://")?;
    let host = bare(url);
    let is_plain = |sign: char| sign.is_ascii_alphanumeric() || ".-".contains(sign);
    let is_host = (1..=120).contains(&host.len()) && host.chars().all(is_plain);
    (is_host && !secrets::is_known(&host)).then_some(host)
}

/// A name as it is kept: bounded, without signs that steer a terminal, and never a secret.
pub fn shown(name: &str) -> String {
    if secrets::is_known(name) {
        return "a name that looks like a secret".to_owned();
    }
    let shown: String = name.trim().chars().filter(|sign| !sign.is_control()).take(NAME).collect();
    if shown.is_empty() { "without a name".to_owned() } else { shown }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn of(keys: &[&str], config: &Value) -> Vec<(String, &'static str, Option<String>)> {
        let keys: Vec<String> = keys.iter().map(|key| (*key).to_owned()).collect();
        let (all, _) = servers(config, &keys);
        all.into_iter().map(|one| (one.name, one.transport, one.target)).collect()
    }

    #[test]
    fn every_shape_of_an_entry_is_understood() {
        let config = json!({"mcpServers": {
            "a": {"command": "/usr/bin/npx", "args": null, "env": null},
            "b": {"command": ["C:\\Program Files\\nodejs\\npx.cmd", "-y"], "type": "local"},
            "c": {"cmd": "uvx", "envs": {}},
            "d": {"serverUrl": "https://user:pw@MCP.example.com:8443/sse?key=x"},
            "e": {"httpUrl": "https://x.example/mcp"},
            "f": {"url": "https://x.example/mcp", "type": "SSE"},
            "g": {"command": {"path": "tool", "args": []}},
            "h": {"url": "${input:address}"},
            "i": {"type": "builtin", "name": "developer"},
            "j": {"command": "KEY=abcdef npx"},
            "k": {"url": "wss://x.example", "type": "ws"},
        }});
        let expected = [
            ("a", "stdio", Some("npx")),
            ("b", "stdio", Some("npx.cmd")),
            ("c", "stdio", Some("uvx")),
            ("d", "sse", Some("mcp.example.com")),
            ("e", "http", Some("x.example")),
            ("f", "sse", Some("x.example")),
            ("g", "stdio", Some("tool")),
            ("h", "http", None),
            ("j", "stdio", None),
            ("k", "websocket", Some("x.example")),
        ];
        let expected: Vec<_> =
            expected.map(|(name, by, to)| (name.to_owned(), by, to.map(str::to_owned))).into();
        assert_eq!(of(&["mcpServers"], &config), expected);
    }

    #[test]
    fn servers_are_found_at_every_place_of_a_client() {
        let config = json!({
            "mcpServers": {"a": {"command": "x"}},
            "projects": {"/home/me/p": {"mcpServers": {"b": {"command": "x"}}}, "/q": 1},
            "mcp": {"servers": {"c": {"command": "x"}}},
            "mcp.servers": {"d": {"command": "x"}},
            "list": [{"name": "e", "command": "x"}],
        });
        let names = |keys: &[&str]| of(keys, &config).into_iter().map(|one| one.0).collect::<Vec<_>>();
        assert_eq!(names(&["mcpServers", "projects.*.mcpServers"]), ["a", "b"]);
        assert_eq!(names(&["mcp.servers"]), ["c", "d"]);
        assert_eq!(names(&["list"]), ["e"]);
        assert!(names(&["nothing"]).is_empty());
    }

    #[test]
    fn names_are_bounded_and_steer_nothing() {
        assert_eq!(shown("a\u{1b}[31m\nb"), "a[31mb");
        assert_eq!(shown(&"x".repeat(500)).len(), NAME);
        assert_eq!(shown("ghp_0123456789abcdef0123"), "a name that looks like a secret");
        assert_eq!(shown(" \u{7} "), "without a name");
    }
}

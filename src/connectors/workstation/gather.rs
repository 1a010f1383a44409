//! Goes through the homes and puts together what is found: one record for each tool and channel, however many
//! homes show it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use jiff::Timestamp;
use serde_json::Value;

use super::clients::{CLIENTS, Client};
use super::extensions;
use super::folder::Folder;
use super::homes::Places;
use super::lenient;
use super::servers::{Server, servers, shown};
use crate::connectors::catalogue::{self, Channel, IdKind, Seen};
use crate::model::SourceId;
use crate::model::inventory::{Confidence, Fact, Tool};

/// How large a configuration may be, in bytes; that of Claude Code holds the history of its projects.
const LARGEST: u64 = 64 << 20;
/// How deep below a home folders of code are looked for, and how many.
const DEPTH: usize = 4;
const FOLDERS: usize = 5_000;
/// How deep and how wide trees of plugins are.
const TREE: usize = 8;
/// How many tools one pull tells of; the names of servers are anybody's.
const TOOLS: usize = 10_000;
/// How many pieces of evidence each keeps.
const EVIDENCE: usize = 12;
/// Folders that hold no code of people, or too much of others'.
const PASSED: &[&str] = &["node_modules", "AppData", "Library", "snap", "target", "venv", "vendor"];

/// What was found.
#[derive(Default)]
pub struct Gathered {
    finds: BTreeMap<(String, &'static str), Find>,
    /// Homes, or zero where no folder is one.
    pub homes: u64,
    /// Configurations of MCP clients that were read.
    pub configurations: u64,
    /// Servers in them.
    pub servers: u64,
    /// Profiles of browsers.
    pub profiles: u64,
    is_full: bool,
}

struct Find {
    tool: Tool,
    homes: BTreeSet<usize>,
    evidence: BTreeSet<String>,
    is_on: bool,
}

/// Where something was found: in which home, if in one.
#[derive(Clone, Copy)]
struct At<'a> {
    folder: &'a Folder,
    home: Option<usize>,
}

impl Gathered {
    /// Reads the folder: its homes, else itself as a folder of code. `is_over` ends it early.
    pub fn read(folder: &Folder, is_over: impl Fn() -> bool) -> Self {
        let mut all = Self::default();
        let places = Places::find(folder);
        all.homes = places.homes.len() as u64;
        for (number, home) in places.homes.iter().enumerate() {
            if is_over() {
                break;
            }
            all.home(At { folder, home: Some(number) }, home);
        }
        let nowhere = At { folder, home: None };
        for root in &places.roots {
            for client in CLIENTS.iter() {
                for file in &client.system {
                    all.file(nowhere, Some(client), &root.join(file));
                }
            }
        }
        if places.homes.is_empty() {
            all.projects(nowhere, &folder.root);
        }
        all
    }

    /// Reads a single configuration.
    pub fn read_file(folder: &Folder, path: &Path) -> Self {
        let mut all = Self::default();
        let name = path.to_string_lossy();
        let client = CLIENTS.iter().find(|client| client.owns(&name));
        all.file(At { folder, home: None }, client, path);
        all
    }

    fn home(&mut self, at: At<'_>, home: &Path) {
        for client in CLIENTS.iter() {
            for file in &client.files {
                for path in matching(at.folder, home, file) {
                    if self.file(at, Some(client), &path) {
                        self.client(at, client);
                    }
                }
            }
            for tree in &client.trees {
                self.tree(at, client, &home.join(tree), TREE);
            }
        }
        self.projects(at, home);
        let extensions = extensions::look(at.folder, home);
        self.profiles += extensions.profiles;
        for (browser, mut found, is_on) in extensions.found {
            found.evidence = format!("{} in {browser}", found.evidence);
            let tool = catalogue::tool(&found, None, Channel::Endpoint, Fact::Hidden, Fact::Hidden);
            self.add(at, Channel::Endpoint, tool, is_on);
        }
    }

    /// A client whose configuration lies in a home is a product in use.
    fn client(&mut self, at: At<'_>, client: &Client) {
        let ids = [(IdKind::McpClient, client.id.as_str())];
        if let Some(mut found) = catalogue::find(&Seen { ids: &ids, ..Seen::default() }) {
            found.evidence = format!("configuration of {}", client.title);
            let tool = catalogue::tool(&found, None, Channel::Code, Fact::Hidden, Fact::Hidden);
            self.add(at, Channel::Code, tool, true);
        }
    }

    /// Configurations in folders of code.
    fn projects(&mut self, at: At<'_>, home: &Path) {
        let mut waiting = vec![(home.to_owned(), DEPTH)];
        let mut looked_at = 0;
        while let Some((place, depth)) = waiting.pop() {
            looked_at += 1;
            if looked_at > FOLDERS {
                let reason = format!("only {FOLDERS} folders were searched for configurations of projects");
                at.folder.refuse(home, reason);
                return;
            }
            let entries = at.folder.list(&place);
            for client in CLIENTS.iter() {
                // In the home itself the same files are those of the client, which are read already.
                let own =
                    |file: &&String| place != home || at.home.is_none() || !client.files.contains(*file);
                for file in client.project.iter().filter(own) {
                    let first = file.split('/').next().unwrap_or_default();
                    if entries.iter().any(|entry| entry.name == first) {
                        self.file(at, Some(client), &place.join(file));
                    }
                }
            }
            let below =
                entries.iter().filter(|entry| entry.is_folder && depth > 0 && is_searched(&entry.name));
            let paths = below.map(|entry| place.join(&entry.name)).filter(|path| !path.is_symlink());
            waiting.extend(paths.map(|path| (path, depth.saturating_sub(1))));
        }
    }

    fn tree(&mut self, at: At<'_>, client: &Client, place: &Path, depth: usize) {
        if !Folder::has(place) {
            return;
        }
        for file in &client.project {
            self.file(at, Some(client), &place.join(file));
        }
        for entry in at.folder.list(place).into_iter().filter(|entry| entry.is_folder && depth > 0) {
            let below = place.join(entry.name);
            if !below.is_symlink() {
                self.tree(at, client, &below, depth - 1);
            }
        }
    }

    /// Reads one configuration; whether it was one.
    fn file(&mut self, at: At<'_>, client: Option<&Client>, path: &Path) -> bool {
        if !Folder::has(path) {
            return false;
        }
        let Some(bytes) = at.folder.read(path, LARGEST) else { return false };
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let config = match lenient::read(&name, &bytes) {
            Ok(config) => config,
            Err(reason) => {
                at.folder.refuse(path, reason);
                // It lies there, so the client was used; what it holds is not known.
                return true;
            }
        };
        self.configurations += 1;
        self.servers(at, client, path, &config);
        true
    }

    fn servers(&mut self, at: At<'_>, client: Option<&Client>, path: &Path, config: &Value) {
        let any: Vec<String>;
        let (keys, title) = if let Some(client) = client {
            (&client.keys, client.title.as_str())
        } else {
            let all: BTreeSet<&String> = CLIENTS.iter().flat_map(|client| &client.keys).collect();
            any = all.into_iter().cloned().collect();
            (&any, "MCP")
        };
        let (found, more) = servers(config, keys);
        if more > 0 {
            at.folder.refuse(path, format!("{more} more servers than are taken of one file"));
        }
        for server in found {
            self.servers += 1;
            let is_on = !server.is_off;
            self.add(at, Channel::Code, tool(title, &server), is_on);
        }
    }

    fn add(&mut self, at: At<'_>, channel: Channel, tool: Tool, is_on: bool) {
        let key = (tool.id.clone(), channel.word());
        if self.finds.len() >= TOOLS && !self.finds.contains_key(&key) {
            if !std::mem::replace(&mut self.is_full, true) {
                at.folder
                    .refuse(&at.folder.root, format!("more than {TOOLS} tools; the others are left out"));
            }
            return;
        }
        let find = self.finds.entry(key).or_insert_with(|| Find {
            tool: Tool { evidence: Vec::new(), ..tool.clone() },
            homes: BTreeSet::new(),
            evidence: BTreeSet::new(),
            is_on: false,
        });
        if find.tool.confidence < tool.confidence {
            find.tool.rule = tool.rule;
            find.tool.confidence = tool.confidence;
        }
        if find.tool.holds_secret != Fact::Known(true) && tool.holds_secret.is_told() {
            find.tool.holds_secret = tool.holds_secret;
        }
        find.homes.extend(at.home);
        find.is_on |= is_on;
        find.evidence.extend(tool.evidence);
        while find.evidence.len() > EVIDENCE {
            find.evidence.pop_last();
        }
    }

    /// The records: of what is switched off everywhere it is told that it is not in use.
    pub fn tools(self, source: &SourceId, at: Timestamp) -> impl Iterator<Item = Tool> {
        let homes = self.homes;
        self.finds.into_values().map(move |find| {
            let users = u32::try_from(find.homes.len()).unwrap_or(u32::MAX);
            Tool {
                source: Some(source.clone()),
                found: if find.is_on { Fact::Known(at) } else { Fact::Absent },
                users: if homes > 0 && users > 0 { Fact::Known(users) } else { Fact::Hidden },
                evidence: find.evidence.into_iter().collect(),
                ..find.tool
            }
        })
    }
}

/// The record of an MCP server.
fn tool(client: &str, server: &Server) -> Tool {
    let mut evidence = format!("{client} config: server {}, {}", server.name, server.transport);
    if let Some(target) = &server.target {
        evidence = format!("{evidence} {target}");
    }
    if server.is_off {
        evidence.push_str(", switched off");
    }
    if server.secrets.is_any {
        let place =
            if server.secrets.keys.is_empty() { "in it".to_owned() } else { server.secrets.keys.join(", ") };
        evidence = format!("{evidence}, secret: {place}");
    }
    Tool {
        id: format!("mcp:{}", server.name.to_lowercase()),
        name: format!("{} (MCP server)", server.name),
        channel: Fact::Known(Channel::Code.word().to_owned()),
        rule: "mcp.config/1".to_owned(),
        confidence: Some(Confidence::High),
        evidence: vec![evidence],
        holds_secret: Fact::Known(server.secrets.is_any),
        ..Tool::default()
    }
}

/// The files that a place means: itself, or those whose names fit a `*`.
fn matching(folder: &Folder, home: &Path, file: &str) -> Vec<std::path::PathBuf> {
    let (parent, name) = file.rsplit_once('/').unwrap_or(("", file));
    let Some((before, after)) = name.split_once('*') else { return vec![home.join(file)] };
    let place = home.join(parent);
    if !Folder::has(&place) {
        return Vec::new();
    }
    let fits = |name: &str| {
        name.len() > before.len() + after.len() && name.starts_with(before) && name.ends_with(after)
    };
    let names = folder.list(&place).into_iter().filter(|entry| fits(&entry.name));
    names.map(|entry| place.join(entry.name)).collect()
}

fn is_searched(name: &str) -> bool {
    !name.starts_with('.') && !PASSED.contains(&name)
}

/// The last part of a folder's path, as the name of what was collected.
pub fn title(folder: &Folder) -> String {
    let name = folder.root.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    if name.is_empty() { "root".to_owned() } else { shown(&name) }
}

//! Workstations: homes made by the test, as the three systems lay them out, and everything that may be wrong in them.

use std::fs;
use std::path::Path;

use proptest::prelude::*;
use serde_json::{Value, json};
use trueup::connectors::{ConnectorError, REGISTRY, Said, Settings, Sink, Taken};
use trueup::model::inventory::{Confidence, Fact, Record, Tool};
use trueup::model::pull::{Missing, Refusal};

const SECRET: &str = "ghp_ThisMustNeverBeSeen0123456789";

fn write(root: &Path, file: &str, content: impl AsRef<[u8]>) {
    let path = root.join(file);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, content).unwrap();
}

/// What one reading gave.
#[derive(Debug)]
pub struct Pulled {
    pub records: Vec<Record>,
    pub refusals: Vec<Refusal>,
    pub misses: Vec<Missing>,
    pub taken: Taken,
}

/// Pulls with a connector and these settings.
pub fn pull_with(id: &str, settings: &Settings) -> Result<Pulled, ConnectorError> {
    let spec = REGISTRY.iter().copied().find(|spec| spec.id == id).unwrap();
    let connector = (spec.connect)(settings)?;
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        let (mut sink, mut said) = Sink::channel(64);
        let reading = async move { connector.pull(&mut sink).await };
        let taking = async {
            let (mut records, mut refusals, mut misses) = (Vec::new(), Vec::new(), Vec::new());
            while let Some(said) = said.recv().await {
                match said {
                    Said::Records(some) => records.extend(some),
                    Said::Refused(refusal) => refusals.push(refusal),
                    Said::Misses(missing) => misses.push(missing),
                    Said::Progress(_) | Said::Asked(_) => {}
                }
            }
            (records, refusals, misses)
        };
        let (taken, (records, refusals, misses)) = tokio::join!(reading, taking);
        Ok(Pulled { records, refusals, misses, taken: taken? })
    })
}

/// Pulls one file or folder with a connector.
pub fn pull(id: &str, path: &Path) -> Result<Pulled, ConnectorError> {
    pull_with(id, &Settings::file(path.to_str().unwrap(), Vec::new().into()))
}

fn read(root: &Path) -> Pulled {
    pull("workstation", root).unwrap()
}

/// The tools among the records; there is nothing else.
pub fn tools(pulled: &Pulled) -> Vec<&Tool> {
    let all = pulled.records.iter().map(|record| match record {
        Record::Tool(tool) => tool,
        other => panic!("{other:?}"),
    });
    all.collect()
}

/// The tool of an id.
pub fn tool<'a>(pulled: &'a Pulled, id: &str) -> &'a Tool {
    let all = tools(pulled);
    let found = all.iter().find(|tool| tool.id == id);
    found.unwrap_or_else(|| panic!("no {id} in {all:#?}"))
}

/// Three homes: Linux, macOS, Windows.
fn homes(root: &Path) {
    let linux = root.join("linux/home/ada");
    write(
        &linux,
        ".cursor/mcp.json",
        format!(
            "// my servers\n{{\"mcpServers\": {{ /* one */ \"github\": {{\"command\": \"/usr/bin/npx\", \
             \"args\": [\"-y\", \"{SECRET}\"], \"env\": {{\"GITHUB_TOKEN\": \"{SECRET}\",}},}},}},}}"
        ),
    );
    write(
        &linux,
        ".claude.json",
        json!({"projects": {"/home/ada/p": {"mcpServers": {"docs": {"type": "sse", "url": "https://docs.example/x"}}}}})
            .to_string(),
    );
    write(
        &linux,
        ".claude/plugins/cache/a/b/.mcp.json",
        json!({"mcpServers": {"plugged": {"command": "uvx"}}}).to_string(),
    );
    write(&linux, ".codex/config.toml", "[mcp_servers.files]\ncommand = \"npx\"\nargs = [\"x\"]\n");
    write(
        &linux,
        ".config/goose/config.yaml",
        format!(
            "extensions:\n  developer:\n    type: builtin\n  mail: # c\n    type: stdio\n    cmd: uvx\n    envs:\n      MAIL_PASSWORD: {SECRET}\n"
        ),
    );
    write(&linux, "code/app/.vscode/mcp.json", json!({"servers": {"db": {"command": "db"}}}).to_string());
    let mac = root.join("mac/Users/bob");
    write(
        &mac,
        "Library/Application Support/Claude/claude_desktop_config.json",
        json!({"mcpServers": {"GitHub": {"command": "docker", "args": null, "disabled": true}}}).to_string(),
    );
    let windows = root.join("pc/C/Users/Cyd");
    let wide: Vec<u8> =
        "\u{feff}{\"mcp\": {\"servers\": {\"web\": {\"url\": \"https://web.example:8443/mcp\"}}}}"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
    write(&windows, "AppData/Roaming/Code/User/settings.json", wide);
    write(&windows, "AppData/Roaming/Zed/settings.json", "{}");
}

#[test]
fn the_configurations_of_three_systems_give_clients_and_servers() {
    let folder = tempfile::tempdir().unwrap();
    homes(folder.path());
    let pulled = read(folder.path());
    let ids: Vec<_> = tools(&pulled).into_iter().map(|tool| tool.id.as_str()).collect();
    let expected = [
        "anthropic-claude",
        "anthropic-claude-code",
        "cursor",
        "goose",
        "mcp:db",
        "mcp:docs",
        "mcp:files",
        "mcp:github",
        "mcp:mail",
        "mcp:plugged",
        "mcp:web",
        "openai-codex",
        "zed",
    ];
    assert_eq!(ids, expected);
    let github = tool(&pulled, "mcp:github");
    let evidence = [
        "Claude Desktop config: server GitHub, stdio docker, switched off",
        "Cursor config: server github, stdio npx, secret: GITHUB_TOKEN, args",
    ];
    assert_eq!(github.evidence, evidence);
    assert_eq!((github.holds_secret, github.users), (Fact::Known(true), Fact::Known(2)));
    assert!(github.found.known().is_some(), "one of two is switched on");
    assert_eq!(github.channel, Fact::Known("code".to_owned()));
    assert_eq!(tool(&pulled, "mcp:docs").holds_secret, Fact::Known(false));
    assert_eq!(tool(&pulled, "mcp:docs").evidence, ["Claude Code config: server docs, sse docs.example"]);
    assert_eq!(tool(&pulled, "mcp:web").evidence, ["VS Code config: server web, http web.example"]);
    assert_eq!(
        tool(&pulled, "mcp:mail").evidence,
        ["goose config: server mail, stdio uvx, secret: MAIL_PASSWORD"]
    );
    assert_eq!(tool(&pulled, "cursor").rule, "catalogue.id/1");
    assert_eq!(tool(&pulled, "zed").confidence, Some(Confidence::Low));
    assert!(pulled.refusals.is_empty(), "{:?}", pulled.refusals);
    assert!(
        pulled.misses.iter().any(|one| one.sight.starts_with("Browser extensions")),
        "{:?}",
        pulled.misses
    );
    assert_eq!(pulled.taken.source.as_str().split(':').next(), Some("workstation"));
    let all = format!("{:?}", pulled.records);
    assert!(!all.contains("MustNever") && !all.contains("8443"));
}

#[test]
fn extensions_are_known_by_id_and_possible_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().join("home/ada");
    let chrome = ".config/google-chrome/Default/Extensions";
    let known = "fcoeoabgfenejglbffodgkkbkcdhcgfn";
    write(&home, &format!("{chrome}/{known}/1.0_0/manifest.json"), "not even JSON");
    let named = "abcdefghijklmnopabcdefghijklmnop";
    let manifest = json!({"name": "__MSG_appName__", "default_locale": "de"}).to_string();
    write(&home, &format!("{chrome}/{named}/2_0/manifest.json"), manifest);
    let texts = json!({"APPNAME": {"message": "DeepSeek Helper"}}).to_string();
    write(&home, &format!("{chrome}/{named}/2_0/_locales/de/messages.json"), texts);
    let other = json!({"name": "Dark mode"}).to_string();
    write(&home, &format!("{chrome}/{}/1/manifest.json", "a".repeat(32)), other);
    fs::create_dir_all(home.join(chrome).join("b".repeat(32))).unwrap();
    let addons = json!({"addons": [
        {"id": "87677a2c52b84ad3a151a4a72f5bd3c4@jetpack", "type": "extension", "active": false,
         "defaultLocale": {"name": "Writing"}},
        {"id": "t@x", "type": "theme", "defaultLocale": {"name": "ChatGPT"}},
        {"id": "x@x", "type": "extension", "defaultLocale": {"name": "ChatGPT sidebar"}},
    ]});
    write(&home, ".mozilla/firefox/x.default/extensions.json", addons.to_string());
    let pulled = read(folder.path());
    let claude = tool(&pulled, "anthropic-claude");
    assert_eq!(claude.evidence, [format!("Chrome extension {known} in Chrome")]);
    assert_eq!(
        (claude.confidence, &claude.channel),
        (Some(Confidence::High), &Fact::Known("endpoint".to_owned()))
    );
    let maybe = tool(&pulled, "deepseek");
    assert_eq!((maybe.confidence, maybe.rule.as_str()), (Some(Confidence::Low), "catalogue.name/1"));
    assert_eq!(tool(&pulled, "grammarly").found, Fact::Absent, "it is switched off");
    assert_eq!(tool(&pulled, "openai-chatgpt").confidence, Some(Confidence::Low));
    assert_eq!(pulled.records.len(), 4);
}

#[test]
fn what_cannot_be_read_is_named_and_the_rest_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let outside = tempfile::tempdir().unwrap();
    write(outside.path(), "mcp.json", json!({"mcpServers": {"outside": {"command": "x"}}}).to_string());
    let home = folder.path().join("home/ada");
    write(&home, ".boltai/mcp.json", json!({"mcpServers": {"fine": {"command": "x"}}}).to_string());
    write(&home, ".gemini/settings.json", "{\"mcpServers\": {\n\"a\": hidden}");
    let large = fs::File::create(home.join(".claude.json")).unwrap();
    large.set_len(100 << 20).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::symlink;
        fs::create_dir_all(home.join(".cursor")).unwrap();
        symlink(outside.path().join("mcp.json"), home.join(".cursor/mcp.json")).unwrap();
        fs::create_dir_all(home.join(".kiro/settings")).unwrap();
        symlink("../../.boltai/mcp.json", home.join(".kiro/settings/mcp.json")).unwrap();
        symlink(&home, home.join("again")).unwrap();
    }
    let pulled = read(folder.path());
    let ids: Vec<_> = tools(&pulled).into_iter().map(|tool| tool.id.as_str()).collect();
    #[cfg(unix)]
    assert_eq!(ids, ["boltai", "google-gemini-cli", "kiro", "mcp:fine"]);
    let refused: Vec<_> =
        pulled.refusals.iter().map(|one| format!("{}: {}", one.subject, one.reason)).collect();
    let told = |part: &str| refused.iter().any(|one| one.contains(part));
    assert!(told(".gemini/settings.json: it is no JSON from line 2 on"), "{refused:?}");
    assert!(told(".claude.json: it is larger than 64 MiB"), "{refused:?}");
    #[cfg(unix)]
    assert!(told(".cursor/mcp.json: it is a link to a place outside"), "{refused:?}");
    assert!(!refused.join("").contains("hidden"));
    drop(ids);
}

#[test]
fn a_single_configuration_and_a_folder_of_code_are_read_too() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), ".mcp.json", json!({"mcpServers": {"own": {"command": "x"}}}).to_string());
    write(folder.path(), "any.jsonc", "{\"context_servers\": {\"zed\": {\"command\": \"y\"}}, }");
    let single = read(&folder.path().join("any.jsonc"));
    assert_eq!(tool(&single, "mcp:zed").evidence, ["MCP config: server zed, stdio y"]);
    assert_eq!(tool(&single, "mcp:zed").users, Fact::Hidden);
    let whole = read(folder.path());
    assert_eq!(tool(&whole, "mcp:own").evidence, ["Claude Code config: server own, stdio x"]);
    let empty = tempfile::tempdir().unwrap();
    let error = pull("workstation", empty.path()).unwrap_err().to_string();
    assert!(error.contains("no home and no configuration"), "{error}");
    let error = pull("workstation", &empty.path().join("nowhere")).unwrap_err().to_string();
    assert!(error.contains("it does not exist"), "{error}");
}

/// Any JSON, whose texts all say that they are secret.
fn hostile() -> impl Strategy<Value = Value> {
    let text = "-{0,2}VALUE[ -~☃\\\\\"]{0,12}".prop_map(Value::from);
    let leaf = prop_oneof![
        text,
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from)
    ];
    let key = prop_oneof![
        Just("env"),
        Just("headers"),
        Just("args"),
        Just("token"),
        Just("HOME"),
        Just("mcpServers"),
        Just("x")
    ];
    leaf.prop_recursive(4, 24, 4, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::hash_map(key.clone().prop_map(str::to_owned), inner, 0..4)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn no_value_of_a_variable_a_header_or_an_argument_is_ever_told(
        env in hostile(),
        headers in hostile(),
        args in hostile(),
        rest in hostile(),
    ) {
        let folder = tempfile::tempdir().unwrap();
        let entry = json!({"command": "npx", "env": env, "headers": headers, "args": args, "more": rest});
        let remote = json!({"url": "https://x.example/VALUE?k=VALUE", "headers": headers, "env": env});
        let config = json!({"mcpServers": {"one": entry, "two": remote}, "projects": rest, "top": args});
        write(folder.path(), "home/ada/.claude.json", config.to_string());
        write(folder.path(), "home/ada/.cursor/mcp.json", json!({"mcpServers": rest}).to_string());
        let pulled = read(folder.path());
        let all = format!("{:?} {:?}", pulled.records, pulled.refusals);
        prop_assert!(!all.contains("VALUE"), "{all}");
        prop_assert_eq!(&tool(&pulled, "mcp:one").name, "one (MCP server)");
    }

    #[test]
    fn any_bytes_as_a_configuration_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 1..300)) {
        let folder = tempfile::tempdir().unwrap();
        for file in [".cursor/mcp.json", ".codex/config.toml", ".config/goose/config.yaml"] {
            write(&folder.path().join("home/ada"), file, &bytes);
        }
        write(folder.path(), "home/ada/.mozilla/firefox/p/extensions.json", &bytes);
        let pulled = read(folder.path());
        prop_assert!(tools(&pulled).iter().any(|tool| tool.id == "cursor"));
    }
}

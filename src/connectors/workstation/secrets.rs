//! Whether a secret lies in a configuration. Only the names of keys are ever told, never a value.

use serde_json::Value;

/// How the secrets of well-known services begin.
const BEGINNINGS: &[&str] = &[
    "AIza",
    "AKIA",
    "ASIA",
    "EAAC",
    "SG.",
    "dop_v1_",
    "eyJ",
    "figd_",
    "ghp_",
    "gho_",
    "ghs_",
    "ghu_",
    "github_pat_",
    "glpat-",
    "hf_",
    "lin_api_",
    "napi_",
    "npm_",
    "ntn_",
    "pypi-",
    "rk_live_",
    "sbp_",
    "secret_",
    "shpat_",
    "sk-",
    "sk_live_",
    "sntrys_",
    "tvly-",
    "xapp-",
    "xoxa-",
    "xoxb-",
    "xoxp-",
    "ya29.",
];
/// How long such a secret is at least.
const SHORTEST: usize = 16;
/// Parts of the names of keys that hold secrets, without signs between words.
const WORDS: &[&str] = &[
    "accesskey",
    "apikey",
    "authorization",
    "authtoken",
    "bearer",
    "connectionstring",
    "cookie",
    "credential",
    "databaseurl",
    "passphrase",
    "passwd",
    "password",
    "privatekey",
    "secret",
    "subscriptionkey",
    "token",
];
/// Ends of names of keys that only say where a secret lies, or how many tokens there may be.
const ELSEWHERE: &[&str] =
    &["envvar", "envkeys", "envkey", "env", "file", "path", "tokens", "tokenlimit", "tokenurl"];
/// How many names of keys are told.
const NAMED: usize = 3;

/// The names of the keys under which secrets lie, bounded, and whether any does.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Secrets {
    pub keys: Vec<String>,
    pub is_any: bool,
}

/// Looks through everything that stands in a server's entry.
pub fn look(entry: &Value) -> Secrets {
    let mut found = Secrets::default();
    walk("", "", entry, &mut found);
    found.keys.sort();
    found.keys.dedup();
    found.keys.truncate(NAMED);
    found
}

/// `key` says what the value means, `told` what is told of its place: always the key of a map, never an argument.
fn walk(key: &str, told: &str, value: &Value, found: &mut Secrets) {
    match value {
        Value::Object(map) => map.iter().for_each(|(key, value)| walk(key, key, value, found)),
        Value::Array(list) => {
            // `--token VALUE` is two texts of one list.
            let mut named = key;
            for item in list {
                walk(named, told, item, found);
                let flag = item.as_str().filter(|text| text.starts_with('-') && !text.contains('='));
                named = flag.map_or(key, |flag| flag.trim_start_matches('-'));
            }
        }
        Value::String(text) if is_secret(key, text) => {
            found.is_any = true;
            found.keys.extend(named(told));
        }
        _ => {}
    }
}

/// The name of a key as it is told; nothing that is no plain name.
fn named(key: &str) -> Option<String> {
    let is_plain = |sign: char| sign.is_ascii_alphanumeric() || matches!(sign, '_' | '-' | '.');
    let is_name = (1..=48).contains(&key.len()) && key.chars().all(is_plain) && !is_known(key);
    is_name.then(|| key.to_owned())
}

fn is_secret(key: &str, text: &str) -> bool {
    let assigned = text.split_once(['=', ':']);
    let is_assigned =
        assigned.is_some_and(|(own, value)| means_secret(own.trim_start_matches('-')) && is_literal(value));
    (means_secret(key) && is_literal(text)) || is_assigned || is_known(text) || has_login(text)
}

/// Whether the name of a key says that its value is a secret.
fn means_secret(key: &str) -> bool {
    let plain: String = key.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_lowercase();
    if ELSEWHERE.iter().any(|end| plain.ends_with(end)) {
        return false;
    }
    let small = key.to_lowercase();
    let is_short = ["key", "auth", "pat", "dsn", "pwd"].iter().any(|word| {
        small == *word || small.ends_with(&format!("_{word}")) || small.ends_with(&format!("-{word}"))
    });
    is_short || WORDS.iter().any(|word| plain.contains(word))
}

/// Whether a value stands there itself, rather than the place where it lies or what to put there.
fn is_literal(value: &str) -> bool {
    let value = value.trim();
    let value =
        value.strip_prefix("Bearer ").or_else(|| value.strip_prefix("Basic ")).unwrap_or(value).trim();
    let is_reference = ["${", "$(", "{{", "{env:", "{file:", "<", "%", "op://", "vault:", "keychain:", "..."]
        .iter()
        .any(|sign| value.contains(sign))
        || value.starts_with('$');
    let is_place = value.starts_with(['/', '~', '.']) || value.get(1..3) == Some(":\\");
    let small = value.to_lowercase();
    let is_blank = ["your", "xxx", "***", "changeme", "example", "none", "null", "true", "false"]
        .iter()
        .any(|word| small.starts_with(word));
    let is_number = value.bytes().all(|byte| byte.is_ascii_digit()) && value.len() < SHORTEST;
    value.len() >= 4 && !is_reference && !is_place && !is_blank && !is_number
}

/// Whether any word begins as the secrets of a well-known service do.
pub fn is_known(text: &str) -> bool {
    let words = text.split(|sign: char| sign.is_whitespace() || "=:,;\"'/&?@()[]{}".contains(sign));
    let is_one =
        |word: &str| word.len() >= SHORTEST && BEGINNINGS.iter().any(|start| word.starts_with(start));
    words.into_iter().any(is_one) || text.contains("-----BEGIN")
}

/// Whether an address holds a name and a password: `https://name:password@host`.
fn has_login(text: &str) -> bool {
    let addresses = text.match_indices("://").filter_map(|(at, mark)| text.get(at + mark.len()..));
    let login = |address: &str| {
        let authority = address.split(['/', '?', '#']).next()?;
        let (_, password) = authority.rsplit_once('@')?.0.split_once(':')?;
        Some(is_literal(password))
    };
    let parameters = text.split(['?', '&']).skip(1).filter_map(|one| one.split_once('='));
    let has_parameter = text.contains("://")
        && parameters.into_iter().any(|(name, value)| means_secret(name) && is_literal(value));
    addresses.into_iter().filter_map(login).any(|is_one| is_one) || has_parameter
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn secrets_are_found_wherever_they_lie() {
        for entry in [
            json!({"env": {"GITHUB_TOKEN": "abcdef123456"}}),
            json!({"headers": {"Authorization": "Bearer abcdef123456"}}),
            json!({"args": ["--api-key", "abcdef123456"]}),
            json!({"args": ["--api-key=abcdef123456"]}),
            json!({"args": ["-e", "PGPASSWORD=hunter2x"]}),
            json!({"args": ["--header", "X-Api-Key: abcdef123456"]}),
            json!({"args": ["ghp_0123456789abcdef0123"]}),
            json!({"url": "https://mcp.example.com/sse?api_key=abcdef123456"}),
            json!({"args": ["postgresql://me:hunter2x@db/x"]}),
            json!({"env": {"HARMLESS": "sk-0123456789abcdef0123"}}),
            json!({"oauth": {"clientSecret": "abcdef123456"}}),
        ] {
            assert!(look(&entry).is_any, "{entry}");
        }
    }

    #[test]
    fn places_and_placeholders_are_no_secrets() {
        for entry in [
            json!({"env": {"GITHUB_TOKEN": "${input:github}"}}),
            json!({"env": {"GITHUB_TOKEN": "$GITHUB_TOKEN", "API_KEY": "<your key>", "K_KEY": "YOUR_KEY"}}),
            json!({"headers": {"Authorization": "Bearer ${TOKEN}"}}),
            json!({"bearer_token_env_var": "GITHUB_TOKEN", "env_keys": ["OPENAI_API_KEY"]}),
            json!({"env": {"GOOGLE_APPLICATION_CREDENTIALS": "/home/me/key.json", "MAX_TOKENS": "4096123"}}),
            json!({"command": "npx", "args": ["-y", "@modelcontextprotocol/server-filesystem", "/home/me"]}),
            json!({"url": "https://mcp.example.com/sse"}),
            json!({"env": {"API_TOKEN": ""}}),
        ] {
            assert!(!look(&entry).is_any, "{entry}");
        }
    }

    #[test]
    fn only_names_of_keys_are_told() {
        let entry = json!({
            "env": {"B_TOKEN": "abcdef123456", "A_KEY": "abcdef123456", "odd key ☃ secret": "abcdef123456"},
            "args": ["ghp_0123456789abcdef0123"],
        });
        assert_eq!(look(&entry).keys, ["A_KEY", "B_TOKEN", "args"]);
    }
}

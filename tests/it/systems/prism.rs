//! Prism: a proxy that refuses whatever a vendor's own description of its interface does not allow, be it our question or
//! our fake's answer. And a desk that gives out tokens, by others too.

use std::process::{Command, Stdio};

use serde_json::{Map, Value, json};

use super::fake::Fake;
use super::{Running, installed, port};
use crate::kit;

/// A vendor's description (a file below `specs`), and what stands before its paths.
pub type Spec<'a> = (&'a str, &'a str);

/// The proxy before a fake.
pub struct Prism {
    pub address: String,
    pub fake: Fake,
    _folder: tempfile::TempDir,
    _running: Running,
}

impl Prism {
    /// Starts it; `fake` gets the address under which it is asked. `None` where it is not installed, or the descriptions are
    /// not there.
    pub fn before(specs: &[Spec<'_>], fake: impl FnOnce(&str) -> Fake) -> Option<Self> {
        Self::with(specs, json!({}), fake)
    }

    /// The same with `more`, in the form of a description: what the descriptions leave out.
    pub fn with(specs: &[Spec<'_>], more: Value, fake: impl FnOnce(&str) -> Fake) -> Option<Self> {
        let program = installed("prism", "prism")?;
        let folder = tempfile::tempdir().unwrap();
        let whole = folder.path().join("spec.json");
        let mut spec = join(specs)?;
        merge(&mut spec, more);
        std::fs::write(&whole, spec.to_string()).unwrap();
        let port = port();
        let address = format!("http://127.0.0.1:{port}");
        let fake = fake(&address);
        let mut command = Command::new(program);
        command.arg("proxy").arg(&whole).arg(&fake.address).args(["--errors", "--port", &port.to_string()]);
        let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let running = Running::until_listening(child, port);
        Some(Self { address, fake, _folder: folder, _running: running })
    }
}

/// One description of several: their schemas get names of their own.
fn join(specs: &[Spec<'_>]) -> Option<Value> {
    let mut whole = json!({});
    for (at, (file, before)) in specs.iter().enumerate() {
        let text = std::fs::read_to_string(kit::shared(&format!("specs/{file}"))?).unwrap();
        let text = if specs.len() > 1 { renamed(&text, at) } else { text };
        let mut spec: Value = serde_json::from_str(&text).unwrap();
        for place in ["servers", "host", "basePath", "schemes"] {
            spec.as_object_mut().unwrap().remove(place);
        }
        let paths = spec["paths"].take();
        let paths =
            paths.as_object().unwrap().iter().map(|(path, what)| (format!("{before}{path}"), what.clone()));
        spec["paths"] = Value::Object(paths.collect());
        merge(&mut whole, spec);
    }
    Some(whole)
}

/// Where the parts of a description lie that it refers to by name, in both versions of such descriptions.
const PARTS: [&str; 9] = [
    "/components/schemas",
    "/components/parameters",
    "/components/responses",
    "/components/examples",
    "/components/headers",
    "/components/requestBodies",
    "/definitions",
    "/parameters",
    "/responses",
];

/// The description with names of its parts that no other has.
fn renamed(text: &str, at: usize) -> String {
    let spec: Value = serde_json::from_str(text).unwrap();
    let there = PARTS.into_iter().filter(|part| spec.pointer(part).is_some());
    let text = there.clone().fold(text.to_owned(), |text, part| {
        text.replace(&format!("\"#{part}/"), &format!("\"#{part}/s{at}_"))
    });
    let mut spec: Value = serde_json::from_str(&text).unwrap();
    for part in there {
        let named = spec.pointer_mut(part).unwrap();
        let parts = std::mem::take(named.as_object_mut().unwrap());
        let parts: Map<String, Value> =
            parts.into_iter().map(|(name, what)| (format!("s{at}_{name}"), what)).collect();
        *named = Value::Object(parts);
    }
    spec.to_string()
}

fn merge(whole: &mut Value, part: Value) {
    match (whole, part) {
        (Value::Object(whole), Value::Object(part)) => {
            for (key, value) in part {
                merge(whole.entry(key).or_insert(Value::Null), value);
            }
        }
        (whole @ Value::Null, part) => *whole = part,
        _ => {}
    }
}

/// A desk that gives out tokens for any name and secret.
pub struct Desk {
    pub address: String,
    _running: Running,
}

impl Desk {
    /// Starts it; tokens lie at `/token`. `None` where it is not installed.
    pub fn start() -> Option<Self> {
        let program = installed("prism", "oauth2-mock-server")?;
        let port = port();
        let mut command = Command::new(program);
        command.args(["-a", "127.0.0.1", "-p", &port.to_string()]);
        let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let running = Running::until_listening(child, port);
        Some(Self { address: format!("http://127.0.0.1:{port}"), _running: running })
    }
}

/// A new RSA key in the PEM form, made by others.
pub fn rsa_key() -> Option<String> {
    let program = "const {privateKey}=require('crypto').generateKeyPairSync('rsa',{modulusLength:2048});\
                   console.log(privateKey.export({type:'pkcs8',format:'pem'}))";
    node(program, &[])
}

/// Whether others find a signed word good: the key in the PEM form, and the word (JSON Web Token, RS256).
pub fn is_signed(key: &str, word: &str) -> Option<bool> {
    let program = "const c=require('crypto'),[,key,word]=process.argv,[head,body,mark]=word.split('.');\
                   console.log(c.verify('RSA-SHA256',Buffer.from(head+'.'+body),c.createPublicKey(key),\
                   Buffer.from(mark,'base64url')))";
    Some(node(program, &[key, word])?.trim() == "true")
}

fn node(program: &str, arguments: &[&str]) -> Option<String> {
    installed("prism", "prism")?;
    let asked = Command::new("node").args(["-e", program, "--"]).args(arguments).output().unwrap();
    assert!(asked.status.success(), "{}", String::from_utf8_lossy(&asked.stderr));
    Some(String::from_utf8(asked.stdout).unwrap())
}

//! moto: AWS's services as an independent implementation has them, seeded through AWS's own client for Python.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

use super::{Running, installed, port};

/// The account in which keys without an owner lie.
pub const ACCOUNT: &str = "123456789012";
/// The secret of keys that nobody checks.
pub const SECRET: &str = "canary-3f9c-aws-secret";

/// What every script can use.
const PRELUDE: &str = "
import boto3, json, os, sys
from botocore.config import Config
def client(name, keys=None, region='us-east-1'):
    keys = keys or {}
    return boto3.client(name, region_name=region, endpoint_url=os.environ['PEER'],
        aws_access_key_id=keys.get('AccessKeyId', 'testing'),
        aws_secret_access_key=keys.get('SecretAccessKey', 'testing'),
        aws_session_token=keys.get('SessionToken'), config=Config(retries={'max_attempts': 1}))
def trust(service):
    return json.dumps({'Version': '2012-10-17', 'Statement': [
        {'Effect': 'Allow', 'Principal': {'Service': service}, 'Action': 'sts:AssumeRole'}]})
def allow(actions):
    return json.dumps({'Version': '2012-10-17', 'Statement': [{'Effect': 'Allow', 'Action': actions, 'Resource': '*'}]})
told = {}
";

/// Starts it. Where it checks signatures, it takes the query of a GET for its body, so that AWS's own client is refused
/// too; that is mended here.
const START: &str = "
import sys
from moto.iam.access_control import IAMRequestBase
create = IAMRequestBase._create_aws_request
def mended(self):
    if self._method == 'GET': self._data = None
    return create(self)
IAMRequestBase._create_aws_request = mended
from moto.server import main
main(['-H', '127.0.0.1', '-p', sys.argv[1]])
";

/// A running server.
pub struct Server {
    pub address: String,
    python: PathBuf,
    _running: Running,
}

impl Server {
    /// Starts it; keys and rights are checked after the first `free` questions, where that is told.
    pub fn start(free: Option<u32>) -> Option<Self> {
        let program = installed("aws", "moto_server")?;
        let port = port();
        let python = program.parent().unwrap_or(Path::new("")).join("python");
        let mut command = Command::new(&python);
        command.args(["-c", START, &port.to_string()]);
        if let Some(free) = free {
            command.env("INITIAL_NO_AUTH_ACTION_COUNT", free.to_string());
        }
        let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let running = Running::until_listening(child, port);
        Some(Self { address: format!("http://127.0.0.1:{port}"), python, _running: running })
    }

    /// Runs a script with AWS's client for Python; gives back what it put into `told`.
    pub fn seed(&self, script: &str) -> Value {
        let mut command = Command::new(&self.python);
        command.arg("-").env("PEER", &self.address).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let whole = format!("{PRELUDE}\n{script}\nprint(json.dumps(told, default=str))\n");
        child.stdin.take().unwrap().write_all(whole.as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "the script failed");
        serde_json::from_slice(&output.stdout).unwrap()
    }
}

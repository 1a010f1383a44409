//! The real API server of Kubernetes over etcd, without controllers: paging, rights and tokens are its own. Tests that run
//! at the same time share one cluster, which is why they only read it.

use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::{Arc, Weak};
use std::time::Instant;

use futures_util::{StreamExt as _, stream};
use reqwest::{Certificate, Client, Method};
use serde_json::{Value, json};
use tokio::sync::Mutex;

use super::{Running, START, built, port};

/// The token of an administrator.
const ADMIN: &str = "canary-3e90-admin";
/// Users with tokens of their own, and what each may list.
const USERS: &[(&str, &[&str])] = &[
    ("half", &["serviceaccounts", "roles", "clusterroles", "rolebindings"]),
    ("blind", &["pods", "roles", "clusterroles", "rolebindings", "clusterrolebindings"]),
    ("nobody", &[]),
];
/// All service accounts, which is more than a page; two are those of the printed rights, with and without secrets.
pub const ACCOUNTS: usize = 502;
pub const PODS: usize = 200;
/// The namespace and the account that has the printed rights with the line for secrets.
pub const READS_SECRETS: &str = "trueup-more";
/// What is read without being asked for, as the API calls it.
pub const KINDS: [&str; 6] =
    ["serviceaccounts", "pods", "roles", "rolebindings", "clusterroles", "clusterrolebindings"];
/// What lies in the secret that is seeded.
pub const CONTENT: &str = "Y2FuYXJ5LTkxYzItc2VjcmV0";
const RBAC: &str = "apis/rbac.authorization.k8s.io/v1";

/// A running cluster.
pub struct Cluster {
    pub address: String,
    kubectl: PathBuf,
    folder: tempfile::TempDir,
    _server: Running,
    _store: Running,
}

static SHARED: Mutex<Weak<Cluster>> = Mutex::const_new(Weak::new());

impl Cluster {
    /// A cluster with its objects; `None` where it is not installed.
    pub async fn shared() -> Option<Arc<Self>> {
        let mut shared = SHARED.lock().await;
        if let Some(running) = shared.upgrade() {
            return Some(running);
        }
        let cluster = Arc::new(Self::start().await?);
        cluster.seed().await;
        *shared = Arc::downgrade(&cluster);
        Some(cluster)
    }

    async fn start() -> Option<Self> {
        let program = built("kubernetes", "kube-apiserver")?;
        let kubectl = built("kubernetes", "kubectl")?;
        let etcd = built("kubernetes", "etcd")?;
        trueup::connectors::http::provide();
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
        let users = USERS.iter().map(|(name, _)| format!("canary-{name},{name},{name}\n"));
        write("tokens.csv", &format!("{ADMIN},admin,admin,system:masters\n{}", users.collect::<String>()));
        let key = rcgen::KeyPair::generate().unwrap();
        write("sa.key", &key.serialize_pem());
        write("sa.pub", &key.public_key_pem());
        let (store, peers, port) = (port(), port(), port());
        let store_at = format!("http://127.0.0.1:{store}");
        let mut etcd = Command::new(etcd);
        etcd.args([
            "--data-dir",
            "data",
            "--listen-client-urls",
            &store_at,
            "--advertise-client-urls",
            &store_at,
        ]);
        etcd.args(["--listen-peer-urls", &format!("http://127.0.0.1:{peers}"), "--unsafe-no-fsync"]);
        let quiet = |command: &mut Command| {
            command.current_dir(folder.path()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
        };
        let running_store = Running::until_listening(quiet(&mut etcd), store);
        let mut server = Command::new(program);
        server.args([
            &format!("--etcd-servers={store_at}"),
            &format!("--secure-port={port}"),
            "--bind-address=127.0.0.1",
            "--advertise-address=127.0.0.1",
            "--cert-dir=certs",
            "--token-auth-file=tokens.csv",
            "--authorization-mode=RBAC",
            "--service-account-key-file=sa.pub",
            "--service-account-signing-key-file=sa.key",
            "--service-account-issuer=https://kubernetes.default.svc",
            "--service-cluster-ip-range=10.0.0.0/24",
            "--disable-admission-plugins=ServiceAccount",
            "--endpoint-reconciler-type=none",
        ]);
        let running_server = Running::until_listening(quiet(&mut server), port);
        let address = format!("https://127.0.0.1:{port}");
        let cluster = Self { address, kubectl, folder, _server: running_server, _store: running_store };
        cluster.until_ready().await;
        Some(cluster)
    }

    /// It listens before its own roles are there.
    async fn until_ready(&self) {
        let (begun, client) = (Instant::now(), self.client());
        loop {
            let asked = client.get(format!("{}/readyz", self.address)).bearer_auth(ADMIN).send().await;
            if asked.is_ok_and(|answer| answer.status().is_success()) {
                return;
            }
            assert!(begun.elapsed() < START, "the cluster does not get ready");
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
    }

    /// The certificate of its authority.
    pub fn authority(&self) -> PathBuf {
        self.folder.path().join("certs/apiserver.crt")
    }

    /// The token of a user.
    pub fn token_of(user: &str) -> String {
        format!("canary-{user}")
    }

    fn client(&self) -> Client {
        let pem = std::fs::read(self.authority()).unwrap();
        let known = Certificate::from_pem_bundle(&pem).unwrap();
        Client::builder().tls_certs_merge(known).build().unwrap()
    }

    /// Sends an object as the administrator.
    async fn send(
        &self,
        client: &Client,
        (method, kind): (Method, &str),
        path: &str,
        object: &Value,
    ) -> Value {
        let asked = client.request(method, format!("{}/{path}", self.address)).bearer_auth(ADMIN);
        let asked = asked.header("content-type", kind).body(object.to_string());
        let answer = asked.send().await.unwrap();
        let (status, text) = (answer.status(), answer.text().await.unwrap());
        assert!(status.is_success(), "{path}: {status}: {text}");
        serde_json::from_str(&text).unwrap()
    }

    /// Makes objects, many at a time; each is named with the place it is sent to.
    async fn make(&self, objects: Vec<(String, Value)>) {
        let client = self.client();
        let sent = objects
            .iter()
            .map(|(path, object)| self.send(&client, (Method::POST, "application/json"), path, object));
        stream::iter(sent).buffer_unordered(16).collect::<Vec<_>>().await;
    }

    /// A token for a service account, as `kubectl create token` asks for it.
    pub async fn token_for(&self, namespace: &str, account: &str) -> String {
        let path = format!("api/v1/namespaces/{namespace}/serviceaccounts/{account}/token");
        let wanted = json!({"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {"audiences": []}});
        let made = self.send(&self.client(), (Method::POST, "application/json"), &path, &wanted).await;
        made["status"]["token"].as_str().unwrap().to_owned()
    }

    /// What kubectl prints, as the administrator.
    pub fn kubectl(&self, arguments: &[&str], input: &str) -> String {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), input).unwrap();
        let ran = Command::new(&self.kubectl)
            .args(["--server", &self.address, "--token", ADMIN, "--kubeconfig", "/dev/null"])
            .arg("--certificate-authority")
            .arg(self.authority())
            .args(arguments)
            .env("HOME", self.folder.path())
            .stdin(std::fs::File::open(file.path()).unwrap())
            .output()
            .unwrap();
        assert!(ran.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&ran.stderr));
        String::from_utf8(ran.stdout).unwrap()
    }

    /// A file as `docs/formats.md` shows how to collect it: the context's name, then objects on lines of their own.
    pub fn exported(&self, more: &[&str]) -> String {
        let get = |kinds: &str, narrowed: &[&str]| -> Value {
            let arguments = [&["get", "-A", "-o", "json", kinds], narrowed].concat();
            serde_json::from_str(&self.kubectl(&arguments, "")).unwrap()
        };
        let mut lines = vec![json!({"apiVersion": "v1", "kind": "Config", "current-context": "prod"})];
        let tokens = ["--field-selector", "type=kubernetes.io/service-account-token"];
        lines.extend(more.iter().map(|kind| get(kind, &tokens)));
        lines.push(get(&KINDS.join(","), &[]));
        let lines: Vec<String> = lines.iter().map(Value::to_string).collect();
        lines.join("\n")
    }

    async fn seed(&self) {
        let named = |name: &str| json!({"metadata": {"name": name}});
        self.make(vec![("api/v1/namespaces".to_owned(), named("shop"))]).await;
        self.make(
            (0..ACCOUNTS - 2).map(account).chain((0..PODS).map(pod)).chain(rights()).chain(users()).collect(),
        )
        .await;
        let client = self.client();
        let runs = json!({"status": {"phase": "Running"}});
        let patched =
            (0..PODS / 2).map(|at| {
                let path = format!("api/v1/namespaces/shop/pods/p{at}/status");
                let (client, runs) = (&client, &runs);
                async move {
                    self.send(client, (Method::PATCH, "application/merge-patch+json"), &path, runs).await
                }
            });
        stream::iter(patched).buffer_unordered(16).collect::<Vec<_>>().await;
        // Every test may have the printed rights, which so are among what it counts.
        let spec = trueup::connectors::REGISTRY.iter().find(|spec| spec.id == "kubernetes").unwrap();
        let printed = spec.permits[0].text;
        let more = printed.replace("\n#", "\n").replace("\n For", "\n# For").replace("trueup", READS_SECRETS);
        assert!(more.contains("\n  resources: [secrets]"), "the line for secrets is there: {more}");
        self.kubectl(&["apply", "-f", "-"], printed);
        self.kubectl(&["apply", "-f", "-"], &more);
    }
}

/// A service account; some declare what they are, who owns them and what they may become.
fn account(at: usize) -> (String, Value) {
    let mut metadata = json!({"name": format!("sa{at}")});
    if at.is_multiple_of(50) {
        metadata["labels"] = json!({"app.kubernetes.io/component": "ai-agent", "team": "sales"});
    }
    if at.is_multiple_of(100) {
        metadata["annotations"] = json!({
            "eks.amazonaws.com/role-arn": format!("arn:aws:iam::123456789012:role/r{at}"),
            "iam.gke.io/gcp-service-account": format!("sa{at}@p.iam.gserviceaccount.com"),
            "azure.workload.identity/client-id": format!("00000000-0000-0000-0000-000000000{at:03}"),
        });
    }
    let account = json!({"metadata": metadata, "automountServiceAccountToken": !at.is_multiple_of(7)});
    ("api/v1/namespaces/shop/serviceaccounts".to_owned(), account)
}

fn pod(at: usize) -> (String, Value) {
    let mut spec =
        json!({"serviceAccountName": format!("sa{at}"), "containers": [{"name": "c", "image": "x"}]});
    if at.is_multiple_of(5) {
        spec["automountServiceAccountToken"] = json!(at.is_multiple_of(10));
    }
    let pod = json!({"metadata": {"name": format!("p{at}")}, "spec": spec});
    ("api/v1/namespaces/shop/pods".to_owned(), pod)
}

fn role(name: &str, resources: &[&str], verbs: &[&str]) -> (String, Value) {
    let rules =
        json!([{"apiGroups": ["", "rbac.authorization.k8s.io"], "resources": resources, "verbs": verbs}]);
    let rules = if resources.is_empty() { json!([]) } else { rules };
    (format!("{RBAC}/clusterroles"), json!({"metadata": {"name": name}, "rules": rules}))
}

fn bound(place: &str, name: &str, role: &str, subject: &Value) -> (String, Value) {
    let reference = json!({"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": role});
    let binding = json!({"metadata": {"name": name}, "roleRef": reference, "subjects": [subject]});
    (format!("{RBAC}/{place}"), binding)
}

fn rights() -> Vec<(String, Value)> {
    let service = |name: &str| json!({"kind": "ServiceAccount", "name": name, "namespace": "shop"});
    let other =
        |kind: &str, name: &str| json!({"kind": kind, "name": name, "apiGroup": "rbac.authorization.k8s.io"});
    let inside = "namespaces/shop/rolebindings";
    let mut made = vec![
        role("execs", &["pods/exec", "secrets"], &["get", "create"]),
        bound("clusterrolebindings", "root", "cluster-admin", &service("sa1")),
        bound("clusterrolebindings", "anna", "cluster-admin", &other("User", "anna@example.com")),
        bound("clusterrolebindings", "execs", "execs", &service("sa2")),
        bound("clusterrolebindings", "devs", "view", &other("Group", "devs")),
        bound(inside, "inside", "edit", &service("sa3")),
        bound(inside, "all", "view", &other("Group", "system:serviceaccounts:shop")),
    ];
    let secret = json!({"type": "kubernetes.io/service-account-token", "data": {"token": CONTENT},
        "metadata": {"name": "old", "annotations": {"kubernetes.io/service-account.name": "sa4"},
            "labels": {"kubernetes.io/legacy-token-last-used": "2026-03-04"}}});
    let plain = json!({"data": {"x": CONTENT}, "metadata": {"name": "plain"}});
    made.extend([secret, plain].map(|secret| ("api/v1/namespaces/shop/secrets".to_owned(), secret)));
    made
}

fn users() -> Vec<(String, Value)> {
    let user = |name: &str| json!({"kind": "User", "name": name, "apiGroup": "rbac.authorization.k8s.io"});
    let all = USERS.iter().flat_map(|(name, resources)| {
        [role(name, resources, &["list"]), bound("clusterrolebindings", name, name, &user(name))]
    });
    all.collect()
}

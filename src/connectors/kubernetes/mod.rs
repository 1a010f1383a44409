//! Kubernetes, asked over its API: the same objects as in files of `kubectl get`, and the same records of them. Lists are
//! read page by page, and of each object only the fields that tell of identities and rights.

mod lists;
mod wire;

use super::http::{ADDRESS, Auth, CA, Http, PROXY, RATE, now};
use super::kubernetes_objects::mapping::{Kind, Made, Mapping};
use super::kubernetes_objects::{ACCOUNTS, BINDINGS, ELSEWHERE, PODS, ROLES, SECRETS};
use super::{BoxFuture, Connector, ConnectorError, Form, Permit, Setting, Settings, Sink, Spec, Taken};
use crate::model::SourceId;
use crate::model::inventory::{EntitlementKind, Record};
use crate::model::pull::{Asked, Lack, Missing, Preflight, Refusal, Sight};
use lists::{LISTED, List, Sightline};

const TOKEN: &str = "token";
const CLUSTER: &str = "cluster";
const TOKEN_SECRETS: &str = "token-secrets";
const ACCEPT: &str = "application/json";
/// Asks for names, labels and annotations alone, so that no content of a secret ever arrives.
const ACCEPT_METADATA: &str = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";
/// What helps when too little is shown.
const MORE_RIGHTS: &str = "`trueup sources permit kubernetes` prints the rights that it needs, ready for `kubectl apply`; \
                           look whether the address is that of the API server";

/// The connector, as the registry knows it.
pub static SPEC: Spec = Spec {
    id: "kubernetes",
    title: "Kubernetes cluster",
    sees: SIGHTS,
    settings: &[
        Setting {
            key: ADDRESS,
            title: "Address",
            help: "The address of the API server, as `kubectl cluster-info` prints it.",
            is_required: true,
            form: Form::Address("https://203.0.113.7:6443"),
        },
        Setting {
            key: TOKEN,
            title: "Token",
            help: "Where the token lies, such as command:kubectl create token trueup -n trueup",
            is_required: true,
            form: Form::Secret,
        },
        Setting {
            key: CLUSTER,
            title: "Cluster",
            help: "What the cluster is called. The name of its context makes files of `kubectl get` and this source speak \
                   of the same cluster; without it, it is called as its address.",
            is_required: false,
            form: Form::Text("prod"),
        },
        Setting {
            key: TOKEN_SECRETS,
            title: "Token secrets",
            help: "`yes` lists the secrets that hold tokens of service accounts, their names and labels alone. It needs one \
                   more right, which would also show what is in them.",
            is_required: false,
            form: Form::YesNo,
        },
        Setting {
            help: "A file with the certificate (PEM) of the cluster's own authority: `certificate-authority-data` of the \
                   kubeconfig, decoded with `base64 -d`.",
            ..CA
        },
        PROXY,
        RATE,
    ],
    permits: &[PERMIT],
    recognise: None,
    connect: |settings| Ok(Box::new(Cluster::open(settings)?)),
};

/// What it can show, in the order in which it is shown; files of objects show the same.
const SIGHTS: &[Sight] = &[ACCOUNTS, BINDINGS, ROLES, PODS, SECRETS];

const PERMIT: Permit = Permit {
    how: "Objects for `kubectl apply -f -`: an account that may list identities, pods and rights, and nothing else. \
          `kubectl create token trueup -n trueup` then makes a token that ends by itself.",
    language: "yaml",
    text: "apiVersion: v1
kind: Namespace
metadata:
  name: trueup
---
apiVersion: v1
kind: ServiceAccount
metadata:
  name: trueup
  namespace: trueup
automountServiceAccountToken: false
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: trueup-reader
rules:
- apiGroups: [\"\"]
  resources: [serviceaccounts, pods]
  verbs: [get, list]
- apiGroups: [rbac.authorization.k8s.io]
  resources: [roles, rolebindings, clusterroles, clusterrolebindings]
  verbs: [get, list]
# For the setting `token-secrets` alone: trueup asks for no content of secrets, but who has the token could.
#- apiGroups: [\"\"]
#  resources: [secrets]
#  verbs: [get, list]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata:
  name: trueup-reader
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: ClusterRole
  name: trueup-reader
subjects:
- kind: ServiceAccount
  name: trueup
  namespace: trueup
",
};

struct Cluster {
    http: Http,
    /// For secrets, where they are asked for.
    secrets: Option<Http>,
    name: Option<String>,
}

/// Records that are held back, because a part of them would pass for all.
#[derive(Debug, Clone, Copy, Default)]
struct Held {
    /// Without all bindings, accounts would look as if they held fewer rights.
    rights: bool,
    /// Those that bindings and pods name would look as if they were all.
    accounts: bool,
}

impl Cluster {
    fn open(settings: &Settings) -> Result<Self, ConnectorError> {
        let token = settings.secret(TOKEN).ok_or(ConnectorError::Setting { key: TOKEN })?;
        let open = |accept| Http::open(settings, Auth::Bearer(token.clone()), accept);
        let wants_secrets = settings.is_on(TOKEN_SECRETS)?;
        Ok(Self {
            http: open(ACCEPT)?,
            secrets: wants_secrets.then(|| open(ACCEPT_METADATA)).transpose()?,
            name: settings.value(CLUSTER).map(|name| name.trim().to_owned()),
        })
    }

    fn source(&self) -> SourceId {
        SourceId::new(format!("kubernetes:{}", self.name.clone().unwrap_or_else(|| self.http.host())))
    }

    /// Every list that is asked for, in the order in which it is read.
    fn lists(&self) -> impl Iterator<Item = List<'_>> {
        LISTED.iter().filter_map(|listed| {
            let http = if listed.kind == Kind::Secret { self.secrets.as_ref()? } else { &self.http };
            Some(List { listed, http })
        })
    }

    async fn look(&self) -> Result<Preflight, ConnectorError> {
        let mut found = Preflight {
            recognised: format!("a Kubernetes cluster at {}", self.http.origin()),
            ..Preflight::default()
        };
        let (mut lacking, mut shown) = (Vec::new(), 0);
        for list in self.lists() {
            match list.count().await? {
                Sightline::Shown(count) => {
                    shown += 1;
                    found.counts.extend(count.map(|count| (list.listed.kind.title().to_owned(), count)));
                }
                Sightline::Lacks(why) => lacking.push((list.listed.sight.id, why)),
            }
        }
        if shown == 0 {
            return Err(self.shows_nothing());
        }
        for sight in SIGHTS {
            let lack = lacking.iter().find(|(id, _)| *id == sight.id).map(|(_, why)| *why);
            let is_unasked = sight.id == SECRETS.id && self.secrets.is_none();
            match lack.or(is_unasked.then_some(Lack::NotCollected)) {
                Some(why) => found.misses.push(Missing::from(sight).because(why)),
                None => found.sees.push(sight.title.to_owned()),
            }
        }
        found.misses.extend(ELSEWHERE.iter().map(Missing::from));
        Ok(found)
    }

    async fn run(&self, out: &mut Sink) -> Result<Taken, ConnectorError> {
        let at = now();
        let read = self.read(at, out).await;
        out.asked(self.asked()).await?;
        read?;
        Ok(Taken { source: self.source(), at, bytes: self.all().map(Http::bytes).sum() })
    }

    /// The ways on which it is asked.
    fn all(&self) -> impl Iterator<Item = &Http> {
        std::iter::once(&self.http).chain(&self.secrets)
    }

    async fn read(&self, at: jiff::Timestamp, out: &mut Sink) -> Result<(), ConnectorError> {
        let mut held = Held { rights: self.hides_rights().await?, accounts: false };
        let mut mapping = Mapping::new(self.source());
        let mut shown = 0;
        for list in self.lists() {
            let Some(why) = list.read(&mut mapping, held, out).await? else {
                shown += 1;
                continue;
            };
            if list.gives_rights() && !held.rights {
                return Err(list.stopped());
            }
            held.accounts |= list.listed.kind == Kind::ServiceAccount;
            out.misses(Missing::from(list.listed.sight).because(why)).await?;
        }
        if shown == 0 {
            return Err(self.shows_nothing());
        }
        held.tell(out).await?;
        held.hand_over(mapping.finish(at), out).await
    }

    /// Whether the cluster holds back who holds which role; asked before any of it is handed over.
    async fn hides_rights(&self) -> Result<bool, ConnectorError> {
        for list in self.lists().filter(List::gives_rights) {
            if matches!(list.count().await?, Sightline::Lacks(_)) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn shows_nothing(&self) -> ConnectorError {
        self.http.told("it shows neither accounts nor roles to this reader".to_owned(), MORE_RIGHTS)
    }
}

impl Held {
    /// Says what is held back, and why.
    async fn tell(self, out: &mut Sink) -> Result<(), ConnectorError> {
        let all = [
            (
                self.rights,
                "rights",
                "a part of the bindings is not shown: with the rest alone, accounts would look as if \
                 they held fewer rights, so that none is counted",
            ),
            (
                self.accounts,
                "accounts",
                "the service accounts are not shown: those that bindings, pods and secrets name \
                 would look as if they were all, so that none is counted",
            ),
        ];
        for (_, subject, reason) in all.into_iter().filter(|(is_held, ..)| *is_held) {
            out.refuse(Refusal { subject: subject.to_owned(), reason: reason.to_owned() }).await?;
        }
        Ok(())
    }

    /// Hands over what objects became, but what is held back.
    async fn hand_over(self, made: Made, out: &mut Sink) -> Result<(), ConnectorError> {
        let mut records = made.records;
        records.retain(|record| self.lets(record));
        if !records.is_empty() {
            out.push(records).await?;
        }
        for refusal in made.refusals {
            out.refuse(refusal).await?;
        }
        Ok(())
    }

    /// Whether a record may be known. What roles allow says nothing of who holds them.
    fn lets(self, record: &Record) -> bool {
        match record {
            Record::Grant(_) => !self.rights,
            Record::Entitlement(one) => !self.rights || one.kind == EntitlementKind::Role,
            Record::Account(_) => !self.accounts,
            _ => true,
        }
    }
}

impl Connector for Cluster {
    fn preflight(&self) -> BoxFuture<'_, Result<Preflight, ConnectorError>> {
        Box::pin(self.look())
    }

    fn pull<'a>(&'a self, out: &'a mut Sink) -> BoxFuture<'a, Result<Taken, ConnectorError>> {
        Box::pin(self.run(out))
    }

    fn asked(&self) -> Vec<Asked> {
        self.all().flat_map(Http::asked).collect()
    }
}

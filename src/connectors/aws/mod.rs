//! AWS, asked over its API: users, roles, policies, keys, uses and AI agents of one account or of all accounts of an
//! organisation. What its answers say is read by the readers of the files that AWS's tools write, so that a file and a
//! pull of one account agree.

mod account;
mod agents;
mod keys;
mod organization;
mod session;
mod settings;
mod sights;
mod words;
mod xml;

use serde_json::Value;

use super::http::{Fault, now};
use super::{BoxFuture, Connector, ConnectorError, Settings, Sink, Spec, Taken};
use crate::model::SourceId;
use crate::model::pull::{Asked, Lack, Missing, Preflight};
use account::{Account, broken, whose};
use session::{IAM, Session};
use settings::{CREDENTIALS, KEY, Options, SECRET};
use sights::{
    ACCOUNTS, AGENT_ROLES, AGENTCORE_AGENTS, BEDROCK_AGENTS, KEYS, Misses, NEVER, POLICIES, PRINCIPALS,
    ROLE_USE, SIGN_IN, USES, WORKLOADS, lack,
};

/// The connector, as the registry knows it.
pub static SPEC: Spec = Spec {
    id: "aws",
    title: "AWS account or organisation",
    sees: &[
        PRINCIPALS,
        POLICIES,
        ROLE_USE,
        SIGN_IN,
        KEYS,
        USES,
        BEDROCK_AGENTS,
        AGENTCORE_AGENTS,
        WORKLOADS,
        AGENT_ROLES,
        ACCOUNTS,
    ],
    settings: settings::ALL,
    permits: settings::PERMITS,
    recognise: None,
    connect: |settings| Ok(Box::new(Aws::open(settings)?)),
};

/// How many accounts of an organisation are looked at before a pull.
const LOOKED_AT: usize = 5;
/// What is counted before a pull: AWS's word, and the one that people read.
const COUNTED: [(&str, &str); 4] =
    [("Users", "users"), ("Groups", "groups"), ("Roles", "roles"), ("Policies", "policies")];

struct Aws {
    session: Session,
    options: Options,
}

impl Aws {
    fn open(settings: &Settings) -> Result<Self, ConnectorError> {
        let options = Options::read(settings)?;
        Ok(Self { session: Session::open(settings, &options.region)?, options })
    }

    async fn look(&self) -> Result<Preflight, ConnectorError> {
        let (number, arn) = whose(&self.session).await?;
        let account = Account { session: &self.session, number };
        let mut misses = Misses::default();
        let mut counts = self.count(&account, &mut misses).await?;
        self.look_at_report(&account, &mut misses).await?;
        for region in &self.options.regions {
            account.look_at_agents(region, &mut misses).await?;
        }
        if misses.has(&PRINCIPALS) && misses.has(&SIGN_IN) && misses.has(&BEDROCK_AGENTS) {
            let help = "give these keys the rights that `trueup sources permit aws` prints";
            return Err(self
                .session
                .http()
                .told("it shows neither users nor roles nor agents".to_owned(), help));
        }
        if !self.options.asks_uses {
            misses.note(&[USES], Lack::NotCollected, &account.number);
        }
        let members = match self.options.role {
            None => {
                misses.note(&[ACCOUNTS], Lack::NotCollected, &account.number);
                Vec::new()
            }
            Some(_) => self.members(&account, &mut misses).await?,
        };
        for member in members.iter().filter(|member| member.number != account.number).take(LOOKED_AT) {
            if let Err(fault) = self.borrow(&account, member).await {
                misses.note(&[ACCOUNTS], lack(fault)?, &member.number);
            }
        }
        if !members.is_empty() {
            counts.push(("accounts of AWS".to_owned(), members.len() as u64));
        }
        let missing = misses.all(!members.is_empty());
        let is_seen = |title: &str| missing.iter().all(|missing| missing.sight != title);
        let titles = SPEC.sees.iter().map(|sight| sight.title).filter(|title| is_seen(title));
        Ok(Preflight {
            recognised: format!("the AWS account {} as {arn}", account.number),
            sees: titles.map(str::to_owned).collect(),
            misses: missing.iter().cloned().chain(NEVER.iter().map(Missing::from)).collect(),
            counts,
        })
    }

    /// How many users, groups, roles and policies there are, and whether they are shown.
    async fn count(
        &self,
        account: &Account<'_>,
        misses: &mut Misses,
    ) -> Result<Vec<(String, u64)>, ConnectorError> {
        let iam = account.session.service(&IAM)?;
        let mut counts = Vec::new();
        match iam.query("GetAccountSummary", &[]).await {
            Ok(answer) => counts.extend(COUNTED.iter().filter_map(|(key, word)| {
                let entries = answer.get("SummaryMap")?.as_array()?;
                let entry =
                    entries.iter().find(|entry| entry.get("key").and_then(Value::as_str) == Some(key))?;
                Some(((*word).to_owned(), entry.get("value")?.as_str()?.parse().ok()?))
            })),
            // Without numbers the rest is shown all the same.
            Err(Fault::Failed(error)) => return Err(error),
            Err(_) => {}
        }
        match iam.query("GetAccountAuthorizationDetails", &[("MaxItems", "1")]).await {
            Ok(_) => {}
            Err(Fault::Forbidden(_)) => misses.note(sights::DETAILS, Lack::Forbidden, &account.number),
            Err(fault) => return Err(broken(&iam, fault)),
        }
        Ok(counts)
    }

    async fn look_at_report(&self, account: &Account<'_>, misses: &mut Misses) -> Result<(), ConnectorError> {
        let iam = account.session.service(&IAM)?;
        let made = iam.query("GenerateCredentialReport", &[]).await;
        let got = match made {
            Ok(_) => iam.query("GetCredentialReport", &[]).await,
            Err(fault) => Err(fault),
        };
        match got {
            Ok(_) => Ok(()),
            // It is on its way.
            Err(Fault::Rejected(said)) if said.starts_with("Report") => Ok(()),
            Err(fault) => {
                misses.note(sights::REPORT, lack(fault)?, &account.number);
                Ok(())
            }
        }
    }

    async fn run(&self, out: &mut Sink) -> Result<Taken, ConnectorError> {
        let at = now();
        let read = self.read(out).await;
        out.asked(self.asked()).await?;
        Ok(Taken { source: read?, at, bytes: self.session.http().bytes() })
    }

    async fn read(&self, out: &mut Sink) -> Result<SourceId, ConnectorError> {
        let (number, _) = whose(&self.session).await?;
        let own = Account { session: &self.session, number };
        let mut misses = Misses::default();
        self.read_one(&own, &mut misses, out).await?;
        if self.options.role.is_some() {
            self.read_members(&own, &mut misses, out).await?;
        }
        misses.tell(self.options.role.is_some(), out).await?;
        Ok(own.source())
    }

    /// Everything of one account.
    async fn read_one(
        &self,
        account: &Account<'_>,
        misses: &mut Misses,
        out: &mut Sink,
    ) -> Result<(), ConnectorError> {
        let arns = account.details(misses, out).await?;
        account.report(misses, out).await?;
        account.agents(&self.options.regions, misses, out).await?;
        if self.options.asks_uses {
            account.uses(&arns, misses, out).await?;
        }
        Ok(())
    }
}

impl Connector for Aws {
    fn preflight(&self) -> BoxFuture<'_, Result<Preflight, ConnectorError>> {
        Box::pin(self.look())
    }

    fn pull<'a>(&'a self, out: &'a mut Sink) -> BoxFuture<'a, Result<Taken, ConnectorError>> {
        Box::pin(self.run(out))
    }

    fn asked(&self) -> Vec<Asked> {
        self.session.http().asked()
    }
}

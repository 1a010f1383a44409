//! All accounts of an organisation: each is entered by a role that has the same name in all of them.

use std::time::Duration;

use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::time::sleep;

use super::super::http::{Fault, Trail};
use super::super::{BoxFuture, ConnectorError, Sink};
use super::Aws;
use super::account::Account;
use super::keys::Keys;
use super::session::{ORGANIZATIONS, STS, Session, partition};
use super::sights::{ACCOUNTS, Misses, lack};
use crate::model::pull::Refusal;

/// How AWS calls the interface of its organisations.
const TARGET: &str = "AWSOrganizationsV20161128";
/// What stands in the logs of the accounts that are entered.
const SESSION: &str = "trueup";
/// How many accounts are read at once.
const AT_ONCE: usize = 4;
/// The shortest time after which keys are renewed, however soon they end.
const SHORTEST: Duration = Duration::from_secs(1);

/// An account of an organisation.
pub struct Member {
    pub number: String,
    is_active: bool,
}

/// Keys of a role, which end.
pub struct Lent {
    keys: Keys,
    until: Option<Timestamp>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Page {
    accounts: Vec<Listed>,
    next_token: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Listed {
    id: String,
    status: Option<String>,
    state: Option<String>,
}

impl Aws {
    /// All accounts; none where they are not shown, which is noted.
    pub async fn members(
        &self,
        own: &Account<'_>,
        misses: &mut Misses,
    ) -> Result<Vec<Member>, ConnectorError> {
        match self.listed().await {
            Ok(members) => Ok(members),
            Err(fault) => {
                misses.note(&[ACCOUNTS], lack(fault)?, &own.number);
                Ok(Vec::new())
            }
        }
    }

    async fn listed(&self) -> Result<Vec<Member>, Fault> {
        let action = "ListAccounts";
        let caller = self.session.service(&ORGANIZATIONS).map_err(Fault::Failed)?;
        let (mut members, mut token, mut trail) = (Vec::new(), None::<String>, Trail::default());
        loop {
            let values = token.as_ref().map_or_else(|| json!({}), |token| json!({ "NextToken": token }));
            let page: Page = caller.target(TARGET, action, &values).await?;
            caller.counted(action, page.accounts.len());
            members.extend(page.accounts.into_iter().map(|one| {
                let state = one.state.or(one.status);
                Member { number: one.id, is_active: state.is_none_or(|state| state == "ACTIVE") }
            }));
            token = page.next_token.filter(|token| !token.is_empty());
            match &token {
                Some(token) => trail.step(caller.http(), token).map_err(Fault::Failed)?,
                None => return Ok(members),
            }
        }
    }

    /// Keys of an account, by the role of the settings.
    pub async fn borrow(&self, own: &Account<'_>, member: &Member) -> Result<Lent, Fault> {
        let sts = own.session.service(&STS).map_err(Fault::Failed)?;
        let role = self.options.role.as_deref().unwrap_or_default();
        let part = partition(&self.options.region);
        let arn = format!("arn:{part}:iam::{}:role/{}", member.number, role.trim_start_matches('/'));
        let mut values = vec![("RoleArn", arn.as_str()), ("RoleSessionName", SESSION)];
        values.extend(self.options.external.as_deref().map(|external| ("ExternalId", external)));
        let answer = sts.query("AssumeRole", &values).await?;
        let text = |key: &str| answer.get("Credentials")?.get(key).and_then(Value::as_str).map(str::to_owned);
        let until = text("Expiration").and_then(|until| until.parse().ok());
        match (text("AccessKeyId"), text("SecretAccessKey")) {
            (Some(id), Some(secret)) => Ok(Lent { keys: Keys::new(id, secret, text("SessionToken")), until }),
            _ => Err(Fault::Failed(sts.http().fails("it hands out no keys for a role".to_owned()))),
        }
    }

    /// Renews the keys of an account that is being read, as long as that lasts; it never ends by itself. Where there are
    /// no new ones, the old ones go on until they end, which is then told.
    async fn stay(&self, own: &Account<'_>, member: &Member, session: &Session, until: Option<Timestamp>) {
        let mut until = until;
        while let Some(end) = until {
            let left = Duration::try_from(end.duration_since(Timestamp::now())).unwrap_or_default();
            sleep((left / 2).max(SHORTEST)).await;
            let Ok(next) = self.borrow(own, member).await else { break };
            session.renew(next.keys);
            until = next.until;
        }
        std::future::pending::<()>().await;
    }

    /// Everything of all other accounts, several at a time.
    pub async fn read_members(
        &self,
        own: &Account<'_>,
        misses: &mut Misses,
        out: &Sink,
    ) -> Result<(), ConnectorError> {
        let members = self.members(own, misses).await?;
        let mut reading: Vec<BoxFuture<'_, Result<Misses, ConnectorError>>> = Vec::new();
        for member in &members {
            if member.number != own.number {
                reading.push(Box::pin(self.read_member(own, member, out.clone())));
            }
        }
        let mut reading = stream::iter(reading).buffer_unordered(AT_ONCE);
        while let Some(found) = reading.try_next().await? {
            misses.join(found);
        }
        Ok(())
    }

    /// Everything of one account of the organisation, and what it does not show; one that cannot be entered is named and
    /// left out.
    async fn read_member(
        &self,
        own: &Account<'_>,
        member: &Member,
        mut out: Sink,
    ) -> Result<Misses, ConnectorError> {
        let mut misses = Misses::default();
        let number = member.number.clone();
        if !member.is_active {
            let reason = "it is suspended or closed: nothing of it was asked for".to_owned();
            out.refuse(Refusal { subject: format!("aws:{number}"), reason }).await?;
            return Ok(misses);
        }
        let Lent { keys, until } = match self.borrow(own, member).await {
            Ok(lent) => lent,
            Err(fault) => {
                let said = match &fault {
                    Fault::Forbidden(said) | Fault::Rejected(said) => said.clone(),
                    _ => "the role cannot be assumed".to_owned(),
                };
                misses.note(&[ACCOUNTS], lack(fault)?, &number);
                let reason = format!("nothing of it is known: {said}");
                out.refuse(Refusal { subject: format!("aws:{number}"), reason }).await?;
                return Ok(misses);
            }
        };
        let session = own.session.with(keys)?;
        let account = Account { session: &session, number };
        tokio::select! {
            read = self.read_one(&account, &mut misses, &mut out) => read?,
            () = self.stay(own, member, &session, until) => {}
        }
        Ok(misses)
    }
}

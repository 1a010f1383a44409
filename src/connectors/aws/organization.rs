//! All accounts of an organisation: each is entered by a role that has the same name in all of them.

use serde::Deserialize;
use serde_json::{Value, json};

use super::super::http::{Fault, Trail};
use super::super::{ConnectorError, Sink};
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

/// An account of an organisation.
pub struct Member {
    pub number: String,
    is_active: bool,
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

    /// The way into an account, by the role of the settings.
    pub async fn enter(&self, own: &Account<'_>, member: &Member) -> Result<Session, Fault> {
        let sts = own.session.service(&STS).map_err(Fault::Failed)?;
        let role = self.options.role.as_deref().unwrap_or_default();
        let part = partition(&self.options.region);
        let arn = format!("arn:{part}:iam::{}:role/{}", member.number, role.trim_start_matches('/'));
        let mut values = vec![("RoleArn", arn.as_str()), ("RoleSessionName", SESSION)];
        values.extend(self.options.external.as_deref().map(|external| ("ExternalId", external)));
        let answer = sts.query("AssumeRole", &values).await?;
        let text = |key: &str| answer.get("Credentials")?.get(key).and_then(Value::as_str).map(str::to_owned);
        let keys = match (text("AccessKeyId"), text("SecretAccessKey")) {
            (Some(id), Some(secret)) => Keys::new(id, secret, text("SessionToken")),
            _ => return Err(Fault::Failed(sts.http().fails("it hands out no keys for a role".to_owned()))),
        };
        own.session.with(keys).map_err(Fault::Failed)
    }

    /// Everything of one account of the organisation; one that cannot be entered is named and left out.
    pub async fn read_member(
        &self,
        own: &Account<'_>,
        member: &Member,
        misses: &mut Misses,
        out: &mut Sink,
    ) -> Result<(), ConnectorError> {
        let number = member.number.clone();
        if !member.is_active {
            let reason = "it is suspended or closed: nothing of it was asked for".to_owned();
            return out.refuse(Refusal { subject: format!("aws:{number}"), reason }).await;
        }
        let session = match self.enter(own, member).await {
            Ok(session) => session,
            Err(fault) => {
                let said = match &fault {
                    Fault::Forbidden(said) | Fault::Rejected(said) => said.clone(),
                    _ => "the role cannot be assumed".to_owned(),
                };
                misses.note(&[ACCOUNTS], lack(fault)?, &number);
                let reason = format!("nothing of it is known: {said}");
                return out.refuse(Refusal { subject: format!("aws:{number}"), reason }).await;
            }
        };
        self.read_one(&Account { session: &session, number }, misses, out).await
    }
}

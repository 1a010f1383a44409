//! Users and roles become accounts: what AWS and their tags say of them.

use super::arn;
use super::classify::{self, Classed};
use super::policy::Trust;
use super::wire::{Role, Tag, User, When};
use crate::connectors::suspect::suspect;
use crate::model::inventory::{Account, Class, Fact};
use crate::model::pull::Refusal;

/// Tags that name an owner, the strongest first.
const OWNERS: &[&str] = &["owner", "team"];
/// Tags that name the job, or the human role that would do an agent's; the strongest first.
const JOBS: &[&str] = &["peer-role", "peer_role", "job-title", "job_title", "job"];
/// Tags that name the class.
const CLASSES: &[&str] = &["identity-class", "identity_class"];

/// An account and what of it was counted as unknown.
pub struct Made {
    pub account: Account,
    pub refusals: Vec<Refusal>,
}

/// Makes a user's account. Its sign-ins, password and factors stand in the credential report only.
pub fn user(user: &User) -> Made {
    let name = user.user_name.clone().unwrap_or_default();
    let mut made = Made::new(["user", &name], user.arn.as_deref(), user.user_id.as_deref());
    if name.contains('@') {
        made.account.aliases.push(name.clone());
    }
    made.account.is_guest = Fact::Known(false);
    made.account.created = made.time("CreateDate", user.create_date.as_ref());
    made.tags(user.tags.as_deref());
    made.class((Fact::Hidden, ""));
    made
}

/// Makes a role's account.
pub fn role(role: &Role, trust: Option<&Trust>) -> Made {
    let name = role.role_name.clone().unwrap_or_default();
    let mut made = Made::new(["role", &name], role.arn.as_deref(), role.role_id.as_deref());
    // AWS has neither a way to switch a role off nor passwords for roles.
    made.account.is_enabled = Fact::Known(true);
    made.account.has_password = Fact::Known(false);
    made.account.created = made.time("CreateDate", role.create_date.as_ref());
    made.account.last_seen = match &role.role_last_used {
        None => Fact::Hidden,
        Some(used) if used.last_used_date.is_none() => Fact::Absent,
        Some(used) => made.time("LastUsedDate", used.last_used_date.as_ref()),
    };
    made.tags(role.tags.as_deref());
    made.class(classify::role(role.path.as_deref().unwrap_or_default(), trust));
    made
}

impl Made {
    fn new([kind, name]: [&str; 2], arn: Option<&str>, unique: Option<&str>) -> Self {
        let aliases: Vec<_> = arn.into_iter().chain(unique).map(str::to_owned).collect();
        let id = aliases.first().cloned().unwrap_or_else(|| format!("{kind}/{name}"));
        let account = Account {
            source: arn.and_then(arn::system),
            name: if name.is_empty() { arn::name(&id).to_owned() } else { name.to_owned() },
            id,
            aliases,
            ..Account::default()
        };
        Self { account, refusals: Vec::new() }
    }

    /// A time of the file; one that cannot be read is named and counts as not told.
    fn time(&mut self, field: &str, when: Option<&When>) -> Fact<jiff::Timestamp> {
        match when {
            Some(When::At(at)) => Fact::Known(*at),
            Some(When::Odd(text)) => {
                self.refuse(format!("`{field}` is `{text}`, which is no time"));
                Fact::Hidden
            }
            None => Fact::Hidden,
        }
    }

    /// Takes the owner, the job and a declared class from the tags. No tag is "no owner", and says nothing of a job;
    /// no list of tags is "not told".
    fn tags(&mut self, tags: Option<&[Tag]>) {
        let Some(tags) = tags else { return };
        self.account.owner = Fact::from(value(tags, OWNERS).map(str::to_owned));
        if let Some(job) = value(tags, JOBS) {
            self.account.job = Fact::Known(job.to_owned());
        }
        let Some(text) = value(tags, CLASSES) else { return };
        if let Some(class) = Class::parse(&text.to_lowercase()) {
            self.account.class = Fact::Known(class);
            "aws.tag.identity-class/1".clone_into(&mut self.account.class_rule);
            self.account.is_class_declared = true;
        } else {
            self.refuse(format!("the tag `identity-class` is `{text}`; human, machine and ai are classes"));
        }
    }

    /// Takes a rule's class where no tag declares one, and a guess where the name speaks against it.
    fn class(&mut self, (class, rule): Classed) {
        if self.account.is_class_declared {
            return;
        }
        self.account.class = class;
        rule.clone_into(&mut self.account.class_rule);
        self.account.suspected =
            suspect(&self.account.name).filter(|guess| class.known() != Some(&guess.class));
    }

    fn refuse(&mut self, reason: String) {
        self.refusals.push(Refusal { subject: self.account.id.clone(), reason });
    }
}

/// The value of the first of some tags that says anything; the case of keys does not matter.
fn value<'a>(tags: &'a [Tag], keys: &[&str]) -> Option<&'a str> {
    keys.iter().find_map(|key| {
        tags.iter()
            .filter(|tag| tag.key.as_deref().is_some_and(|known| known.trim().eq_ignore_ascii_case(key)))
            .filter_map(|tag| tag.value.as_deref().map(str::trim))
            .find(|value| !value.is_empty())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(text: &str) -> Made {
        user(&serde_json::from_str(text).unwrap())
    }

    #[test]
    fn tags_name_owner_and_class() {
        let cases = [
            (r#"{"UserName": "a"}"#, Fact::Hidden, Fact::Hidden, 0),
            (r#"{"Tags": []}"#, Fact::Absent, Fact::Hidden, 0),
            (
                r#"{"Tags": [{"Key": "team", "Value": "pay"}, {"Key": "OWNER", "Value": "anna"}]}"#,
                Fact::Known("anna".to_owned()),
                Fact::Hidden,
                0,
            ),
            (
                r#"{"Tags": [{"Key": "Owner", "Value": " "}, {"Key": "team", "Value": "pay"}]}"#,
                Fact::Known("pay".to_owned()),
                Fact::Hidden,
                0,
            ),
            (
                r#"{"Tags": [{"Key": "identity_class", "Value": "AI"}]}"#,
                Fact::Absent,
                Fact::Known(Class::Ai),
                0,
            ),
            (r#"{"Tags": [{"Key": "identity-class", "Value": "bot"}]}"#, Fact::Absent, Fact::Hidden, 1),
        ];
        for (text, owner, class, refusals) in cases {
            let made = made(text);
            assert_eq!((made.account.owner, made.account.class), (owner, class), "{text}");
            assert_eq!(
                (made.refusals.len(), made.account.is_class_declared),
                (refusals, class.is_told()),
                "{text}"
            );
        }
    }

    #[test]
    fn tags_name_a_job_and_the_human_role_comes_first() {
        let cases = [
            (r#"{"Tags": []}"#, Fact::Hidden),
            (
                r#"{"Tags": [{"Key": "Job-Title", "Value": " Accountant "}]}"#,
                Fact::Known("Accountant".to_owned()),
            ),
            (
                r#"{"Tags": [{"Key": "job", "Value": "bot"}, {"Key": "peer-role", "Value": "Accountant"}]}"#,
                Fact::Known("Accountant".to_owned()),
            ),
        ];
        for (text, job) in cases {
            assert_eq!(made(text).account.job, job, "{text}");
        }
    }

    #[test]
    fn a_guess_is_never_a_class_and_yields_to_a_tag() {
        let guessed = made(r#"{"UserName": "deploy-bot"}"#).account;
        assert_eq!((guessed.class, guessed.suspected.unwrap().class), (Fact::Hidden, Class::Machine));
        let tagged =
            made(r#"{"UserName": "bot", "Tags": [{"Key": "identity-class", "Value": "human"}]}"#).account;
        assert_eq!((tagged.class, tagged.suspected), (Fact::Known(Class::Human), None));
    }

    #[test]
    fn the_last_use_of_a_role_is_told_absent_or_hidden() {
        let seen = |text: &str| {
            let made = role(&serde_json::from_str(text).unwrap(), None);
            (made.account.last_seen, made.refusals.len())
        };
        assert_eq!(seen("{}"), (Fact::Hidden, 0));
        assert_eq!(seen(r#"{"RoleLastUsed": {}}"#), (Fact::Absent, 0));
        let at = "2026-01-02T03:04:05Z".parse().unwrap();
        assert_eq!(
            seen(r#"{"RoleLastUsed": {"LastUsedDate": "2026-01-02T03:04:05Z"}}"#),
            (Fact::Known(at), 0)
        );
        assert_eq!(seen(r#"{"RoleLastUsed": {"LastUsedDate": "soon"}}"#), (Fact::Hidden, 1));
    }
}

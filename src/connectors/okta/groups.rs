//! Groups and who is in them.

use std::collections::BTreeSet;

use super::super::listing::{AT_ONCE, Made, Object, Pages, below};
use super::super::{ConnectorError, Sink};
use super::lists;
use super::reading::Reading;
use crate::model::inventory::{EntitlementKind, Record};

/// A group, as far as others need it.
#[derive(Debug, Default)]
pub struct Group {
    pub title: String,
    /// Whether it has an administrator's role; `None` where the list does not tell.
    pub is_privileged: Option<bool>,
    /// How many are in it, where the list tells.
    pub size: Option<u64>,
    /// Who is in it; kept for groups that may have a role.
    pub members: BTreeSet<String>,
}

impl Group {
    fn read(object: &Object, id: &str) -> Self {
        // Okta's own description spells the word wrongly, so that both spellings may come.
        let keys = ["hasAdminPrivilege", "hasAdminPrivlege"];
        let told = |key: &&str| object.flag(&format!("_embedded.stats.{key}")).known().copied();
        Self {
            title: object.text("profile.name").unwrap_or_else(|| id.to_owned()),
            is_privileged: keys.iter().find_map(told),
            size: object.number("_embedded.stats.usersCount"),
            members: BTreeSet::new(),
        }
    }

    /// The step of a way that leads through it.
    pub fn step(&self) -> String {
        format!("group {}", self.title)
    }
}

impl Reading<'_> {
    /// Reads which groups there are.
    pub async fn read_group_list(&mut self, out: &mut Sink) -> Result<(), ConnectorError> {
        let (mut pages, mut lack) = (Pages::of(self.http, &lists::GROUPS), None);
        let mut made = Made::default();
        while let Some(page) = pages.told(out, &mut lack).await? {
            for object in &page {
                let name = object.text("profile.name");
                if let Some(id) = self.ids.take(object.text("id"), name, &mut made) {
                    let group = Group::read(object, &id);
                    self.groups.insert(id, group);
                }
            }
        }
        made.hand_over(out).await?;
        self.tells_rights &= lack.is_none();
        self.note(&lists::GROUPS, lack, out).await
    }

    /// Hands over the groups as what can be held.
    pub async fn hand_over_groups(&self, out: &mut Sink) -> Result<(), ConnectorError> {
        let all = self.groups.iter().map(|(id, group)| {
            Record::Entitlement(self.make.entitlement(id, &group.title, EntitlementKind::Group))
        });
        self.hand_over_rights(all.collect(), out).await
    }

    /// Reads who is in each group, some groups at once; those that are known to be empty are not asked for.
    pub async fn read_members(&mut self, out: &mut Sink) -> Result<(), ConnectorError> {
        if !self.tells_rights {
            return Ok(());
        }
        let ids: Vec<String> =
            self.groups.iter().filter(|(_, group)| group.size != Some(0)).map(|(id, _)| id.clone()).collect();
        let mut done = 0;
        for some in ids.chunks(AT_ONCE) {
            let places: Vec<&str> = some.iter().map(String::as_str).collect();
            for (id, found) in some.iter().zip(below(self.http, &lists::MEMBERS, &places).await?) {
                let Some(members) = found else {
                    self.deleted(id, out).await?;
                    continue;
                };
                self.take_members(id, &members, out).await?;
            }
            done += some.len();
            Self::progress("members of groups", (done, ids.len()), out);
        }
        Ok(())
    }

    async fn take_members(
        &mut self,
        id: &str,
        members: &[Object],
        out: &mut Sink,
    ) -> Result<(), ConnectorError> {
        let members: BTreeSet<String> = members.iter().filter_map(|member| member.text("id")).collect();
        let grants = members.iter().map(|member| Record::Grant(self.make.grant(member, id)));
        self.hand_over_rights(grants.collect(), out).await?;
        if let Some(group) = self.groups.get_mut(id).filter(|group| group.is_privileged != Some(false)) {
            group.members = members;
        }
        Ok(())
    }
}

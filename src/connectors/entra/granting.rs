//! The part of a pull that reads who may do what.

use std::collections::BTreeMap;

use super::super::listing::Made;
use super::super::{ConnectorError, Sink};
use super::people::People;
use super::reading::Reading;
use super::rights::{Consent, Rights};
use super::services::{Program, Services};
use super::{lists, sights};
use crate::model::inventory::{Fact, Record};
use crate::model::pull::Lack;

/// How many records are handed over at once.
const PIECE: usize = 1_000;

impl Reading<'_> {
    /// Reads what gives rights, and hands them over where nothing of it is hidden.
    pub(super) async fn rights(
        &mut self,
        people: &People,
        services: &Services<'_>,
        consents: Option<&[Consent]>,
        out: &mut Sink,
    ) -> Result<(), ConnectorError> {
        let mut rights = Rights::new(self.source.clone(), &services.known);
        self.roles(&mut rights, out).await?;
        let knows_all = !self.holds_accounts;
        let is_listed = |id: &str| !knows_all || people.get(id).is_some() || services.known.contains_key(id);
        rights.roles(&is_listed);
        self.permissions(&mut rights, services, out).await?;
        consented(&mut rights, services, consents.unwrap_or_default(), &is_listed);
        let of_rights = [&sights::ROLES, &sights::GROUPS, &sights::CONSENTS, &sights::PERMISSIONS];
        self.holds_rights |= of_rights.into_iter().any(|sight| self.misses(sight));
        if self.holds_rights {
            return Ok(());
        }
        let made = rights.finish();
        let refusals = made.refusals;
        let mut records = made.records.into_iter();
        loop {
            let some: Vec<Record> = records.by_ref().take(PIECE).collect();
            if some.is_empty() {
                break;
            }
            out.push(some).await?;
        }
        self.hand_over(Made { records: Vec::new(), refusals }, out).await
    }

    async fn roles(&mut self, rights: &mut Rights<'_>, out: &mut Sink) -> Result<(), ConnectorError> {
        self.each(&lists::ROLES, out, |one| rights.role(one)).await?;
        if !self.each(&lists::ASSIGNMENTS, out, |one| rights.assignment(one)).await? {
            return Ok(());
        }
        let tells_ends = self.each(&lists::SCHEDULES, out, |one| rights.schedule(&one)).await?;
        self.each(&lists::ELIGIBLE, out, |one| rights.eligibility(one)).await?;
        let why = self.misses.get(sights::ELIGIBLE.id).map(|(_, why)| *why);
        // Without that licence nobody can be eligible, and nothing ends by itself.
        let has_no_ends = why == Some(Lack::NotLicensed);
        self.holds_rights |= why.is_some() && !has_no_ends;
        rights.ends_otherwise = if tells_ends || has_no_ends { Fact::Absent } else { Fact::Hidden };
        let groups: Vec<String> = rights.groups().into_iter().collect();
        let url = |id: &String| format!("/groups/{id}/transitiveMembers?$select=id,displayName&$top=999");
        let all =
            self.batch("members of groups", &sights::GROUPS, groups.iter().map(url).collect(), out).await?;
        for (group, members) in groups.into_iter().zip(all) {
            rights.group(group, members.unwrap_or_default());
        }
        Ok(())
    }

    async fn permissions(
        &mut self,
        rights: &mut Rights<'_>,
        services: &Services<'_>,
        out: &mut Sink,
    ) -> Result<(), ConnectorError> {
        if let Some((_, why)) = self.misses.get(sights::SERVICES.id) {
            self.miss(&sights::PERMISSIONS, *why);
            return Ok(());
        }
        let giving = services.known.iter().filter(|(_, service)| !service.roles.is_empty());
        let mut resources: Vec<String> = giving.map(|(id, _)| id.clone()).collect();
        resources.sort();
        let url = |id: &String| format!("/servicePrincipals/{id}/appRoleAssignedTo?$top=999");
        let urls = resources.iter().map(url).collect();
        let all = self.batch("permissions", &sights::PERMISSIONS, urls, out).await?;
        for (resource, assignments) in resources.iter().zip(all) {
            rights.permissions(resource, &assignments.unwrap_or_default());
        }
        Ok(())
    }
}

/// Takes consents, also as far as agents take them over; applications that no list shows are named once each.
fn consented(
    rights: &mut Rights<'_>,
    services: &Services<'_>,
    consents: &[Consent],
    is_listed: &dyn Fn(&str) -> bool,
) {
    let mut unlisted: BTreeMap<&str, u64> = BTreeMap::new();
    let mut dark: BTreeMap<&str, &str> = BTreeMap::new();
    for consent in consents {
        if !is_listed(&consent.client) {
            *unlisted.entry(&consent.client).or_default() += 1;
        }
        rights.consent(consent);
        let is_blueprint = |service: &&Program| services.agents.is_blueprint(&consent.client, &service.app);
        let Some(service) = services.known.get(&consent.client).filter(is_blueprint) else { continue };
        let heirs = services.agents.made_of(&service.app);
        let hands_on = |api: &str, scope: &str| services.agents.inherited.hands_on(&service.app, api, scope);
        if !heirs.is_empty() && rights.inherit(consent, &heirs, &hands_on) {
            dark.insert(&consent.client, &service.name);
        }
    }
    for agent in services.agents.rootless() {
        rights.dark(agent);
    }
    for (client, count) in unlisted {
        let word = if count == 1 { "consent was" } else { "consents were" };
        rights.refuse(client, format!("{count} {word} given to it, and no list shows it"));
    }
    for name in dark.into_values() {
        rights.refuse(
            name,
            "it is not shown what its agents take over of its consents, so that all of it counts",
        );
    }
}

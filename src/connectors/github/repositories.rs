//! Repositories and teams: deploy keys, and who may do what where. A few of them are asked at a time.

use std::collections::HashMap;

use futures_util::StreamExt as _;

use super::super::listing::{List, Made, Object, Pages, of_places, shown};
use super::super::{ConnectorError, Progress, Sink};
use super::reading::{Reading, miss};
use super::sights::{
    AGENTS, ALL_REPOSITORIES, COLLABORATORS, DEPLOY_KEYS, REPOSITORIES, TEAM_MEMBERS, TEAM_REPOSITORIES,
    TEAMS, why,
};
use crate::model::pull::Lack;

/// What is done with the list of one place.
type Take = fn(&mut Reading<'_>, &str, &[Object], &mut Made);

impl Reading<'_> {
    /// Every repository: for the coding agent where it may work in all of them, and for what the setting asks for.
    pub async fn repositories(
        &mut self,
        (has_agents, organisation): (bool, &Object),
        out: &mut Sink,
    ) -> Result<(), ConnectorError> {
        let (mut lack, mut names) = (None, Vec::new());
        let mut pages = Pages::of(self.http, &ALL_REPOSITORIES).below(&self.options.organisation);
        while let Some(page) = pages.told(out, &mut lack).await? {
            names.extend(page.iter().filter_map(|one| one.text("full_name")));
            if has_agents {
                self.take_agents(&page, out).await?;
            }
        }
        let there = ["public_repos", "total_private_repos"].map(|key| organisation.number(key));
        // An app that was installed for some repositories is shown those alone.
        let is_part = there.into_iter().sum::<Option<u64>>().is_some_and(|there| there > names.len() as u64);
        let lack = lack.map(|lack| why(&ALL_REPOSITORIES, lack)).or(is_part.then_some(Lack::Forbidden));
        if let Some(lack) = lack.filter(|_| has_agents) {
            miss(&AGENTS, lack, out).await?;
        }
        if !self.options.asks_repositories {
            return miss(&REPOSITORIES, Lack::NotCollected, out).await;
        }
        let lack = lack.or(self.inside(&names, out).await?);
        self.shown.repositories = lack.is_none();
        match lack {
            Some(lack) => miss(&REPOSITORIES, lack, out).await,
            None => Ok(()),
        }
    }

    /// Keys, collaborators and teams.
    async fn inside(&mut self, names: &[String], out: &mut Sink) -> Result<Option<Lack>, ConnectorError> {
        let keys: Take = |reading, name, keys, made| {
            for key in keys {
                reading.apps.deploy_key(name, key, &mut reading.rights, made);
            }
        };
        let keys = self.over(&DEPLOY_KEYS, names, keys, out).await?;
        if !self.has_people {
            return Ok(keys.or(Some(Lack::Forbidden)));
        }
        let people: Take = |reading, name, users, made| {
            for user in users {
                reading.rights.collaborator(name, user, &reading.people, made);
            }
        };
        let people = self.over(&COLLABORATORS, names, people, out).await?;
        let mut made = Made::default();
        self.rights.finish(&mut made);
        made.hand_over(out).await?;
        Ok(keys.or(people).or(self.teams(out).await?))
    }

    /// A list of every place. What the first place does not show is not asked of the others.
    async fn over(
        &mut self,
        list: &'static List,
        places: &[String],
        take: Take,
        out: &mut Sink,
    ) -> Result<Option<Lack>, ConnectorError> {
        let Some((first, rest)) = places.split_first() else { return Ok(None) };
        let mut made = Made::default();
        match shown(self.http, list, first).await? {
            Ok(found) => take(self, first, &found, &mut made),
            Err(lack) => return Ok(Some(why(list, lack))),
        }
        made.hand_over(out).await?;
        let (mut lack, mut done) = (None, 1);
        let mut asked = of_places(self.http, list, rest.to_vec());
        while let Some(found) = asked.next().await {
            let (place, found) = found?;
            let mut made = Made::default();
            match found {
                Ok(found) => take(self, &place, &found, &mut made),
                Err(hidden) => lack = lack.or(Some(why(list, hidden))),
            }
            made.hand_over(out).await?;
            done += 1;
            out.progress(Progress { what: list.word.to_owned(), done, of: Some(places.len() as u64) });
        }
        Ok(lack)
    }

    /// Teams with their members and repositories.
    async fn teams(&mut self, out: &mut Sink) -> Result<Option<Lack>, ConnectorError> {
        let organisation = &self.options.organisation;
        let teams = match shown(self.http, &TEAMS, organisation).await? {
            Ok(teams) => teams,
            Err(lack) => return Ok(Some(why(&TEAMS, lack))),
        };
        let place =
            |team: &Object| Some((format!("{organisation}/teams/{}", team.text("slug")?), team.clone()));
        let teams: HashMap<String, Object> = teams.iter().filter_map(place).collect();
        let places: Vec<String> = teams.keys().cloned().collect();
        let (mut lack, mut members) = (None, HashMap::new());
        let mut asked = of_places(self.http, &TEAM_MEMBERS, places.clone());
        while let Some(found) = asked.next().await {
            match found? {
                (place, Ok(found)) => drop(members.insert(place, found)),
                (_, Err(hidden)) => lack = lack.or(Some(why(&TEAM_MEMBERS, hidden))),
            }
        }
        let mut asked = of_places(self.http, &TEAM_REPOSITORIES, places);
        while let Some(found) = asked.next().await {
            let mut made = Made::default();
            match found? {
                (place, Ok(found)) => {
                    if let (Some(team), Some(members)) = (teams.get(&place), members.get(&place)) {
                        self.rights.team(team, (members, &found), &self.people, &mut made);
                    }
                }
                (_, Err(hidden)) => lack = lack.or(Some(why(&TEAM_REPOSITORIES, hidden))),
            }
            made.hand_over(out).await?;
        }
        Ok(lack)
    }
}

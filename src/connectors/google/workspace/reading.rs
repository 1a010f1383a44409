//! Reading a directory: list after list, with what must be known before it can be told.

use std::collections::HashMap;

use futures_util::future::join_all;
use jiff::{SignedDuration, Timestamp};

use super::super::super::http::{Fault, Http};
use super::super::super::listing::{Ids, List, Made, Object, Pages, whole};
use super::super::super::{ConnectorError, Progress, Sink};
use super::super::words::SUSPENDED;
use super::super::{Misses, lacking};
use super::consents::{Consents, Happening, Telling};
use super::factors::Factors;
use super::lists::{
    ASSIGNMENT_LIST, AUTHORIZED, DELEGATED, FACTOR_LIST, GROUP_LIST, MEMBER_LIST, MEMBERS, REVOKED,
    ROLE_LIST, ROLES, TOKEN_LIST, TOKENS, UNDELEGATED, USED, USER_LIST, USERS,
};
use super::roles::Roles;
use super::settings::Options;
use super::{Whose, customer_of, day, probe, shows_nothing, users};
use crate::model::inventory::{Fact, Record};

/// How many questions wait for their answers at the same time.
const AT_ONCE: usize = 8;

/// A pull on its way.
pub struct Reading<'a> {
    http: &'a Http,
    /// For what is asked of one person.
    persons: &'a Http,
    whose: Whose,
    options: &'a Options,
    at: Timestamp,
    /// Mail addresses of users who can sign in, by their ids; kept where each is asked for something.
    active: HashMap<String, String>,
}

/// Why a list was not read, where that is no failure.
type Read = Result<bool, ConnectorError>;

impl<'a> Reading<'a> {
    /// At the beginning.
    pub fn new(
        (http, persons): (&'a Http, &'a Http),
        whose: Whose,
        options: &'a Options,
        at: Timestamp,
    ) -> Self {
        Self { http, persons, whose, options, at, active: HashMap::new() }
    }

    /// Reads all that is shown.
    pub async fn all(&mut self, misses: &mut Misses, out: &mut Sink) -> Result<(), ConnectorError> {
        self.users(misses, out).await?;
        let tells_rights = self.rights(misses, out).await?;
        let has_consents = self.consents(tells_rights, misses, out).await?;
        if misses.has(&USERS) && !tells_rights && !has_consents {
            return Err(shows_nothing(self.http));
        }
        Ok(())
    }

    /// Reads a list page by page; `false`, with the lack noted, where it is not shown.
    async fn each(
        &self,
        (list, place, more): (&'static List, &str, &[(&str, &str)]),
        misses: &mut Misses,
        out: &mut Sink,
        mut take: impl FnMut(&[Object], &mut Made),
    ) -> Read {
        let mut pages = Pages::of(self.http, list).below(place).with(more).roughly();
        loop {
            let page = match pages.next().await {
                Ok(Some(page)) => page,
                Ok(None) => return Ok(true),
                Err(fault) => {
                    misses.note(list.sight, lacking(self.http, list, fault)?, "");
                    return Ok(false);
                }
            };
            let what = list.word.to_owned();
            out.progress(Progress { what, done: pages.received, of: pages.total });
            let mut made = Made::default();
            take(&page, &mut made);
            made.hand_over(out).await?;
        }
    }

    async fn users(&mut self, misses: &mut Misses, out: &mut Sink) -> Result<(), ConnectorError> {
        if let Some(why) = self.whose.lacking.clone() {
            misses.note(&USERS, why, "");
            return Ok(());
        }
        let mut factors = Factors::default();
        let day = day();
        let take = |page: &[Object], _: &mut Made| page.iter().for_each(|one| factors.take(one));
        self.each((&FACTOR_LIST, &day, &[]), misses, out, take).await?;
        let (mut ids, mut active) = (Ids::default(), HashMap::new());
        let source = self.whose.source.clone();
        let more = customer_of(&USER_LIST, &self.whose.customer);
        let is_kept = self.options.asks_tokens;
        self.each((&USER_LIST, "", &more), misses, out, |page, made| {
            for user in page {
                let Some(id) = ids.take(user.text("id"), user.text("primaryEmail"), made) else { continue };
                let account = users::account(&source, &id, user, &factors);
                if is_kept && account.is_enabled != Fact::Known(false) {
                    active.insert(id, account.name.clone());
                }
                made.records.push(Record::Account(account));
            }
        })
        .await?;
        self.active = active;
        Ok(())
    }

    /// Roles, groups and who is in them; whether all of what gives rights is shown.
    async fn rights(&self, misses: &mut Misses, out: &mut Sink) -> Read {
        let customer = self.whose.customer.as_str();
        // Roles alone say nothing of who holds them, and holdings alone nothing of what they give.
        for list in [&ROLE_LIST, &ASSIGNMENT_LIST] {
            if let Err(why) = probe(self.http, list, customer, &[]).await? {
                misses.note(&ROLES, why, "");
                return Ok(false);
            }
        }
        let mut roles = Roles::new(self.whose.source.clone());
        let mut take = |page: &[Object], made: &mut Made| page.iter().for_each(|one| roles.role(one, made));
        let is_whole = self.each((&ROLE_LIST, customer, &[]), misses, out, &mut take).await?;
        let mut take =
            |page: &[Object], made: &mut Made| page.iter().for_each(|one| roles.assignment(one, made));
        let is_whole =
            is_whole && self.each((&ASSIGNMENT_LIST, customer, &[]), misses, out, &mut take).await?;
        if !is_whole {
            return Err(self.http.fails("it stopped showing roles in the middle".to_owned()));
        }
        if self.options.asks_groups {
            let more = customer_of(&GROUP_LIST, customer);
            let take = |page: &[Object], made: &mut Made| page.iter().for_each(|one| roles.group(one, made));
            self.each((&GROUP_LIST, "", &more), misses, out, take).await?;
        }
        self.members(&roles, misses, out).await?;
        let mut made = Made::default();
        roles.finish(&mut made);
        made.hand_over(out).await?;
        Ok(true)
    }

    async fn members(
        &self,
        roles: &Roles,
        misses: &mut Misses,
        out: &mut Sink,
    ) -> Result<(), ConnectorError> {
        let groups: Vec<String> = roles.groups().into_iter().collect();
        for (done, some) in groups.chunks(AT_ONCE).enumerate() {
            let asked = join_all(some.iter().map(|group| whole(self.http, &MEMBER_LIST, group))).await;
            let mut made = Made::default();
            for (group, members) in some.iter().zip(asked) {
                match members {
                    Ok(members) => roles.members(group, &members, &mut made),
                    Err(fault) => {
                        misses.note(&MEMBERS, lacking(self.http, &MEMBER_LIST, fault)?, "");
                        roles.hidden(group, &mut made);
                    }
                }
            }
            made.hand_over(out).await?;
            let (done, of) = ((done * AT_ONCE) as u64, Some(groups.len() as u64));
            out.progress(Progress { what: "members of groups".to_owned(), done, of });
        }
        Ok(())
    }

    /// What the log and the users themselves say of apps; whether any of it is shown.
    async fn consents(&self, tells_rights: bool, misses: &mut Misses, out: &mut Sink) -> Read {
        let mut consents = Consents::default();
        let mut is_shown = true;
        // What ended a consent comes before what began it.
        for (list, what) in [(&REVOKED, Happening::Revoked), (&AUTHORIZED, Happening::Authorized)] {
            is_shown = is_shown && self.log((list, what, &[]), &mut consents, misses, out).await?;
        }
        for (list, what) in [(&UNDELEGATED, Happening::Undelegated), (&DELEGATED, Happening::Delegated)] {
            self.log((list, what, &[]), &mut consents, misses, out).await?;
        }
        if is_shown && self.options.use_days > 0 {
            let days = SignedDuration::from_hours(24 * self.options.use_days);
            let since = self.at.checked_sub(days).unwrap_or(Timestamp::UNIX_EPOCH).to_string();
            let more = [("startTime", since.as_str())];
            self.log((&USED, Happening::Used, &more), &mut consents, misses, out).await?;
        }
        let is_listed = self.options.asks_tokens && self.tokens(&mut consents, misses, out).await?;
        let how = Telling {
            source: &self.whose.source,
            at: self.at,
            use_days: if is_shown { self.options.use_days } else { 0 },
            tells_rights,
        };
        let mut all = Vec::new();
        consents.finish(&how, |made| all.push(made));
        if !tells_rights && !all.is_empty() {
            let reason = "roles are not shown: with the scopes of apps alone, users would look as if they held nothing, so \
                          that no right is counted";
            all.iter_mut().take(1).for_each(|made| made.refuse("rights", reason));
        }
        for made in all {
            made.hand_over(out).await?;
        }
        Ok(is_shown || is_listed)
    }

    async fn log(
        &self,
        (list, what, more): (&'static List, Happening, &[(&str, &str)]),
        consents: &mut Consents,
        misses: &mut Misses,
        out: &mut Sink,
    ) -> Read {
        let take = |page: &[Object], made: &mut Made| {
            for entry in page {
                consents.take(what, entry, made);
            }
        };
        self.each((list, "", more), misses, out, take).await
    }

    /// Whether the reader itself is still known, where it may be a person who is not; else an error.
    async fn is_known(&self) -> Result<(), ConnectorError> {
        let more = customer_of(&USER_LIST, &self.whose.customer);
        probe(self.http, &USER_LIST, "", &more).await.map(drop)
    }

    /// Asks every user who can sign in; whether that is allowed.
    async fn tokens(&self, consents: &mut Consents, misses: &mut Misses, out: &mut Sink) -> Read {
        let mut users: Vec<(&str, &str)> =
            self.active.iter().map(|(id, mail)| (id.as_str(), mail.as_str())).collect();
        users.sort_unstable();
        let Some((first, _)) = users.first() else { return Ok(false) };
        match whole(self.persons, &TOKEN_LIST, first).await {
            Err(Fault::Forbidden(said)) if said == SUSPENDED => self.is_known().await?,
            Ok(_) | Err(Fault::NoSuch) => {}
            Err(fault) => {
                misses.note(&TOKENS, lacking(self.http, &TOKEN_LIST, fault)?, "");
                return Ok(false);
            }
        }
        for (done, some) in users.chunks(AT_ONCE).enumerate() {
            let asked = some.iter().map(|(id, _)| whole(self.persons, &TOKEN_LIST, id));
            let asked = join_all(asked).await;
            let mut made = Made::default();
            for ((_, mail), tokens) in some.iter().zip(asked) {
                match tokens {
                    Ok(tokens) => consents.listed(mail, &tokens, &mut made),
                    // He was deleted in between.
                    Err(Fault::NoSuch) => consents.listed(mail, &[], &mut made),
                    Err(Fault::Forbidden(said)) => {
                        if said == SUSPENDED {
                            self.is_known().await?;
                        }
                        let reason = "which apps it let in is not shown to this administrator";
                        made.refuse((*mail).to_owned(), reason);
                    }
                    Err(fault) => return Err(self.http.broken(TOKEN_LIST.word, fault)),
                }
            }
            made.hand_over(out).await?;
            let (done, of) = ((done * AT_ONCE) as u64, Some(users.len() as u64));
            out.progress(Progress { what: "consents of users".to_owned(), done, of });
        }
        Ok(true)
    }
}

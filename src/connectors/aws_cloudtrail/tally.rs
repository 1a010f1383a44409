//! Many events become few uses: the newest call of each account, service, action and resource, and the days that
//! the log covers. The memory grows with the kinds of calls, not with their number.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::event::{Act, Told};
use crate::connectors::aws_authorization::arn;
use crate::model::SourceId;
use crate::model::inventory::{Fact, Record, Usage, Watch};

/// Beyond so many resources of one action of one account, only the action is kept.
const RESOURCES: usize = 32;
/// Length of a day, in seconds.
const DAY: i64 = 86_400;

/// Everything that was read.
#[derive(Debug, Default)]
pub struct Tally {
    /// Uses by account, service and action.
    uses: BTreeMap<String, BTreeMap<String, BTreeMap<String, Uses>>>,
    logs: BTreeMap<String, Log>,
    pub newest: Option<Timestamp>,
    pub events: u64,
    /// Events without a time or a name.
    pub odd: u64,
}

/// The uses of one action.
#[derive(Debug)]
struct Uses {
    newest: Timestamp,
    resources: BTreeMap<String, Timestamp>,
    /// Whether a use does not name its resource, or there were too many.
    is_unplaced: bool,
}

/// The log of one account of AWS.
#[derive(Debug, Default)]
struct Log {
    events: u64,
    has_reads: bool,
    has_writes: bool,
    /// The first and the last management event of each day that has any.
    days: BTreeMap<i64, (Timestamp, Timestamp)>,
}

impl Tally {
    /// Takes one event over; `None` is one that could not be understood.
    pub fn add(&mut self, told: Option<Told>) {
        self.events += 1;
        let Some(told) = told else {
            self.odd += 1;
            return;
        };
        self.newest = self.newest.max(Some(told.at));
        if let Some(account) = &told.account {
            if !self.logs.contains_key(account) {
                self.logs.insert(account.clone(), Log::default());
            }
            if let Some(log) = self.logs.get_mut(account) {
                log.add(&told);
            }
        }
        if let Some(act) = told.act {
            self.act(act, told.at);
        }
    }

    fn act(&mut self, act: Act, at: Timestamp) {
        let actions = self.uses.entry(act.who).or_default().entry(act.service).or_default();
        let uses = actions.entry(act.action).or_insert_with(|| Uses {
            newest: at,
            resources: BTreeMap::new(),
            is_unplaced: false,
        });
        uses.newest = uses.newest.max(at);
        match act.resource {
            Some(resource) if !uses.is_unplaced => {
                let newest = uses.resources.entry(resource).or_insert(at);
                *newest = at.max(*newest);
                uses.is_unplaced = uses.resources.len() > RESOURCES;
            }
            Some(_) => {}
            None => uses.is_unplaced = true,
        }
        if uses.is_unplaced {
            uses.resources.clear();
        }
    }

    /// The account of AWS with the most events: what the file as a whole is about.
    pub fn system(&self) -> SourceId {
        let most = self.logs.iter().max_by_key(|(_, log)| log.events);
        SourceId::new(most.map_or_else(|| "aws".to_owned(), |(account, _)| format!("aws:{account}")))
    }

    /// How many users and roles called anything.
    pub fn callers(&self) -> u64 {
        self.uses.len() as u64
    }

    /// Hands over what the file says, in a fixed order.
    pub fn records(self) -> impl Iterator<Item = Record> {
        let until = Fact::from(self.newest);
        let watches: Vec<_> = self.logs.iter().filter_map(|(account, log)| log.watch(account)).collect();
        let begun: BTreeMap<_, _> = watches.iter().map(|watch| (watch.source.clone(), watch.since)).collect();
        let uses = self.uses.into_iter().flat_map(move |(who, services)| {
            let source = arn::system(&who);
            let since = begun.get(&source).map_or(Fact::Hidden, |since| Fact::Known(*since));
            services.into_iter().flat_map(move |(service, actions)| {
                let plain = Usage {
                    account: who.clone(),
                    source: source.clone(),
                    service,
                    watched_since: since,
                    watched_until: until,
                    ..Usage::default()
                };
                actions.into_iter().flat_map(move |(action, uses)| uses.records(&plain, &action))
            })
        });
        watches.into_iter().map(Record::Watch).chain(uses.map(Record::Usage))
    }
}

impl Uses {
    fn records(self, plain: &Usage, action: &str) -> Vec<Usage> {
        let plain = Usage { action: Some(action.to_owned()), ..plain.clone() };
        if self.resources.is_empty() {
            return vec![Usage { last_used: Fact::Known(self.newest), ..plain }];
        }
        let placed =
            |(resource, at)| Usage { resource: Some(resource), last_used: Fact::Known(at), ..plain.clone() };
        self.resources.into_iter().map(placed).collect()
    }
}

impl Log {
    fn add(&mut self, told: &Told) {
        self.events += 1;
        let Some(is_read) = told.manages else { return };
        self.has_reads |= is_read;
        self.has_writes |= !is_read;
        let day = self.days.entry(told.at.as_second().div_euclid(DAY)).or_insert((told.at, told.at));
        *day = (day.0.min(told.at), day.1.max(told.at));
    }

    /// The days up to the newest of which none is without an event. A trail that leaves out reads or writes shows
    /// nothing by what is not in it.
    fn watch(&self, account: &str) -> Option<Watch> {
        if !self.has_reads || !self.has_writes {
            return None;
        }
        let (last, (_, until)) = self.days.last_key_value()?;
        let run = self.days.iter().rev().zip(0..).take_while(|((day, _), back)| **day == *last - back).last();
        let ((_, (since, _)), _) = run?;
        let source = Some(SourceId::new(format!("aws:{account}")));
        Some(Watch { source, since: *since, until: *until })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(day: i64, is_read: Option<bool>, resource: Option<&str>) -> Told {
        Told {
            at: Timestamp::from_second(day * DAY + 60).unwrap(),
            account: Some("111122223333".to_owned()),
            manages: is_read,
            act: Some(Act {
                who: "arn:aws:iam::111122223333:user/a".to_owned(),
                service: "s3".to_owned(),
                action: "GetObject".to_owned(),
                resource: resource.map(str::to_owned),
            }),
        }
    }

    fn records(told: impl IntoIterator<Item = Told>) -> (Vec<Usage>, Vec<Watch>) {
        let mut tally = Tally::default();
        told.into_iter().for_each(|told| tally.add(Some(told)));
        let (mut uses, mut watches) = (Vec::new(), Vec::new());
        for record in tally.records() {
            match record {
                Record::Usage(usage) => uses.push(usage),
                Record::Watch(watch) => watches.push(watch),
                other => panic!("{other:?}"),
            }
        }
        (uses, watches)
    }

    #[test]
    fn events_become_the_newest_use_of_each_resource() {
        let (uses, _) = records([
            told(1, None, Some("arn:a")),
            told(3, None, Some("arn:a")),
            told(2, None, Some("arn:b")),
        ]);
        let kept: Vec<_> = uses.iter().map(|usage| (usage.resource.as_deref(), usage.last_used)).collect();
        let at = |day: i64| Fact::Known(Timestamp::from_second(day * DAY + 60).unwrap());
        assert_eq!(kept, [(Some("arn:a"), at(3)), (Some("arn:b"), at(2))]);
        assert_eq!(uses[0].source.as_ref().unwrap().as_str(), "aws:111122223333");
    }

    #[test]
    fn a_use_without_a_resource_or_too_many_leave_only_the_action() {
        let (uses, _) =
            records([told(1, None, Some("arn:a")), told(2, None, None), told(3, None, Some("arn:b"))]);
        assert_eq!((uses.len(), uses[0].resource.as_deref()), (1, None));
        let names: Vec<_> = (0..100).map(|number| format!("arn:{number}")).collect();
        let (uses, _) = records(names.iter().map(|name| told(1, None, Some(name))));
        assert_eq!((uses.len(), uses[0].resource.as_deref()), (1, None));
    }

    #[test]
    fn a_watch_is_the_unbroken_run_of_days_at_the_end_of_a_whole_trail() {
        let watch = |days: &[(i64, bool)]| {
            let (_, watches) = records(days.iter().map(|(day, is_read)| told(*day, Some(*is_read), None)));
            watches.first().map(|watch| (watch.since.as_second() / DAY, watch.until.as_second() / DAY))
        };
        assert_eq!(watch(&[(1, true), (2, false), (3, true)]), Some((1, 3)));
        assert_eq!(watch(&[(3, true), (5, true), (1, false), (6, false)]), Some((5, 6)));
        assert_eq!(watch(&[(1, true), (2, true)]), None, "no writes");
        assert_eq!(watch(&[(1, false)]), None, "no reads");
        assert_eq!(records([told(1, None, None)]).1, []);
    }
}

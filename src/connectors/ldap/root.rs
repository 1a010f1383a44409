//! What a server says of itself: which make it is of, and where its entries lie.

use super::entry::Entry;

/// Attributes that are asked for.
pub const ATTRIBUTES: &[&str] = &[
    "objectClass",
    "namingContexts",
    "defaultNamingContext",
    "configurationNamingContext",
    "supportedCapabilities",
    "vendorName",
];
/// What Active Directory can do and nothing else (MS-ADTS 3.1.1.3.2.10).
const ACTIVE: &str = "1.2.840.113556.1.4.800";

/// The first entry of a server.
#[derive(Debug, Default)]
pub struct Root {
    pub is_active: bool,
    /// Whether it is OpenLDAP, in which a group of names has members or does not show them.
    pub is_open: bool,
    /// Where entries lie: the domain of Active Directory, every tree of others.
    pub contexts: Vec<String>,
    pub configuration: Option<String>,
    /// The make, as words.
    pub make: String,
}

impl Root {
    /// Takes it apart; a server that shows nothing of itself is of an unknown make.
    pub fn read(entry: Option<&Entry>) -> Self {
        let Some(entry) = entry else {
            return Self { make: "LDAP directory".to_owned(), ..Self::default() };
        };
        let is_active = entry.texts("supportedcapabilities").any(|own| own == ACTIVE);
        let is_open = entry.is_a(&["openldaprootdse"]);
        let all = || entry.texts("namingcontexts").map(str::to_owned).collect();
        let contexts = match entry.text("defaultnamingcontext") {
            Some(own) if is_active => vec![own],
            _ => all(),
        };
        let make = match entry.text("vendorname") {
            _ if is_active => "Active Directory".to_owned(),
            _ if is_open => "OpenLDAP".to_owned(),
            Some(vendor) => format!("LDAP directory of {vendor}"),
            None => "LDAP directory".to_owned(),
        };
        Self { is_active, is_open, contexts, configuration: entry.text("configurationnamingcontext"), make }
    }
}

//! Browser extensions that are AI products: by their ids, else, as possible, by their names.

use std::path::{Path, PathBuf};

use serde_json::Value;

use super::folder::Folder;
use super::lenient;
use crate::connectors::catalogue::{self, IdKind, Match, Seen};

/// Browsers made from Chromium: the name and where profiles lie in a home on Linux, macOS and Windows.
static CHROMIUM: &[(&str, &[&str])] = &[
    (
        "Chrome",
        &[
            ".config/google-chrome",
            ".config/google-chrome-beta",
            "Library/Application Support/Google/Chrome",
            "AppData/Local/Google/Chrome/User Data",
        ],
    ),
    (
        "Chromium",
        &[
            ".config/chromium",
            "snap/chromium/common/chromium",
            "Library/Application Support/Chromium",
            "AppData/Local/Chromium/User Data",
        ],
    ),
    (
        "Edge",
        &[
            ".config/microsoft-edge",
            "Library/Application Support/Microsoft Edge",
            "AppData/Local/Microsoft/Edge/User Data",
        ],
    ),
    (
        "Brave",
        &[
            ".config/BraveSoftware/Brave-Browser",
            "Library/Application Support/BraveSoftware/Brave-Browser",
            "AppData/Local/BraveSoftware/Brave-Browser/User Data",
        ],
    ),
    (
        "Vivaldi",
        &[".config/vivaldi", "Library/Application Support/Vivaldi", "AppData/Local/Vivaldi/User Data"],
    ),
];

/// Where the profiles of Firefox lie in a home.
static FIREFOX: &[&str] = &[
    ".mozilla/firefox",
    "snap/firefox/common/.mozilla/firefox",
    ".var/app/org.mozilla.firefox/.mozilla/firefox",
    "Library/Application Support/Firefox/Profiles",
    "AppData/Roaming/Mozilla/Firefox/Profiles",
];

/// How large a manifest or a file of texts may be, and the list of Firefox, in bytes.
const MANIFEST: u64 = 4 << 20;
const LIST: u64 = 64 << 20;

/// The extensions of a home that are AI products, and how many profiles were looked at.
#[derive(Default)]
pub struct Extensions {
    /// The browser, the product, whether the browser uses it.
    pub found: Vec<(&'static str, Match, bool)>,
    pub profiles: u64,
}

/// Looks through all browsers of a home.
pub fn look(folder: &Folder, home: &Path) -> Extensions {
    let mut all = Extensions::default();
    for (browser, roots) in CHROMIUM {
        for root in roots.iter().map(|root| home.join(root)) {
            for profile in folder.list(&root).into_iter().filter(|entry| entry.is_folder) {
                all.chromium(folder, browser, &root.join(profile.name).join("Extensions"));
            }
        }
    }
    for root in FIREFOX.iter().map(|root| home.join(root)) {
        for profile in folder.list(&root).into_iter().filter(|entry| entry.is_folder) {
            all.firefox(folder, &root.join(profile.name).join("extensions.json"));
        }
    }
    all
}

impl Extensions {
    fn chromium(&mut self, folder: &Folder, browser: &'static str, extensions: &Path) {
        if !Folder::has(extensions) {
            return;
        }
        self.profiles += 1;
        for entry in folder.list(extensions).into_iter().filter(|entry| is_id(&entry.name)) {
            let place = extensions.join(&entry.name);
            // A folder that is left when an extension is removed holds no version.
            let versions = folder.list(&place);
            let Some(version) = versions.iter().rev().find(|version| version.is_folder) else { continue };
            let ids = [(IdKind::ChromeExtension, entry.name.as_str())];
            let by_id = catalogue::find(&Seen { ids: &ids, ..Seen::default() });
            let found = by_id.or_else(|| {
                let name = name(folder, &place.join(&version.name))?;
                catalogue::find(&Seen { name: &name, ..Seen::default() })
            });
            self.found.extend(found.map(|found| (browser, found, true)));
        }
    }

    fn firefox(&mut self, folder: &Folder, list: &Path) {
        let Some(bytes) = folder.read(list, LIST) else { return };
        self.profiles += 1;
        let list = match lenient::read("extensions.json", &bytes) {
            Ok(value) => value,
            Err(reason) => return folder.refuse(list, reason),
        };
        for addon in list.get("addons").and_then(Value::as_array).into_iter().flatten() {
            let text = |key: &str| addon.get(key).and_then(Value::as_str);
            if text("type").is_some_and(|kind| kind != "extension") {
                continue;
            }
            let name = addon.pointer("/defaultLocale/name").and_then(Value::as_str).unwrap_or_default();
            let ids = [(IdKind::FirefoxExtension, text("id").unwrap_or_default())];
            let is_on = addon.get("active").and_then(Value::as_bool) != Some(false);
            let found = catalogue::find(&Seen { ids: &ids, name, ..Seen::default() });
            self.found.extend(found.map(|found| ("Firefox", found, is_on)));
        }
    }
}

/// Whether a folder's name is an id of Chrome: 32 letters from a to p.
fn is_id(name: &str) -> bool {
    name.len() == 32 && name.bytes().all(|byte| (b'a'..=b'p').contains(&byte))
}

/// The name of an extension, in its own language where the manifest points there.
fn name(folder: &Folder, version: &Path) -> Option<String> {
    let json = |path: PathBuf| {
        let bytes = folder.read(&path, MANIFEST)?;
        lenient::read("manifest.json", &bytes).map_err(|reason| folder.refuse(&path, reason)).ok()
    };
    let manifest = json(version.join("manifest.json"))?;
    let name = manifest.get("name")?.as_str()?;
    let Some(key) = name.strip_prefix("__MSG_").and_then(|rest| rest.strip_suffix("__")) else {
        return Some(name.to_owned());
    };
    let locale = manifest.get("default_locale").and_then(Value::as_str).unwrap_or("en");
    let is_plain = locale.chars().all(|sign| sign.is_ascii_alphanumeric() || sign == '_' || sign == '-');
    if !is_plain {
        return None;
    }
    let texts = json(version.join("_locales").join(locale).join("messages.json"))?;
    let (_, text) = texts.as_object()?.iter().find(|(own, _)| own.eq_ignore_ascii_case(key))?;
    text.get("message")?.as_str().map(str::to_owned)
}

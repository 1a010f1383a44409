//! The file of sources: which systems are read, how, and where the secrets for that lie. It holds no secret itself.

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use miette::{NamedSource, SourceSpan};
use toml_edit::{DocumentMut, Item, Table, value};

use super::ConfigError;

/// The key that names the connector.
const CONNECTOR: &str = "connector";

/// One system that is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// The user's name for it.
    pub name: String,
    /// The id of the connector, not looked up yet.
    pub connector: String,
    /// What is set, by key, as it is written.
    pub values: BTreeMap<String, String>,
}

/// The sources of a user, in the order of the file.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    path: PathBuf,
    document: DocumentMut,
    pub all: Vec<Source>,
}

impl Sources {
    /// Reads the file; without one there are no sources yet.
    pub fn load(path: &Path) -> Result<Self, ConfigError> {
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => String::new(),
            Err(error) => return Err(unreadable(path, &error)),
        };
        let document: DocumentMut = text.parse().map_err(|error: toml_edit::TomlError| {
            fault(path, &text, error.message().to_owned(), error.span().map(SourceSpan::from))
        })?;
        let wrong = |reason: String| fault(path, &text, reason, None);
        let all = document
            .iter()
            .map(|(name, item)| source(name, item).map_err(wrong))
            .collect::<Result<_, _>>()?;
        Ok(Self { path: path.to_owned(), document, all })
    }

    /// The source of a name.
    pub fn get(&self, name: &str) -> Option<&Source> {
        self.all.iter().find(|source| source.name == name)
    }

    /// Writes one more source down; one of the same name is replaced. What else the file holds stays as it is.
    pub fn put(&mut self, source: Source) -> Result<(), ConfigError> {
        let mut table = Table::new();
        table.insert(CONNECTOR, value(&source.connector));
        for (key, text) in &source.values {
            table.insert(key, value(text));
        }
        self.document.insert(&source.name, Item::Table(table));
        self.all.retain(|known| known.name != source.name);
        self.all.push(source);
        self.write()
    }

    /// Forgets a source; `false` when there is none of the name.
    pub fn remove(&mut self, name: &str) -> Result<bool, ConfigError> {
        if self.document.remove(name).is_none() {
            return Ok(false);
        }
        self.all.retain(|known| known.name != name);
        self.write().map(|()| true)
    }

    /// Writes the file whole beside the old one and puts it in its place, so that a power cut leaves one of the two.
    fn write(&self) -> Result<(), ConfigError> {
        let told = |error: std::io::Error| unreadable(&self.path, &error);
        if let Some(folder) = self.path.parent() {
            std::fs::create_dir_all(folder).map_err(told)?;
        }
        let beside = self.path.with_extension("toml.new");
        std::fs::write(&beside, self.document.to_string()).map_err(told)?;
        std::fs::rename(&beside, &self.path).map_err(told)
    }
}

fn source(name: &str, item: &Item) -> Result<Source, String> {
    let table = item.as_table_like().ok_or_else(|| format!("`{name}` stands outside of any source"))?;
    let mut values = BTreeMap::new();
    for (key, item) in table.iter() {
        let text = match item.as_value() {
            Some(toml_edit::Value::String(text)) => text.value().clone(),
            Some(toml_edit::Value::Integer(number)) => number.value().to_string(),
            Some(toml_edit::Value::Boolean(is)) => is.value().to_string(),
            _ => return Err(format!("`{key}` of the source `{name}` is no text")),
        };
        values.insert(key.to_owned(), text);
    }
    let connector = values.remove(CONNECTOR);
    let connector = connector.ok_or_else(|| format!("the source `{name}` names no `{CONNECTOR}`"))?;
    Ok(Source { name: name.to_owned(), connector, values })
}

fn fault(path: &Path, text: &str, reason: String, at: Option<SourceSpan>) -> ConfigError {
    ConfigError::File {
        path: path.display().to_string(),
        reason,
        help: "each source is a table, such as [hr], with a `connector` and its settings".to_owned(),
        text: NamedSource::new(path.display().to_string(), text.to_owned()),
        at,
    }
}

fn unreadable(path: &Path, error: &std::io::Error) -> ConfigError {
    ConfigError::Unreadable { path: path.display().to_string(), reason: error.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn adding_and_removing_leaves_the_rest_of_the_file_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("deep/sources.toml");
        let mut sources = Sources::load(&path).unwrap();
        assert!(sources.all.is_empty());
        let source = |name: &str| Source {
            name: name.to_owned(),
            connector: "scim".to_owned(),
            values: [("token".to_owned(), "env:T".to_owned())].into(),
        };
        sources.put(source("hr")).unwrap();
        let noted = format!("# ours\n{}", std::fs::read_to_string(&path).unwrap());
        std::fs::write(&path, &noted).unwrap();
        let mut sources = Sources::load(&path).unwrap();
        assert_eq!(sources.all, [source("hr")]);
        sources.put(source("a b")).unwrap();
        assert!(sources.remove("a b").unwrap());
        assert!(!sources.remove("a b").unwrap());
        assert_eq!(std::fs::read_to_string(&path).unwrap(), noted);
        assert_eq!(Sources::load(&path).unwrap().get("hr"), Some(&source("hr")));
    }

    #[test]
    fn what_is_wrong_in_the_file_is_said() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("sources.toml");
        for (text, words) in [
            ("[hr]\naddress = \"x\"", "names no `connector`"),
            ("token = \"x\"", "outside"),
            ("[hr]\nconnector = [1]", "no text"),
            ("[hr", "unclosed table"),
        ] {
            std::fs::write(&path, text).unwrap();
            let error = Sources::load(&path).unwrap_err().to_string();
            assert!(error.contains(words), "{error}");
        }
    }
}

//! Systems that the user has set up: checking what is set, testing, pulling.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use super::pull::{self, Read, Recognised};
use super::{Ctx, Error, assess, done};
use crate::config::{Source, Sources};
use crate::connectors::secret::SecretAt;
use crate::connectors::{Connector, Form, Progress, REGISTRY, Setting, Settings, Spec};
use crate::model::near::did_you_mean;
use crate::model::pull::Manifest;
use crate::model::{AssessmentId, MetricName};

/// A source whose settings were looked at.
#[derive(Clone)]
pub struct Checked {
    pub name: String,
    pub spec: &'static Spec,
    values: BTreeMap<&'static str, String>,
    secrets: BTreeMap<&'static str, SecretAt>,
}

/// The connectors that are set up, rather than recognised from a file.
pub fn live() -> impl Iterator<Item = &'static Spec> {
    REGISTRY.iter().copied().filter(|spec| spec.recognise.is_none())
}

/// Looks at what is set: every key known, everything needed there, every value of its form. No secret is fetched.
pub fn check(source: &Source) -> Result<Checked, Error> {
    let spec = live().find(|spec| spec.id == source.connector).ok_or_else(|| {
        let known: Vec<_> = live().map(|spec| spec.id).collect();
        let all = format!("the connectors are {}", known.join(", "));
        Error::Unknown {
            what: format!(
                "the source `{}` names a connector `{}`, which does not exist",
                source.name, source.connector
            ),
            help: did_you_mean(&source.connector, known, &all),
        }
    })?;
    let mut checked =
        Checked { name: source.name.clone(), spec, values: BTreeMap::new(), secrets: BTreeMap::new() };
    for (key, value) in &source.values {
        let setting = spec.settings.iter().find(|setting| setting.key == key).ok_or_else(|| {
            let known: Vec<_> = spec.settings.iter().map(|setting| setting.key).collect();
            let all = format!("its settings are {}", known.join(", "));
            refused(source, &format!("has no setting `{key}`"), did_you_mean(key, known, &all))
        })?;
        checked.put(source, setting, value)?;
    }
    for setting in spec.settings.iter().filter(|setting| setting.is_required) {
        if source.values.get(setting.key).is_none_or(|value| value.trim().is_empty()) {
            let help = format!("it is {}: {}", setting.form.words(), setting.help);
            return Err(refused(source, &format!("needs the setting `{}`", setting.key), help));
        }
    }
    Ok(checked)
}

impl Checked {
    fn put(&mut self, source: &Source, setting: &'static Setting, value: &str) -> Result<(), Error> {
        let wrong = || {
            let what = format!("cannot use what is set as `{}`", setting.key);
            refused(source, &what, format!("it has to be {}", setting.form.words()))
        };
        if setting.form == Form::Secret {
            // What is no place of a secret may be the secret itself, so the error does not repeat it.
            self.secrets.insert(setting.key, SecretAt::parse(value).ok_or_else(wrong)?);
        } else {
            setting.check(value)?;
            self.values.insert(setting.key, value.to_owned());
        }
        Ok(())
    }

    /// Fetches the secrets and makes the connector. A secret may come from a program that takes its time.
    async fn connect(&self, metrics: Arc<[MetricName]>) -> Result<Box<dyn Connector>, Error> {
        let checked = self.clone();
        let connect = move || {
            let fetched = checked.secrets.iter().map(|(key, place)| Ok((*key, place.fetch(key)?)));
            let secrets = fetched.collect::<Result<_, crate::connectors::ConnectorError>>()?;
            (checked.spec.connect)(&Settings { values: checked.values, secrets, metrics })
        };
        Ok(done(tokio::task::spawn_blocking(connect).await)??)
    }
}

/// The sources that the user has set up.
pub fn configured(ctx: &Ctx) -> Result<Vec<Source>, Error> {
    Ok(ctx.sources.as_deref().map(Sources::load).transpose()?.unwrap_or_default().all)
}

/// Checks a source and writes it down; one of the same name is replaced. Files are written down whole, so that it does
/// not matter where the program is started.
pub fn set_up(ctx: &Ctx, source: Source) -> Result<Source, Error> {
    let is_plain = |letter: char| letter.is_alphanumeric() || matches!(letter, '-' | '_');
    if source.name.is_empty() || !source.name.chars().all(is_plain) {
        return Err(Error::Refused {
            what: format!("`{}` cannot be the name of a source", source.name),
            help: "use letters, digits, `-` and `_`".to_owned(),
        });
    }
    let checked = check(&source)?;
    let source = Source { values: absolute(checked.spec, source.values), ..source };
    let place = ctx.sources.as_deref().ok_or_else(|| Error::Refused {
        what: "there is no place where sources stand".to_owned(),
        help: "start the program on a data folder of your own".to_owned(),
    })?;
    Sources::load(place)?.put(source.clone())?;
    Ok(source)
}

fn absolute(spec: &Spec, mut values: BTreeMap<String, String>) -> BTreeMap<String, String> {
    for (key, value) in &mut values {
        let is_file = spec
            .settings
            .iter()
            .any(|setting| setting.key == key && matches!(setting.form, Form::File | Form::Folder));
        let bare = value.strip_prefix("file:");
        if let Some(path) = bare.or_else(|| is_file.then_some(value.as_str()))
            && let Ok(whole) = std::path::absolute(path)
        {
            let prefix = if bare.is_some() { "file:" } else { "" };
            *value = format!("{prefix}{}", whole.display());
        }
    }
    values
}

/// The source that is meant by what somebody typed for a file or a source; a file of the same name is meant with its
/// folder.
pub fn named(ctx: &Ctx, typed: &Path) -> Result<Option<Source>, Error> {
    let name = typed.to_str().unwrap_or_default();
    Ok(configured(ctx)?.into_iter().find(|source| source.name == name))
}

/// Looks at a source, by its name, or a file, and keeps nothing.
pub async fn look(ctx: &Ctx, what: &Path) -> Result<Recognised, Error> {
    match named(ctx, what)? {
        Some(source) => test(ctx, &source).await,
        None => pull::preflight(&ctx.library, what).await,
    }
}

/// Reads a source, by its name, or a file into the assessment's evidence.
pub async fn pull_any(
    ctx: &Ctx,
    id: &AssessmentId,
    what: &Path,
    progress: &(dyn Fn(Progress) + Send + Sync),
) -> Result<Manifest, Error> {
    match named(ctx, what)? {
        Some(source) => pull_source(ctx, id, &source, progress).await,
        None => pull::pull(ctx, id, what, progress).await,
    }
}

/// Asks a source what it would show with these settings, and keeps nothing.
pub async fn test(ctx: &Ctx, source: &Source) -> Result<Recognised, Error> {
    let checked = check(source)?;
    let connector = checked.connect(pull::metrics(&ctx.library)).await?;
    let preflight = connector.preflight().await?;
    Ok(Recognised { connector: checked.spec.id.to_owned(), title: checked.spec.title.to_owned(), preflight })
}

/// Reads a source into the assessment's evidence. Unless everything was read, the receipt says so, nothing else is kept,
/// and an earlier pull still counts.
pub async fn pull_source(
    ctx: &Ctx,
    id: &AssessmentId,
    source: &Source,
    progress: &(dyn Fn(Progress) + Send + Sync),
) -> Result<Manifest, Error> {
    let begun = assess::which(ctx, Some(id)).await?;
    let checked = check(source)?;
    let connector = checked.connect(pull::metrics(&ctx.library)).await?;
    let read = Read {
        connector: checked.spec.id,
        origin: source.name.clone(),
        by: connector.as_ref(),
        is_live: true,
    };
    pull::take(ctx, begun, read, progress).await
}

fn refused(source: &Source, what: &str, help: String) -> Error {
    Error::Refused { what: format!("the source `{}` ({}) {what}", source.name, source.connector), help }
}

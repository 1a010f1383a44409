//! Completes a path that is being typed: folders and files that begin with it. Reads names only.

use std::path::{Path, PathBuf};

/// How many completions are worth showing.
const MOST: usize = 200;

/// Turns typed or dropped text into a path: quotes off, `~` resolved.
pub fn path(typed: &str) -> PathBuf {
    let typed = typed.trim();
    let bare = ['"', '\'']
        .iter()
        .find_map(|quote| typed.strip_prefix(*quote)?.strip_suffix(*quote))
        .unwrap_or(typed)
        .replace("\\ ", " ");
    match (bare.strip_prefix('~'), etcetera::home_dir()) {
        (Some(rest), Ok(home)) if rest.is_empty() || rest.starts_with('/') => {
            home.join(rest.trim_start_matches('/'))
        }
        _ => PathBuf::from(bare),
    }
}

/// Names that continue what is typed; folders end in `/`.
pub async fn paths(typed: &str) -> Vec<String> {
    let (folder, begun) = typed.rfind('/').map_or(("", typed), |at| typed.split_at(at + 1));
    let place = if folder.is_empty() { PathBuf::from(".") } else { path(folder) };
    let Ok(mut entries) = tokio::fs::read_dir(&place).await else { return vec![] };
    let mut found = vec![];
    while let Ok(Some(entry)) = entries.next_entry().await {
        let Ok(name) = entry.file_name().into_string() else { continue };
        if !name.starts_with(begun) || (name.starts_with('.') && !begun.starts_with('.')) {
            continue;
        }
        let end = if is_folder(&entry.path()).await { "/" } else { "" };
        found.push(format!("{folder}{name}{end}"));
        if found.len() >= MOST {
            break;
        }
    }
    found.sort();
    found
}

async fn is_folder(path: &Path) -> bool {
    tokio::fs::metadata(path).await.is_ok_and(|metadata| metadata.is_dir())
}

/// The longest beginning that all completions share.
pub fn shared(completions: &[String]) -> Option<String> {
    let first = completions.first()?;
    let mut end = first.len();
    for other in completions {
        let same = first.bytes().zip(other.bytes()).take_while(|(one, two)| one == two).count();
        end = end.min(same);
    }
    while !first.is_char_boundary(end) {
        end -= 1;
    }
    first.get(..end).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dropped_paths_lose_their_quotes() {
        assert_eq!(path(" '/tmp/a b.json' "), PathBuf::from("/tmp/a b.json"));
        assert_eq!(path("/tmp/a\\ b.json"), PathBuf::from("/tmp/a b.json"));
        assert!(path("~/x").is_absolute() || etcetera::home_dir().is_err());
    }

    #[test]
    fn the_shared_beginning_ends_between_characters() {
        assert_eq!(shared(&["/a/é1".into(), "/a/è2".into()]).as_deref(), Some("/a/"));
        assert_eq!(shared(&[]), None);
    }
}

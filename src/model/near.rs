//! "Did you mean": the known word that is nearest to a wrong one.

/// Names the nearest of some known words, if one is near enough to have been meant.
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = word.to_lowercase();
    known
        .into_iter()
        .map(|candidate| (strsim::jaro_winkler(&word, &candidate.to_lowercase()), candidate))
        .filter(|(likeness, _)| *likeness > 0.8)
        .max_by(|(one, _), (other, _)| one.total_cmp(other))
        .map(|(_, candidate)| candidate)
}

/// The nearest of some known words, the nearest first, each once; those that were hardly meant are left out.
pub fn nearest_few<'a>(word: &str, known: impl IntoIterator<Item = &'a str>, most: usize) -> Vec<&'a str> {
    let word = word.to_lowercase();
    let like = |candidate: &str| strsim::jaro_winkler(&word, &candidate.to_lowercase());
    let mut near: Vec<(f64, &str)> = known
        .into_iter()
        .map(|candidate| (like(candidate), candidate))
        .filter(|(likeness, _)| *likeness > 0.8)
        .collect();
    near.sort_by(|(one, name), (other, other_name)| other.total_cmp(one).then(name.cmp(other_name)));
    near.dedup_by(|(_, one), (_, other)| one == other);
    near.into_iter().take(most).map(|(_, candidate)| candidate).collect()
}

/// A help sentence for a wrong word: the nearest one, or `otherwise`.
pub fn did_you_mean<'a>(word: &str, known: impl IntoIterator<Item = &'a str>, otherwise: &str) -> String {
    match nearest(word, known) {
        Some(near) => format!("did you mean `{near}`? {otherwise}"),
        None => otherwise.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_finger_is_found_and_nonsense_is_not() {
        assert_eq!(nearest("INV-1", ["CLS-01", "INV-01", "OWN-01"]), Some("INV-01"));
        assert_eq!(nearest("zebra", ["CLS-01", "INV-01"]), None);
    }

    #[test]
    fn the_nearest_stand_first_and_once() {
        let known = ["deploy-b", "zebra", "deploy-a", "deploy-b", "deploi"];
        assert_eq!(nearest_few("deploy-b", known, 2), ["deploy-b", "deploy-a"]);
        assert!(nearest_few("quux", known, 2).is_empty());
    }
}

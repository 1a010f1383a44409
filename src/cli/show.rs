//! Receipts and previews of pulls, as text.

use super::text::{Paint, safe, wrapped};

use crate::model::pull::{Asked, Lack, Manifest, Missing, Outcome, Preflight};
use crate::model::questionnaire::Questionnaire;
use crate::model::{MetricName, QuestionId};

const WIDTH: usize = 100;

/// A pull's receipt.
pub(super) fn receipt(manifest: &Manifest, questionnaire: &Questionnaire, paint: Paint) -> String {
    let mut title = safe(&manifest.origin);
    // A pull that broke off does not know what it would have been about.
    if !manifest.source.is_empty() {
        title = format!("{title} → {}", safe(&manifest.source));
    }
    let rows: Vec<_> = manifest.rows.iter().map(|(kind, count)| format!("{count} {kind}")).collect();
    let mut text = format!("{}\n", paint.bold(&title));
    if let Some(words) = manifest.outcome.warning() {
        text.push_str(&line("outcome", words));
    }
    if !manifest.preflight.recognised.is_empty() {
        text.push_str(&line("read as", &safe(&manifest.preflight.recognised)));
    }
    let at = if manifest.outcome == Outcome::Whole { "data of" } else { "tried" };
    text.push_str(&line(at, &manifest.taken.strftime("%Y-%m-%d %H:%M UTC").to_string()));
    if manifest.outcome == Outcome::Whole {
        text.push_str(&line("kept", &format!("{}, from {}", rows.join(", "), size(manifest.bytes))));
    }
    if !manifest.asked.is_empty() {
        text.push_str(&line("asked", &safe(&asked(&manifest.asked))));
    }
    text.push_str(&misses(&manifest.preflight.misses, Some(questionnaire)));
    text.push_str(&refusals(manifest));
    text.push_str(&line("receipt", manifest.id.as_str()));
    text
}

/// What a file or a system would show, and which questions of a pack what is missing leaves open.
pub(super) fn preflight(preflight: &Preflight, questionnaire: Option<&Questionnaire>) -> String {
    let mut text = line("read as", &safe(&preflight.recognised));
    if !preflight.counts.is_empty() {
        let counts: Vec<_> = preflight.counts.iter().map(|(kind, count)| format!("{count} {kind}")).collect();
        text.push_str(&line("holds", &safe(&counts.join(", "))));
    }
    if !preflight.sees.is_empty() {
        text.push_str(&line("sees", &safe(&preflight.sees.join(", "))));
    }
    if !preflight.misses.is_empty() {
        let facts = preflight.sees.len() + preflight.misses.len();
        text.push_str(&line("facts", &format!("{} of {facts}", preflight.sees.len())));
    }
    text.push_str(&misses(&preflight.misses, questionnaire));
    text
}

fn misses(misses: &[Missing], questionnaire: Option<&Questionnaire>) -> String {
    let told = |missing: &Missing| {
        let open = questionnaire.map(|pack| pack.resting_on(&missing.metrics)).unwrap_or_default();
        line("not seen", &safe(&format!("{}{}", miss(missing), questions(&open))))
    };
    misses.iter().map(told).collect()
}

/// The questions that stay open; the first ones where there are many.
fn questions(open: &[&QuestionId]) -> String {
    const NAMED: usize = 6;
    let named: Vec<_> = open.iter().take(NAMED).map(|id| id.as_str()).collect();
    match open.len() {
        0 => String::new(),
        1 => format!("; question {}", named.join(", ")),
        many if many > NAMED => format!("; questions {} and {} more", named.join(", "), many - NAMED),
        _ => format!("; questions {}", named.join(", ")),
    }
}

fn miss(missing: &Missing) -> String {
    let metrics: Vec<_> = missing.metrics.iter().map(MetricName::as_str).collect();
    // That something was not collected is the usual reason, and goes without saying.
    let why = if missing.why == Lack::NotCollected { "" } else { missing.why.word() };
    let needs = if why.is_empty() { missing.needs.clone() } else { format!("{} ({why})", missing.needs) };
    match metrics.len() {
        0 => format!("{}: needs {needs}", missing.sight),
        1..=3 => format!("{}: needs {needs}; stays open: {}", missing.sight, metrics.join(", ")),
        more => format!("{}: needs {needs}; {more} metrics stay open", missing.sight),
    }
}

/// How often the system was asked, and what for.
fn asked(asked: &[Asked]) -> String {
    let all: u64 = asked.iter().map(|one| one.requests).sum();
    let again: u64 = asked.iter().map(|one| one.again).sum();
    let each: Vec<_> = asked.iter().map(|one| format!("{} {}", one.what, one.requests)).collect();
    let again = if again == 0 { String::new() } else { format!(", {again} of them again") };
    format!("{all} requests{again}: {}", each.join(", "))
}

fn refusals(manifest: &Manifest) -> String {
    const SHOWN: usize = 5;
    let mut text = String::new();
    for refusal in manifest.refusals.iter().take(SHOWN) {
        text.push_str(&line("unknown", &safe(&format!("{}: {}", refusal.subject, refusal.reason))));
    }
    let more = manifest.refusals.len().saturating_sub(SHOWN) as u64 + manifest.more_refusals;
    if more > 0 {
        text.push_str(&line("", &format!("and {more} more; `trueup sources receipt --json` names them")));
    }
    text
}

fn line(what: &str, text: &str) -> String {
    format!("  {what:<9} {}\n", wrapped(text, 12, WIDTH))
}

fn size(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} bytes"),
        1_000..1_000_000 => format!("{:.1} kB", bytes as f64 / 1e3),
        _ => format!("{:.1} MB", bytes as f64 / 1e6),
    }
}

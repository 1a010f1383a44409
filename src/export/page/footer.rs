//! Where the page comes from: program, pack, evidence, moment.

use crate::export::Report;
use crate::export::words::{counted, plain};
use crate::model::pull::{Manifest, Outcome};

/// The small print.
#[derive(Debug, Clone)]
pub(in crate::export) struct Footer {
    /// What a reader must not take it for.
    pub caution: &'static str,
    /// What the scoring warns of, most important first.
    pub warnings: Vec<String>,
    /// Program, pack, moment.
    pub made: String,
    /// The receipts behind the figures.
    pub evidence: String,
}

impl Footer {
    /// Words the origin of a report.
    pub fn new(report: &Report<'_>) -> Self {
        let card = report.scorecard;
        Self {
            caution: "Not an audit: answers by people, set beside what was measured. What is unknown widens the range; it never counts as good.",
            warnings: card.cautions.iter().map(|caution| plain(caution)).collect(),
            made: format!(
                "trueup {} · {} {} · assessment {} · made {}",
                plain(report.tool),
                plain(card.pack.as_str()),
                plain(&card.pack_version),
                plain(report.begun.id.as_str()),
                report.made.strftime("%Y-%m-%d %H:%M UTC"),
            ),
            evidence: evidence(report.manifests),
        }
    }
}

fn evidence(manifests: &[Manifest]) -> String {
    let manifests: Vec<&Manifest> = manifests.iter().filter(|one| one.outcome == Outcome::Whole).collect();
    if manifests.is_empty() {
        return "Evidence: none was collected".to_owned();
    }
    let receipts: Vec<_> = manifests.iter().copied().map(receipt).collect();
    format!("Evidence: {}: {}", counted(manifests.len(), "pull"), receipts.join("; "))
}

fn receipt(manifest: &Manifest) -> String {
    let digest: String = plain(&manifest.digest).chars().take(12).collect();
    let ended = match manifest.outcome {
        Outcome::Whole => "",
        Outcome::Cancelled => ", cancelled",
        Outcome::Failed => ", failed",
    };
    format!(
        "{} of {}{ended} (sha256 {digest}…)",
        plain(&manifest.origin),
        manifest.taken.strftime("%Y-%m-%d")
    )
}

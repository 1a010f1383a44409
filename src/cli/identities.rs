//! `trueup identities`: everybody, and how much more each can do than it needs.

mod columns;

use std::io::Write;
use std::mem::ManuallyDrop;
use std::path::PathBuf;

use super::call::Call;
use super::everybody::own_weights;
use super::facets::{self, Facets};
use super::score::score_limit;
use super::text::{Paint, grouped};
use super::{Done, Error, everybody};
use crate::model::merged::IdentityAt;
use crate::ops::{Filter, Listing, Sort};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// List who these files show instead of the assessment; what each one is, is told from its content. Nothing is
    /// kept.
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
    #[command(flatten)]
    facets: Facets,
    /// Only those of a system or a source; the beginning is enough, such as aws:1111 or register.
    #[arg(long, value_name = "SOURCE")]
    source: Option<String>,
    /// Only those of whom all these words are known: name, id, alias, owner, job.
    #[arg(long, value_name = "WORDS")]
    text: Option<String>,
    /// Order by this; what is not known stands last in either direction.
    #[arg(long, value_name = "ORDER", value_parser = facets::sort(), default_value = "score", ignore_case = true)]
    sort: Sort,
    /// Turn the order round.
    #[arg(long)]
    reverse: bool,
    /// Show no more than so many.
    #[arg(long, value_name = "COUNT")]
    limit: Option<usize>,
    /// Print CSV, with the columns of the export.
    #[arg(long, conflicts_with = "json")]
    csv: bool,
    /// End with exit code 3 when the score of anybody whom the filters admit is at or above this, 0 to 100. Scores
    /// that are not known do not count; how many there are is said.
    #[arg(long, value_name = "SCORE", value_parser = score_limit)]
    fail_over: Option<f64>,
}

pub(super) async fn run(args: Args, call: &Call) -> Result<Done, Error> {
    // The process ends with this command; taking a hundred thousand identities apart first would only delay it.
    let listing = ManuallyDrop::new(Listing::new(everybody::roster(&args.files, call).await?));
    let filter = Filter {
        facets: args.facets.0,
        source: args.source.unwrap_or_default(),
        text: args.text.unwrap_or_default(),
    };
    let admitted = listing.picked(&filter, args.sort, args.reverse);
    let shown = admitted.get(..args.limit.unwrap_or(usize::MAX)).unwrap_or(&admitted);
    if let Some(own) = own_weights(listing.roster.weights()).filter(|_| call.global.json || args.csv) {
        eprintln!("{own}");
    }
    call.stream(|out| match (call.global.json, args.csv) {
        (true, _) => listing.roster.rights().write_json(shown, out),
        (_, true) => listing.roster.rights().write_csv(shown, out),
        _ => text(&listing, (shown, admitted.len()), args.sort, out),
    })?;
    Ok(args.fail_over.map_or(Done::Fine, |limit| judged(&listing, &admitted, limit)))
}

/// Whether anybody's score is at or above the limit.
fn judged(listing: &Listing, places: &[IdentityAt], limit: f64) -> Done {
    let scores = || places.iter().map(|at| Some(listing.roster.row(*at)?.privilege?.score.point));
    let unknown = scores().filter(Option::is_none).count();
    if unknown > 0 {
        let whose = if unknown == 1 {
            "1 identity is"
        } else {
            &format!("{} identities are", grouped(unknown as u64))
        };
        eprintln!("the scores of {whose} not known and were not held against the limit");
    }
    if scores().flatten().any(|score| score >= limit) { Done::Short } else { Done::Fine }
}

fn text(
    listing: &Listing,
    (shown, admitted): (&[IdentityAt], usize),
    sort: Sort,
    out: &mut dyn Write,
) -> std::io::Result<()> {
    let all = listing.roster.inventory.identities.len();
    let count = |count: usize| grouped(count as u64);
    if shown.is_empty() {
        let of = if all == 0 {
            "no source lists an identity yet".to_owned()
        } else {
            format!("none of {} fits", count(all))
        };
        return writeln!(out, "{of}");
    }
    columns::write(listing, shown, out)?;
    let mut words = vec![format!("{} of {}", count(shown.len()), count(all))];
    if admitted > shown.len() {
        words.push(format!("{} more fit", count(admitted - shown.len())));
    }
    words.push(format!("by {}", sort.word()));
    words.extend(own_weights(listing.roster.weights()));
    words.push("~ structural estimate: use hardly known · ? not known".to_owned());
    writeln!(out, "{}", Paint::new().muted(&words.join(" · ")))
}

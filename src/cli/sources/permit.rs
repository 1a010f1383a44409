//! `trueup sources permit`: the least rights that a source needs.

use super::super::call::Call;
use super::super::error::usage;
use super::super::{Done, Error};
use crate::connectors::REGISTRY;
use crate::model::near::did_you_mean;

/// Prints the rights alone, so that they can be handed on to another program.
pub(super) fn run(kind: &str, call: &Call) -> Result<Done, Error> {
    let Some(spec) = REGISTRY.iter().find(|spec| spec.id == kind) else {
        let known = || REGISTRY.iter().filter(|spec| !spec.permits.is_empty()).map(|spec| spec.id);
        let all = format!(
            "`trueup sources list` names them; those with rights to paste: {}",
            known().collect::<Vec<_>>().join(", ")
        );
        return Err(usage(format!("there is no kind of source `{kind}`"), did_you_mean(kind, known(), &all)));
    };
    if call.global.json {
        call.show(&spec.permits, |_| String::new())?;
        return Ok(Done::Fine);
    }
    for permit in spec.permits {
        eprintln!("{}", permit.how);
        call.print(&format!("{}\n", permit.text.trim_end()))?;
    }
    if spec.permits.is_empty() {
        eprintln!("nothing to paste for {}; it needs:", spec.title);
        for sight in spec.sees {
            eprintln!("  {}: {}", sight.title, sight.needs);
        }
    }
    Ok(Done::Fine)
}

//! The invented company shows the numbers of the reference, a trend of three quarters, and leaves nothing behind.

use std::collections::{BTreeMap, BTreeSet};

use trueup::model::agents::OwnerState;
use trueup::model::decision::Sanction;
use trueup::model::inventory::Class;
use trueup::model::scorecard::Scorecard;
use trueup::ops;

use crate::kit;

fn rounded(value: Option<f64>) -> String {
    value.map_or_else(|| "unknown".to_owned(), |value| format!("{value:.1}"))
}

fn headline(scorecard: &Scorecard) -> Vec<String> {
    let class = scorecard.class.clone().unwrap_or_default();
    let figures = [scorecard.claimed, scorecard.floor, scorecard.ceiling, scorecard.gap_on_verified];
    figures.into_iter().map(rounded).chain([class]).collect()
}

#[tokio::test]
async fn its_last_quarter_is_the_reference_company_and_the_trend_has_three_quarters() {
    let demo = ops::demo().await.unwrap();
    let opened = ops::open(&demo.ctx, None).await.unwrap();
    assert_eq!(headline(&opened.scorecard), ["71.7", "27.7", "48.1", "36.8", "Forming"]);
    let begun = &opened.assessment.begun;
    assert_eq!(begun.period, "2026-Q4");
    let past = ops::history(&demo.ctx, begun).await.unwrap();
    let trend: BTreeMap<_, _> =
        past.iter().map(|past| (past.period.as_str(), headline(&past.scorecard))).collect();
    assert_eq!(trend["2026-Q2"], ["79.7", "9.5", "78.2", "47.8", "Unproven"]);
    assert_eq!(trend["2026-Q3"], ["75.2", "21.7", "51.5", "42.9", "Exposed"]);
    assert_eq!(trend.len(), 2);
    assert!(opened.assessment.closed && opened.manifests.len() == 1);
    demo.close().await;
}

#[tokio::test]
async fn its_cloud_account_has_people_machines_and_agents_with_too_much_and_enough() {
    let demo = ops::demo().await.unwrap();
    let list = ops::list(&demo.ctx).await.unwrap();
    let cloud = list.iter().find(|summary| summary.begun.unit.is_some()).unwrap();
    let roster = ops::roster(&demo.ctx, &cloud.begun.id).await.unwrap();
    let of = |name: &str| {
        let row = roster.rows().find(|row| row.name == name).unwrap();
        (row.class.unwrap(), row.at, row.privilege.unwrap().score.point)
    };
    let (_, at, consultant) = of("old-consultant");
    let (clerk_class, _, clerk) = of("ines.aalto");
    let (agent_class, _, planner) = of("loom-planner-agent");
    let (machine_class, _, shipper) = of("log-shipper");
    assert_eq!((clerk_class, agent_class, machine_class), (Class::Human, Class::Ai, Class::Machine));
    assert!(consultant > 95.0 && planner > 67.0 && clerk < 34.0 && shipper < 34.0);
    let count = |class| roster.rows().filter(|row| row.class == Some(class)).count();
    assert_eq!(Class::ALL.map(count), [12, 10, 6]);
    let answer =
        |name: &str| roster.rows().find(|row| row.name == name).unwrap().privilege.unwrap().peer.id();
    let agents = ["release-notes", "invoice", "loom-planner", "support", "code-review", "reporting"];
    assert_eq!(
        agents.map(|name| answer(&format!("{name}-agent"))),
        ["less", "same", "significantly_more", "significantly_more", "significantly_more", "no_peer"]
    );
    let without = roster.profile(at, &BTreeSet::from([0])).unwrap();
    assert!(without.privilege.unwrap().score.point < 1.0, "its one grant is all that it has");
    demo.close().await;
}

#[tokio::test]
async fn its_cloud_account_has_tools_of_every_decision_and_agents_of_every_tier() {
    let demo = ops::demo().await.unwrap();
    let list = ops::list(&demo.ctx).await.unwrap();
    let cloud = list.iter().find(|summary| summary.begun.unit.is_some()).unwrap();
    let shadow = ops::shadow(&demo.ctx, &cloud.begun.id).await.unwrap();
    assert!(Sanction::ALL.into_iter().all(|sanction| shadow.counts.of(sanction) > 0), "{:?}", shadow.counts);
    assert_eq!(shadow.tools.iter().filter(|tool| tool.decision.is_some()).count(), 2);
    assert!(shadow.unseen.estimate().is_some(), "{:?}", shadow.unseen);
    let agents = ops::agents(&demo.ctx, &cloud.begun.id).await.unwrap();
    let states: BTreeSet<_> = agents.agents.iter().map(|agent| agent.owner_state).collect();
    assert!(states.contains(&OwnerState::Owned) && states.contains(&OwnerState::OwnerGone), "{agents:#?}");
    let tiers: BTreeSet<_> = agents.agents.iter().filter_map(|agent| agent.autonomy_tier.known()).collect();
    assert_eq!(tiers.len(), 5);
    demo.close().await;
}

#[tokio::test]
async fn it_leaves_nothing_behind_and_nobody_else_can_read_it() {
    let demo = ops::demo().await.unwrap();
    let folder = demo.ctx.store.path().parent().unwrap().to_owned();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(folder.metadata().unwrap().permissions().mode() & 0o777, 0o700);
    }
    demo.close().await;
    assert!(!folder.exists());
}

#[test]
fn its_measurements_are_those_of_the_reference() {
    let Some(reference) = kit::shared("oracle/measurements.toml") else { return };
    let figures = |text: &str| {
        let table: toml::Table = text.parse().unwrap();
        table["value"].as_table().unwrap().clone()
    };
    let reference = std::fs::read_to_string(reference).unwrap();
    let ours = include_str!("../../assets/demo/2026-Q4/measurements.toml");
    assert_eq!(figures(ours), figures(&reference));
}

//! Lists over pages, in every way in which systems part them: each object once, and nothing partial taken for whole.

use serde_json::{Value, json};
use trueup::connectors::http::{self, Auth, Fault, Http};
use trueup::connectors::listing::{List, Next, Object, Pages, Sightline, count};
use trueup::connectors::{ConnectorError, Settings};
use trueup::model::pull::{Lack, Sight};

use crate::systems::fake::{Fake, Question, Reply, window};

static SIGHT: Sight = Sight { id: "things", title: "Things", needs: "the right to read things", feeds: &[] };

const fn list(items: &'static str, next: Next, total: &'static str) -> List {
    List {
        word: "things",
        path: "v1/things",
        query: &[("kind", "all")],
        items,
        next,
        total,
        probe: &[("limit", "1")],
        sight: &SIGHT,
    }
}

/// Every way, with the size of page that it is asked for.
static WAYS: &[List] = &[
    list("", Next::Header, ""),
    list("value", Next::Address("@odata.nextLink"), "@odata.count"),
    list("data", Next::Address("_links.next.href"), ""),
    list("items", Next::Token { key: "nextPageToken", parameter: "pageToken" }, ""),
    list("results", Next::Skip { parameter: "skip", size: SIZE }, "totalCount"),
    list("", Next::Skip { parameter: "first", size: SIZE }, ""),
];
const SIZE: usize = 3;

/// A system that parts its rows as the list says.
fn part(list: &'static List, rows: usize) -> Fake {
    Fake::start(move |question, _| answer(list, rows, question))
}

fn answer(list: &List, rows: usize, question: &Question) -> Reply {
    assert_eq!(
        (question.path.as_str(), question.query.get("kind").map(String::as_str)),
        ("/v1/things", Some("all"))
    );
    let all: Vec<Value> = (0..rows).map(|at| json!({"id": at})).collect();
    let from =
        ["skip", "first", "pageToken", "from"].iter().find_map(|key| question.number(key)).unwrap_or(0);
    let (page, next) = (window(&all, from, SIZE), from + SIZE);
    let link = format!("/v1/things?kind=all&from={next}");
    let goes_on = next < rows;
    let mut body = json!({});
    if !list.total.is_empty() {
        body[list.total] = json!(rows);
    }
    match list.next {
        Next::Address(key) if goes_on && key.starts_with('_') => {
            body["_links"] = json!({"next": {"href": link}});
        }
        Next::Address(key) if goes_on => body[key] = json!(link),
        Next::Token { key, .. } if goes_on => body[key] = json!(next.to_string()),
        _ => {}
    }
    let whole = if list.items.is_empty() {
        json!(page)
    } else {
        body[list.items] = json!(page);
        body
    };
    let reply = Reply::json(&whole);
    match list.next {
        Next::Header if goes_on => reply.header("link", format!("<{link}>; rel=\"next\"")),
        _ => reply,
    }
}

fn open(address: &str) -> Http {
    let settings = Settings { values: [(http::ADDRESS, address.to_owned())].into(), ..Settings::default() };
    Http::open(&settings, Auth::Nobody, "application/json").unwrap()
}

async fn read(http: &Http, list: &'static List) -> Result<Vec<String>, ConnectorError> {
    let mut pages = Pages::of(http, list);
    let mut ids = Vec::new();
    loop {
        match pages.next().await {
            Ok(Some(page)) => ids.extend(page.iter().filter_map(|one: &Object| one.text("id"))),
            Ok(None) => return Ok(ids),
            Err(fault) => return Err(http.broken("things", fault)),
        }
    }
}

#[tokio::test]
async fn each_object_comes_once_however_the_pages_follow() {
    for list in WAYS {
        for rows in [0, 1, 2, 3, 4, 6, 7, 20] {
            let fake = part(list, rows);
            let http = open(&fake.address);
            let expected: Vec<String> = (0..rows).map(|at| at.to_string()).collect();
            assert_eq!(read(&http, list).await.unwrap(), expected, "{list:?}");
            let asked = http.asked();
            assert_eq!((asked.len(), asked[0].rows), (1, rows as u64), "{asked:?}");
            assert!(asked[0].requests <= rows.div_ceil(SIZE).max(1) as u64 + 1, "{asked:?}");
        }
    }
}

#[tokio::test]
async fn what_leads_in_a_circle_or_away_or_ends_too_soon_is_no_whole_list() {
    let cases: [(Value, &str); 6] = [
        (json!({"value": [{"id": 1}], "@odata.nextLink": "/v1/things?kind=all"}), "circle"),
        (
            json!({"value": [{"id": 1}], "@odata.nextLink": "https://evil.example/v1/things"}),
            "another address",
        ),
        (json!({"value": [{"id": 1}], "@odata.count": 2}), "has 2 things, and sent 1"),
        (json!({"value": {"id": 1}}), "no list of things"),
        (json!("value"), "no list of things"),
        (json!({"value": [], "@odata.nextLink": "//evil.example"}), "another address"),
    ];
    for (body, words) in cases {
        let list = &WAYS[1];
        let fake = Fake::start(move |_, _| Reply::json(&body));
        let error = read(&open(&fake.address), list).await.unwrap_err().to_string();
        assert!(error.contains(words), "{error}");
        assert!(fake.asked().len() <= 2);
    }
}

#[tokio::test]
async fn a_refusal_at_the_beginning_is_a_lack_and_in_the_middle_a_failure() {
    for (status, lack) in [(403, Some(Lack::Forbidden)), (404, Some(Lack::NotCollected)), (400, None)] {
        let fake = Fake::start(move |_, _| Reply::with(status, &json!({"message": "no"})));
        let http = open(&fake.address);
        let fault = Pages::of(&http, &WAYS[1]).next().await.unwrap_err();
        assert_eq!(fault.lack(), lack);
        let shown = lack.map_or(Sightline::Shown(None), Sightline::Lacks);
        assert_eq!(count(&http, &WAYS[1]).await.unwrap(), shown);
        let fake = Fake::start(move |question, before| {
            if before == 0 { answer(&WAYS[1], 9, question) } else { Reply::with(status, &json!({})) }
        });
        let http = open(&fake.address);
        let mut pages = Pages::of(&http, &WAYS[1]);
        assert_eq!(pages.next().await.unwrap().unwrap().len(), SIZE);
        assert!(matches!(pages.next().await, Err(Fault::Failed(_))));
    }
}

#[tokio::test]
async fn a_system_that_is_busy_loses_no_row() {
    let fake = Fake::start(|question, before| {
        if before % 3 == 0 {
            return Reply::with(429, &json!({})).header("retry-after", "0");
        }
        answer(&WAYS[3], 20, question)
    });
    let http = open(&fake.address);
    assert_eq!(read(&http, &WAYS[3]).await.unwrap().len(), 20);
    let asked = http.asked();
    assert_eq!((asked[0].rows, asked[0].requests - asked[0].again), (20, 7), "{asked:?}");
    assert!(asked[0].again >= 3);
}

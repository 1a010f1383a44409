//! Lists of which there are many, such as one for each repository: each is read whole, a few at a time.

use futures_util::stream::{self, BoxStream, StreamExt as _};

use super::super::http::Http;
use super::super::{BoxFuture, ConnectorError};
use super::{List, Object, Pages};
use crate::model::pull::Lack;

/// How many are asked at a time.
const AT_ONCE: usize = 6;

/// All objects of a list, or why it is not shown.
pub type Whole = Result<Vec<Object>, Lack>;

/// Reads a list whole; the place is put where its path is left open.
pub async fn whole(http: &Http, list: &List, place: &str) -> Result<Whole, ConnectorError> {
    let mut pages = Pages::of(http, list).below(place);
    let mut all = Vec::new();
    loop {
        match pages.next().await {
            Ok(Some(page)) => all.extend(page),
            Ok(None) => return Ok(Ok(all)),
            Err(fault) => match fault.lack() {
                Some(lack) => return Ok(Err(lack)),
                None => return Err(http.broken(list.word, fault)),
            },
        }
    }
}

/// The list of every place, as each is ready.
pub fn of_places<'a>(
    http: &'a Http,
    list: &'static List,
    places: Vec<String>,
) -> BoxStream<'a, Result<(String, Whole), ConnectorError>> {
    let ask = move |place: String| -> BoxFuture<'a, Result<(String, Whole), ConnectorError>> {
        Box::pin(async move {
            let found = whole(http, list, &place).await?;
            Ok((place, found))
        })
    };
    let asked: Vec<_> = places.into_iter().map(ask).collect();
    stream::iter(asked).buffer_unordered(AT_ONCE).boxed()
}

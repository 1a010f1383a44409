//! Lists read to their end, and the same list below many places, some of them at once.

use futures_util::future::join_all;
use futures_util::stream::{self, BoxStream, StreamExt as _};

use super::super::http::{Fault, Http};
use super::super::{BoxFuture, ConnectorError};
use super::{List, Object, Pages};
use crate::model::pull::Lack;

/// How many places are asked for at once; systems limit how much one reader may ask at a time.
pub const AT_ONCE: usize = 6;

/// All objects of a list, or why it is not shown.
pub type Shown = Result<Vec<Object>, Lack>;

/// A list read to its end, for lists that are short; the place is put where its path is left open.
pub async fn whole(http: &Http, list: &List, place: &str) -> Result<Vec<Object>, Fault> {
    let (mut pages, mut all) = (Pages::of(http, list).below(place), Vec::new());
    while let Some(page) = pages.next().await? {
        all.extend(page);
    }
    Ok(all)
}

/// The same, told from a list that is not shown.
pub async fn shown(http: &Http, list: &List, place: &str) -> Result<Shown, ConnectorError> {
    match whole(http, list, place).await {
        Ok(all) => Ok(Ok(all)),
        Err(fault) => fault.lack().map(Err).ok_or_else(|| http.broken(list.word, fault)),
    }
}

/// A list below some places, each read to its end; `None` for a place that is no more. Ask for [`AT_ONCE`] of them.
pub async fn below(
    http: &Http,
    list: &List,
    places: &[&str],
) -> Result<Vec<Option<Vec<Object>>>, ConnectorError> {
    let mut all = Vec::new();
    for found in join_all(places.iter().map(|place| whole(http, list, place))).await {
        all.push(match found {
            Ok(found) => Some(found),
            Err(Fault::NoSuch) => None,
            Err(fault) => return Err(http.broken(list.word, fault)),
        });
    }
    Ok(all)
}

/// The list of every place, as each is ready.
pub fn of_places<'a>(
    http: &'a Http,
    list: &'static List,
    places: Vec<String>,
) -> BoxStream<'a, Result<(String, Shown), ConnectorError>> {
    let ask = move |place: String| -> BoxFuture<'a, Result<(String, Shown), ConnectorError>> {
        Box::pin(async move {
            let found = shown(http, list, &place).await?;
            Ok((place, found))
        })
    };
    let asked: Vec<_> = places.into_iter().map(ask).collect();
    stream::iter(asked).buffer_unordered(AT_ONCE).boxed()
}

//! The same list below many places, some of them at once.

use futures_util::future::join_all;

use super::super::ConnectorError;
use super::super::http::{Fault, Http};
use super::{List, Object, Pages};

/// How many places are asked for at once; systems limit how much one reader may ask at a time.
pub const AT_ONCE: usize = 6;

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

/// A list read to its end, for lists that are short.
pub async fn whole(http: &Http, list: &List, place: &str) -> Result<Vec<Object>, Fault> {
    let (mut pages, mut all) = (Pages::of(http, list).below(place), Vec::new());
    while let Some(page) = pages.next().await? {
        all.extend(page);
    }
    Ok(all)
}

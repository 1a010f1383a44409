//! What many hold alike, kept once.

use std::collections::HashSet;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};

use foldhash::fast::RandomState;

/// Things of which equal ones are kept once.
#[derive(Debug)]
pub struct Shelf<T>(Mutex<HashSet<Arc<T>, RandomState>>);

impl<T> Default for Shelf<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<T: Hash + Eq> Shelf<T> {
    /// The one that is equal to a thing.
    pub fn keep(&self, thing: T) -> Arc<T> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = kept.get(&thing) {
            return Arc::clone(known);
        }
        let thing = Arc::new(thing);
        kept.insert(Arc::clone(&thing));
        thing
    }
}

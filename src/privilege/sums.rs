//! What is worked out once for all identities that are weighed alike.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, PoisonError, RwLock};

use foldhash::fast::RandomState;

use super::aws::{Becoming, Led, Shown};
use super::score::Scale;
use super::sheet::Sheet;

/// The weights of people or of others, and the sheets that were made with them.
pub struct Sums<'a> {
    pub scale: Scale<'a>,
    /// What whole statements of policies amount to.
    pub shown: Memo<Shown, Sheet>,
    /// What becoming others amounts to.
    pub becoming: Memo<Led, Becoming>,
}

impl<'a> Sums<'a> {
    /// Nothing made yet.
    pub fn new(scale: Scale<'a>) -> Self {
        Self { scale, shown: Memo::default(), becoming: Memo::default() }
    }
}

/// Things that are made when they are first asked for.
pub struct Memo<K, V>(RwLock<HashMap<K, Arc<V>, RandomState>>);

impl<K, V> Default for Memo<K, V> {
    fn default() -> Self {
        Self(RwLock::default())
    }
}

impl<K: Hash + Eq, V> Memo<K, V> {
    /// What a key stands for.
    pub fn get(&self, key: K, make: impl FnOnce(&K) -> V) -> Arc<V> {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner).get(&key).cloned();
        known.unwrap_or_else(|| {
            // Two threads may make the same; what they make does not differ.
            let new = Arc::new(make(&key));
            let mut all = self.0.write().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(all.entry(key).or_insert(new))
        })
    }
}

//! Rows in memory that know whether they are new, changed or as they were read.

use std::{
    borrow::Borrow,
    collections::{HashMap, HashSet},
    hash::Hash,
};

/// Rows by key, for the length of one transaction.
#[derive(Debug)]
pub(super) struct Tracked<K, V> {
    rows: HashMap<K, V>,
    new: Vec<K>,
    changed: Vec<K>,
    marked: HashSet<K>,
}

impl<K, V> Default for Tracked<K, V> {
    fn default() -> Self {
        Self {
            rows: HashMap::new(),
            new: Vec::new(),
            changed: Vec::new(),
            marked: HashSet::new(),
        }
    }
}

impl<K: Clone + Eq + Hash, V: Clone> Tracked<K, V> {
    /// Puts in a row as it was read.
    pub(super) fn load(&mut self, key: K, row: V) {
        self.rows.insert(key, row);
    }

    /// Puts in a row that is to be written.
    pub(super) fn insert(&mut self, key: K, row: V) {
        self.rows.insert(key.clone(), row);
        if self.marked.insert(key.clone()) {
            self.new.push(key);
        }
    }

    pub(super) fn get<Q>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
        Q: Eq + Hash + ?Sized,
    {
        self.rows.get(key)
    }

    /// The row, to be written again.
    pub(super) fn change(&mut self, key: K) -> Option<&mut V> {
        let row = self.rows.get_mut(&key)?;
        if self.marked.insert(key.clone()) {
            self.changed.push(key);
        }
        Some(row)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &V> {
        self.rows.values()
    }

    /// The rows put in by [`Self::insert`], in order.
    pub(super) fn new_rows(&self) -> Vec<V> {
        self.new
            .iter()
            .filter_map(|key| self.rows.get(key).cloned())
            .collect()
    }

    /// The keys of the rows put in by [`Self::insert`], in order.
    pub(super) fn new_keys(&self) -> Vec<K> {
        self.new.clone()
    }

    /// The rows taken by [`Self::change`], in order.
    pub(super) fn changed_rows(&self) -> Vec<V> {
        self.changed
            .iter()
            .filter_map(|key| self.rows.get(key).cloned())
            .collect()
    }
}

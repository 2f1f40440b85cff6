//! Maps and sets by name, with a hash that is cheap for short texts.
//!
//! A large project looks up hundreds of names for each of its services. The hash of the standard library, which withstands attackers
//! who choose the keys and can see how long each answer takes, costs several times as much; this one is seeded anew in each process.

use foldhash::fast::RandomState;

/// A map that keeps the order in which its entries came.
pub type IndexMap<K, V> = indexmap::IndexMap<K, V, RandomState>;

/// A set that keeps the order in which its items came.
pub type IndexSet<T> = indexmap::IndexSet<T, RandomState>;

/// A map without an order.
pub type HashMap<K, V> = std::collections::HashMap<K, V, RandomState>;

/// A set without an order.
pub type HashSet<T> = std::collections::HashSet<T, RandomState>;

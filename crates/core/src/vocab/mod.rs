//! The stage `vocab`.

//! The stage `lower`.

//! The stage `coverage`.

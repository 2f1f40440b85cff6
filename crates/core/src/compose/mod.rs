//! The stage `compose`.

//! Text and places in it: sources, byte ranges, and the small grammars that need nothing else.

pub mod place;

pub use place::{Place, Placed, Source, SourceId, Sources};

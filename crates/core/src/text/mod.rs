//! Text and places in it: sources, byte ranges, and the small grammars that need nothing else.

pub mod bytes;
pub mod duration;
pub mod number;
pub mod path;
pub mod pattern;
pub mod place;
pub mod schedule;
pub mod similar;
pub mod words;

pub use place::{Place, Placed, Source, SourceId, Sources};

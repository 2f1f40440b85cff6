//! The lines of a source around the places of a diagnostic, made safe and short for a terminal.
//!
//! The renderer gets this instead of the source: it would print control characters as they are, and look through the whole file for
//! every diagnostic.

use miette::{LabeledSpan, MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};
use std::collections::{BTreeMap, BTreeSet};
use transship::diag::{Diagnostic, Label, text};
use transship::text::{Source, Sources};

/// How many characters of a line stand before a place, at most.
const BEFORE: usize = 60;
/// How many characters of a line stand from a place on, at most.
const AFTER: usize = 120;
/// How many places of a diagnostic are drawn besides the primary one, at most.
const MOST_LABELS: usize = 8;
/// How many lines away from the primary place a place is drawn in the same picture.
const NEAR: usize = 3;
/// How many places farther away are drawn, at most: each takes a picture of its own.
const MOST_FAR: usize = 1;

/// The lines, and the places in them.
#[derive(Debug)]
pub(super) struct Excerpt {
    name: String,
    text: String,
    /// Runs of neighbouring lines.
    blocks: Vec<Block>,
    /// The places, moved into `text`.
    pub(super) labels: Vec<LabeledSpan>,
    /// The labels that are not drawn: in another source, too many, or too far along a long line.
    pub(super) undrawn: Vec<Label>,
    /// The real line and column, both from 0, of each place in `text`.
    positions: BTreeMap<usize, (usize, usize)>,
}

/// Neighbouring lines in [`Excerpt::text`].
#[derive(Debug)]
struct Block {
    start: usize,
    end: usize,
    /// The number of its first line, from 0.
    line: usize,
}

/// A place, found in its line.
struct Spot<'a> {
    label: &'a Label,
    is_primary: bool,
    line: usize,
    column: usize,
    /// Bytes from the start of the line.
    start: usize,
    end: usize,
}

impl Excerpt {
    /// The lines around the primary place and those secondary places that lie in the same source; `None` where there is no place.
    pub(super) fn of(diagnostic: &Diagnostic, sources: &Sources) -> Option<Self> {
        let primary = diagnostic.primary.as_ref()?;
        let source = sources.get(primary.place.source)?;
        let (near, mut undrawn): (Vec<&Label>, Vec<&Label>) =
            diagnostic.secondary.iter().partition(|label| label.place.source == primary.place.source);
        undrawn.extend(near.iter().skip(MOST_LABELS));
        let labels = std::iter::once((primary, true)).chain(near.into_iter().take(MOST_LABELS).map(|label| (label, false)));
        let mut spots: BTreeMap<usize, Vec<Spot<'_>>> = BTreeMap::new();
        let mut far = 0;
        let (home, _) = sources.line_and_column(primary.place.source, primary.place.start);
        for (label, is_primary) in labels {
            let (line, column) = sources.line_and_column(label.place.source, label.place.start);
            let Some((begin, text)) = source.line(line) else { continue };
            if line.abs_diff(home) > NEAR && !spots.contains_key(&line) {
                far += 1;
                if far > MOST_FAR {
                    undrawn.push(label);
                    continue;
                }
            }
            let inside = |offset: u32| boundary(text, (offset as usize).saturating_sub(begin));
            let spot = Spot { label, is_primary, line, column, start: inside(label.place.start), end: inside(label.place.end) };
            spots.entry(line).or_default().push(spot);
        }
        let lines: BTreeSet<usize> = spots.keys().flat_map(|line| line.saturating_sub(1)..=line + 1).filter(|line| *line > 0).collect();
        let mut excerpt = Self {
            name: text::escape_line(&source.name),
            text: String::new(),
            blocks: Vec::new(),
            labels: Vec::new(),
            undrawn: undrawn.into_iter().cloned().collect(),
            positions: BTreeMap::new(),
        };
        for line in lines {
            excerpt.add_line(line, source, spots.get(&line).map_or(&[], Vec::as_slice));
        }
        Some(excerpt)
    }

    /// Adds one line, short and safe, and the places in it.
    fn add_line(&mut self, number: usize, source: &Source, spots: &[Spot<'_>]) {
        let Some((_, line)) = source.line(number) else { return };
        // The empty line behind the last line break is no line, unless something points at it.
        let is_end = line.is_empty() && spots.is_empty() && source.line(number + 1).is_none();
        if is_end {
            return;
        }
        if self.blocks.last().is_none_or(|block| block.line + self.lines_of(block) + 1 != number) {
            self.blocks.push(Block { start: self.text.len(), end: self.text.len(), line: number - 1 });
        }
        // The window begins before the first place, unless that would push the primary one out of it.
        let earliest = spots.iter().map(|spot| spot.start).min().unwrap_or(0);
        let primary = spots.iter().find(|spot| spot.is_primary).map_or(earliest, |spot| spot.start);
        let first = if primary - earliest > AFTER / 2 { primary } else { earliest };
        let before = line.get(..first).unwrap_or("");
        let from = before.char_indices().rev().take(BEFORE).last().map_or(first, |(at, _)| at);
        let after = line.get(first..).unwrap_or("");
        let until = after.char_indices().nth(AFTER).map_or(line.len(), |(at, _)| first + at);
        if from > 0 {
            self.text.push('…');
        }
        // Where each byte of the line went, for the ends of places.
        let mut moved: BTreeMap<usize, usize> = BTreeMap::new();
        let wanted: BTreeSet<usize> = spots.iter().flat_map(|spot| [spot.start, spot.end]).collect();
        for (at, c) in line.get(from..until).unwrap_or("").char_indices() {
            if wanted.contains(&(from + at)) {
                moved.insert(from + at, self.text.len());
            }
            if c == '\t' {
                self.text.push_str("    ");
            } else {
                self.text.push_str(&text::escape_line(c.encode_utf8(&mut [0; 4])));
            }
        }
        let end = self.text.len();
        if until < line.len() {
            self.text.push('…');
        }
        // Room for a mark behind the last character.
        self.text.push_str(" \n");
        for spot in spots {
            if spot.start < from || spot.start > until {
                self.undrawn.push(spot.label.clone());
                continue;
            }
            let start = moved.get(&spot.start).copied().unwrap_or(end);
            let stop = moved.get(&spot.end).copied().unwrap_or(end).max(start);
            let words = Some(text::escape_line(&spot.label.text)).filter(|words| !words.is_empty());
            let span = SourceSpan::from((start, (stop - start).max(1)));
            let label = if spot.is_primary { LabeledSpan::new_primary_with_span } else { LabeledSpan::new_with_span };
            self.labels.push(label(words, span));
            self.positions.insert(start, (spot.line - 1, spot.column - 1));
        }
        let length = self.text.len();
        if let Some(block) = self.blocks.last_mut() {
            block.end = length;
        }
    }

    /// How many lines a block has.
    fn lines_of(&self, block: &Block) -> usize {
        self.text.get(block.start..block.end).unwrap_or("").matches('\n').count()
    }
}

/// The nearest start of a character at or before `offset`; the end of the text where it is beyond.
fn boundary(text: &str, offset: usize) -> usize {
    let offset = offset.min(text.len());
    (0..=offset).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

impl SourceCode for Excerpt {
    fn read_span<'a>(&'a self, span: &SourceSpan, before: usize, after: usize) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let (start, end) = (span.offset(), span.offset() + span.len());
        let block = self.blocks.iter().find(|block| block.start <= start && end <= block.end).ok_or(MietteError::OutOfBounds)?;
        let text = self.text.get(block.start..block.end).ok_or(MietteError::OutOfBounds)?;
        // Without lines around it, the renderer only asks for the numbers of the place.
        let only_position = self.positions.get(&start).filter(|_| before == 0 && after == 0);
        let (line, column) = only_position.copied().unwrap_or((block.line, 0));
        let whole = SourceSpan::from((block.start, text.len()));
        let contents = MietteSpanContents::new_named(self.name.clone(), text.as_bytes(), whole, line, column, self.lines_of(block));
        Ok(Box::new(contents))
    }
}

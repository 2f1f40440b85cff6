//! The coverage table cannot lie: it names every attribute of the specification, once, and says what becomes of it.

use std::path::Path;
use transship::coverage::{self, Support};
use transship::diag::catalog;

/// The paths of the specification that Docker Compose v5.6.1 reads, in its order.
fn specification() -> Vec<String> {
    let list = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/attributes.txt");
    std::fs::read_to_string(list).expect("testdata/attributes.txt").lines().map(str::to_owned).collect()
}

#[test]
fn every_attribute_has_one_row_in_the_order_of_the_specification() {
    let rows: Vec<&str> = coverage::rows().iter().map(|row| row.path.as_str()).collect();
    assert_eq!(rows, specification());
}

#[test]
fn every_row_says_what_becomes_of_the_attribute() {
    for row in coverage::rows() {
        let texts: Vec<&str> = match &row.support {
            Support::Parts => Vec::new(),
            Support::Translated { into } => vec![into],
            Support::Approximated { into, diagnostics } => {
                assert!(!diagnostics.is_empty(), "{}: approximated, but no diagnostic says how", row.path);
                for diagnostic in *diagnostics {
                    assert!(catalog::find(diagnostic.name).is_some(), "{}: {} is not in the catalogue", row.path, diagnostic.name);
                }
                vec![into]
            }
            Support::Unsupported { why, instead } => vec![why, instead],
            Support::Ignored { why } => vec![why],
            Support::Resolved { by } => vec![by],
            Support::Same => panic!("{}: the table spells out what `Same` stands for", row.path),
        };
        for text in texts {
            assert!(!text.trim().is_empty() && !text.ends_with('.'), "{}: {text:?}", row.path);
        }
    }
}

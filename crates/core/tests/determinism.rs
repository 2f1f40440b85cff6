//! The same input gives the same bytes, whatever ran before it.

mod common;

use common::{Stack, cases, diagnostics, examples};
use transship::Options;
use transship::options::Output;

fn bytes(stack: &Stack) -> Vec<String> {
    let outputs = [Output::Stream, Output::Folder, Output::Json].into_iter().flat_map(|output| {
        let translation = stack.translate_with(&Options { output, ..stack.options.clone() });
        let told = diagnostics(&translation);
        translation.files.into_iter().flat_map(|file| [file.path, file.content]).chain([told])
    });
    outputs.collect()
}

#[test]
fn every_stack_gives_the_same_bytes_twice() {
    let stacks: Vec<Stack> = cases().into_iter().chain(examples().into_iter().map(|(stack, _)| stack)).collect();
    let first: Vec<_> = stacks.iter().map(bytes).collect();
    // In the other order, so that nothing that a stack leaves behind can help.
    for (stack, first) in stacks.iter().zip(first).rev() {
        assert_eq!(first, bytes(stack), "{}", stack.name);
    }
}

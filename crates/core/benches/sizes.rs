//! How long stacks of 1, 100, 1,000 and 20,000 services take, stage by stage: `cargo bench --bench sizes`.

mod stack;

use divan::{Bencher, black_box};
use mimalloc::MiMalloc;
use transship::diag::Diagnostics;
use transship::load::{Steps, load};
use transship::text::Sources;
use transship::{Options, yaml};

/// The command line's allocator.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

const SIZES: &[usize] = &[1, 100, 1_000, 20_000];

fn main() {
    divan::main();
}

#[divan::bench(args = SIZES, sample_count = 10, sample_size = 1)]
fn parse(bencher: Bencher<'_, '_>, services: usize) {
    let text = stack::compose(services);
    let mut sources = Sources::default();
    let id = sources.add("compose.yaml", text.clone());
    bencher.bench_local(|| black_box(yaml::parse(id, &text, &mut Diagnostics::default())));
}

#[divan::bench(name = "load", args = SIZES, sample_count = 10, sample_size = 1)]
fn load_stack(bencher: Bencher<'_, '_>, services: usize) {
    let files = stack::files(services);
    let input = stack::input(&files);
    bencher.bench_local(|| black_box(load(&input, Steps::TRANSLATION, &mut Sources::default(), &mut Diagnostics::default())));
}

#[divan::bench(args = SIZES, sample_count = 10, sample_size = 1)]
fn translate(bencher: Bencher<'_, '_>, services: usize) {
    let files = stack::files(services);
    let input = stack::input(&files);
    bencher.bench_local(|| black_box(transship::translate(&input, &Options::default())));
}

// Keeps objects for as long as there is memory.
//
// exercise: 01
// expect: fail

const kept: unknown[] = []
for (;;) kept.push(Array.from({ length: 100_000 }, (_, i) => ({ i })))

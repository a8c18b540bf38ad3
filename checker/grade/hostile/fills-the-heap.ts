// Keeps numbers for as long as there is memory.
//
// exercise: 01
// expect: fail

const kept: number[][] = []
for (;;) kept.push(new Array<number>(1_000_000).fill(0.5))

// Waits for ever before it listens.
//
// exercise: 03
// expect: fail

await new Promise((resolve) => setTimeout(resolve, 1e8))

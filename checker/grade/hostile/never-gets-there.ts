// Waits forever before it listens.
//
// exercise: 01
// expect: fail

await new Promise((resolve) => setTimeout(resolve, 1e8))

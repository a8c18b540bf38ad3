// Awaits what never comes, so that Node ends it.
//
// exercise: 03
// expect: fail

await new Promise(() => {})

// Imports the checker's own harness, to get at what it knows.
//
// exercise: 03
// expect: fail

import { startServer } from '#harness'

await startServer()

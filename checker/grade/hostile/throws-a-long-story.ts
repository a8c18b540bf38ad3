// Dies with a message of forty megabytes.
//
// exercise: 01
// expect: fail

throw new Error('no end in sight '.repeat(2_500_000))

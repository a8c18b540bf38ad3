// Has Node read a file of the machine as the source map of a crash.
//
// exercise: 03
// expect: fail

throw new Error('look at the source line above')
//# sourceMappingURL=/etc/shadow

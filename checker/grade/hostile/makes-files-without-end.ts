// Creates empty files, which take no room on the disk, for as long as it can.
//
// exercise: 01
// expect: fail

import { closeSync, openSync } from 'node:fs'

for (let i = 0; ; i += 1) closeSync(openSync(`/tmp/${i}`, 'w'))

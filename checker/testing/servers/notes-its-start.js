import { appendFileSync } from 'node:fs'

appendFileSync(`${process.env.TMPDIR}/starts`, 'x')

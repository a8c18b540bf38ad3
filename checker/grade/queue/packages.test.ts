import { existsSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'

const here = import.meta.dirname
const isInstalled = existsSync(join(here, 'node_modules'))
const title = 'what we say of bullmq and ioredis is what they say of themselves'

/** Compiles only if the packages have everything that `Packages` names. */
const CLAIM = `
import * as bullmq from 'bullmq'
import { Redis } from 'ioredis'
import type { Packages } from './packages.ts'

export const packages: Packages = { ...bullmq, Redis }
`

const whereInstalled = isInstalled ? test : test.skip

whereInstalled(
  isInstalled ? title : `${title} (skipped: npm ci --prefix checker/grade/queue was not run)`,
  () => {
    const claim = join(here, 'claim.ts')
    const config = ts.readConfigFile(join(here, '..', '..', '..', 'tsconfig.json'), ts.sys.readFile)
    const { options } = ts.parseJsonConfigFileContent(
      { ...config.config, include: [], files: [claim] },
      ts.sys,
      here,
    )
    const host = ts.createCompilerHost(options)
    const { readFile, fileExists } = host
    host.readFile = (path) => (path === claim ? CLAIM : readFile(path))
    host.fileExists = (path) => path === claim || fileExists(path)
    host.getSourceFile = (path, version) => ts.createSourceFile(path, host.readFile(path) ?? '', version)

    const problems = ts.getPreEmitDiagnostics(
      ts.createProgram([claim], { ...options, types: ['node'] }, host),
    )

    expect(problems.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'))).toEqual([])
  },
)

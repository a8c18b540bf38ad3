import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Load, Prepare } from '#conformance'

export const prepare: Prepare = (folder) => {
  writeFileSync(join(folder, 'page.html'), `<p>${'text '.repeat(200)}</p>\n`)
  return { ROOT: folder }
}

export const loads: Load[] = [
  {
    name: 'GET of a page of 1 KiB a second, 16 connections that are kept',
    needs: ['wrk'],
    rivals: { 'node:http': 'node-http.ts' },
    async measure({ host, port, run }) {
      const { stdout } = await run(['wrk', '-t1', '-c16', '-d2', `http://${host}:${port}/page.html`])
      const [, perSecond] = /Requests\/sec: +([\d.]+)/.exec(stdout) ?? []
      if (perSecond === undefined) throw new Error('wrk should say how many requests a second it made.')
      return Number(perSecond)
    },
  },
]

import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { Exercise } from '../course/course.ts'

const LOOPBACK = '127.0.0.1'

/** A page that talks to the learner's server, served by us. */
export interface ServedPage {
  url: string
  close(): void
}

/**
 * Serves the exercise's `page.html`, which reads the address of the learner's server from its
 * query; undefined if the exercise has none.
 */
export async function servePage(
  { folder }: Exercise,
  address: { host: string; port: number },
): Promise<ServedPage | undefined> {
  const file = join(folder, 'page.html')
  if (!existsSync(file)) return undefined
  const site = createServer(({ url }, response) => {
    const isPage = url?.startsWith('/?') || url === '/'
    response.writeHead(isPage ? 200 : 404, { 'content-type': 'text/html; charset=utf-8' })
    response.end(isPage ? readFileSync(file) : undefined)
  })
  site.listen(0, LOOPBACK)
  await once(site, 'listening')
  const { port } = site.address() as AddressInfo
  return {
    url: `http://${LOOPBACK}:${port}/?${address.host}:${address.port}`,
    close: () => {
      site.close()
      site.closeAllConnections()
    },
  }
}

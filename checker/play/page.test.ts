import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Exercise } from '../course/course.ts'
import { servePage } from './page.ts'

const ADDRESS = { host: '127.0.0.1', port: 4000 }

test('serves the page of an exercise, and nothing else', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'accept-loop-page-'))
  const exercise = { folder } as Exercise
  expect(await servePage(exercise, ADDRESS)).toBeUndefined()
  writeFileSync(join(folder, 'page.html'), '<p>hello')

  const page = await servePage(exercise, ADDRESS)

  expect(page?.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\?127\.0\.0\.1:4000$/)
  expect(await (await fetch(page?.url ?? '')).text()).toBe('<p>hello')
  expect((await fetch(new URL('/etc/passwd', page?.url))).status).toBe(404)
  page?.close()
  rmSync(folder, { recursive: true })
})

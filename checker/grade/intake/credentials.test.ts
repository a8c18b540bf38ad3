import { execFileSync } from 'node:child_process'
import { isInstalled } from '../../files/installed.ts'
import { credentialsOf } from './credentials.ts'

const GIVEN = 'https://ann%40x:s3cret-tok%2Fen@example.org/a.git'

test('a URL loses its name, token and query; one without any stays as it is', () => {
  const { url, env, scrub } = credentialsOf(GIVEN)

  expect(url).toBe('https://example.org/a.git')
  expect(env).toMatchObject({ INTAKE_USER: 'ann@x', INTAKE_TOKEN: 's3cret-tok/en' })
  expect(scrub(`fatal: ${GIVEN} and s3cret-tok/en`)).toBe('fatal: … and …')
  expect(credentialsOf('https://example.org/a.git').env).toEqual({})
})

const withGit = isInstalled('git') ? test : test.skip
withGit('git gets them when it asks', () => {
  const { env, url } = credentialsOf(GIVEN)
  const input = `url=${url}\n\n`
  const asked = execFileSync('git', ['credential', 'fill'], { input, env: { ...process.env, ...env } })

  expect(asked.toString()).toContain('username=ann@x\npassword=s3cret-tok/en\n')
})

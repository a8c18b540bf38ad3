import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { isInstalled } from '../../files/installed.ts'
import { GitSource } from './git-source.ts'
import type { Handed } from './source.ts'

const folder = mkdtempSync(join(tmpdir(), 'git-source-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const repository = join(folder, 'alice')

function git(args: string[], time = '2027-01-01T00:00:00Z'): void {
  const who = ['-c', 'user.name=Alice', '-c', 'user.email=alice@example.org', '-c', 'commit.gpgsign=false']
  execFileSync('git', ['-C', repository, ...who, ...args], {
    env: { ...process.env, GIT_AUTHOR_DATE: time, GIT_COMMITTER_DATE: time },
    stdio: 'ignore',
  })
}

function commit(path: string, text: string, time: string): void {
  mkdirSync(dirname(join(repository, path)), { recursive: true })
  writeFileSync(join(repository, path), text)
  git(['add', '.'])
  git(['commit', '-m', path], time)
}

let clones = 0
async function read(path: string, branch?: string): Promise<Handed> {
  clones += 1
  const source = await GitSource.clone(pathToFileURL(repository).href, join(folder, `${clones}`), branch)
  return source.read(path)
}

const withGit = isInstalled('git') ? describe : describe.skip

withGit('a repository (skipped where there is no git)', () => {
  beforeAll(() => {
    mkdirSync(repository)
    git(['init', '-b', 'main'])
    commit('03-echo/server.ts', 'an echo', '2027-01-30T12:00:00Z')
    commit('06-lines/server.ts', 'lines', '2027-02-02T12:00:00+02:00')
    commit('README.md', 'thanks', '2027-02-05T12:00:00Z')
    git(['checkout', '-b', 'final'])
    commit('03-echo/server.ts', 'a better echo', '2027-02-01T12:00:00Z')
    git(['checkout', 'main'])
  })

  test('a file is as late as the last commit that touched it, whatever was committed after', async () => {
    expect(await read('03-echo/server.ts')).toEqual({
      bytes: Buffer.from('an echo'),
      submittedAt: '2027-01-30T12:00:00.000Z',
    })
    expect(await read('06-lines/server.ts')).toMatchObject({ submittedAt: '2027-02-02T10:00:00.000Z' })
  })

  test('the branch that the roster names is the one that is read', async () => {
    expect(await read('03-echo/server.ts', 'final')).toEqual({
      bytes: Buffer.from('a better echo'),
      submittedAt: '2027-02-01T12:00:00.000Z',
    })
    await expect(read('03-echo/server.ts', 'finale')).rejects.toThrow('finale not found')
  })
})

import { copyFileSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { execa } from 'execa'
import { isInstalled } from '../files/installed.ts'
import { completion } from './completion.ts'

const scripts = resolve(import.meta.dirname, '../completion')
let folder: string

/** A course of two exercises, and an unrelated package beside it. */
beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'accept-loop-')))
  for (const name of ['03-echo', '04-client'])
    mkdirSync(join(folder, 'course/exercises', name, '.hidden'), { recursive: true })
  const course = {
    name: 'accept-loop',
    scripts: { prepare: 'x', check: 'x', hint: 'x', 'test:nodes': 'x' },
    end: 1,
  }
  writeFileSync(join(folder, 'course/package.json'), JSON.stringify(course, null, 2))
  mkdirSync(join(folder, 'course/checker/completion'), { recursive: true })
  copyFileSync(join(scripts, 'commands.txt'), join(folder, 'course/checker/completion/commands.txt'))
  mkdirSync(join(folder, 'course/exercises/other'))
  writeFileSync(join(folder, 'course/exercises/other/package.json'), '{\n  "name": "other"\n}\n')
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))

const COURSE = 'course/exercises/03-echo'
const CASES = [
  ['npm run check 0', COURSE, '03-echo 04-client'],
  ['npm run -s check 03', COURSE, '03-echo'],
  ['npm run hint ec', COURSE, 'echo'],
  ['npm start 04', 'course', '04-client'],
  ['npm run c', 'course', 'check'],
  ['npm run check 03 0', 'course', ''],
  ['npm run check -- 0', 'course', ''],
  ['npm run check 03 -', 'course', '--'],
  ['npm run check -- --s', COURSE, '--seed --submission'],
  ['npm run verify 03 0', 'course', '03-echo 04-client'],
  ['npm run check -- --seed 4 --s', 'course', '--submission'],
  ['npm run check -- --submission Q', 'course', ''],
  ['npm run solution -- -', 'course', '--anyway --yes --help'],
  ['npm start -- --p', 'course', '--plain'],
  ['npm run hint -- --', 'course', '--all --test --help'],
  ['npm run grade -- roste', 'course', ''],
  ['npm run grade -- --no', 'course', '--no-sandbox'],
] as const

// Runs in each shell that is installed; the line after the script does what the shell does when Tab
// is pressed.
const withBash = isInstalled('bash') ? describe : describe.skip
withBash('bash', () => {
  const BEFORE = '_before() { COMPREPLY=(before); }; complete -F _before npm'

  async function pressTab(line: string, where: string, before = ''): Promise<string> {
    const press = `COMP_WORDS=(${line}); COMP_CWORD=$((\${#COMP_WORDS[@]} - 1)); _accept_loop npm; echo "\${COMPREPLY[*]}"`
    const source = `${before}\nsource "$1"\nsource "$1"\n${press}`
    const script = join(scripts, 'completion.bash')
    const { stdout } = await execa('bash', ['--norc', '-c', source, 'bash', script], {
      cwd: join(folder, where),
    })
    return stdout
  }

  test.each(CASES)('%s in %s', async (line, where, offered) => {
    expect(await pressTab(line, where)).toBe(offered)
  })

  test.each([
    ['npm run check 0', '.'],
    ['npm run check 0', 'course/exercises/other'],
    ['npm install e', 'course'],
  ])('%s in %s is left to what was there before', async (line, where) => {
    expect(await pressTab(line, where, BEFORE)).toBe('before')
    expect(await pressTab(line, where)).toBe('')
  })
})

const withFish = isInstalled('fish') ? describe : describe.skip
withFish('fish', () => {
  test.each(CASES)('%s in %s', async (line, where, offered) => {
    const source = `source $argv[1]; complete -C $argv[2]`
    const args = ['--no-config', '-c', source, join(scripts, 'completion.fish'), line]
    const { stdout } = await execa('fish', args, { cwd: join(folder, where) })
    // After a tab comes what the flag does.
    expect(stdout.replace(/\t.*/g, '').split('\n').join(' ')).toBe(offered)
  })
})

const withZsh = isInstalled('zsh') ? describe : describe.skip
withZsh('zsh', () => {
  // Replaces what draws the list, and prints what the list would contain.
  const STAGE = `
    compdef() {}; _files() {}
    offer() { print -rl -- \${(M)@:#$PREFIX*} }
    compadd() { shift $@[(i)--]; offer "$@" }
    _describe() { local list=("\${(@P)@[-1]}"); offer \${list%%:*} }`

  test.each(CASES)('%s in %s', async (line, where, offered) => {
    const press = `words=(${line}); CURRENT=$#words; PREFIX=$words[-1]; _accept_loop`
    const source = `${STAGE}; source $1; ${press}`
    const args = ['-f', '-c', source, 'zsh', join(scripts, 'completion.zsh')]
    const { stdout } = await execa('zsh', args, { cwd: join(folder, where) })
    expect(stdout.split('\n').join(' ')).toBe(offered)
  })
})

test('explains the shell of the learner first', () => {
  const { log } = console
  let said = ''
  console.log = (text: string) => {
    said += text
  }
  try {
    completion('/home/ada/my course', undefined, { SHELL: '/usr/bin/fish' })
  } finally {
    console.log = log
  }

  expect(said.indexOf('fish, your shell')).toBeLessThan(said.indexOf('bash:'))
  expect(said).toContain("source '/home/ada/my course/checker/completion/completion.fish'")
})

test('refuses a shell that it does not know', () => {
  expect(() => completion('/course', 'tcsh')).toThrow('There is no completion for "tcsh".')
})

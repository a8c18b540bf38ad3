import { environmentOf } from './start-process.ts'

const NAMES = ['VIRTUAL_ENV', 'CARGO_HOME', 'LD_LIBRARY_PATH', 'npm_config_run', 'INIT_CWD', 'PORT']
const before = { ...process.env }

beforeEach(() => {
  for (const name of NAMES) process.env[name] = 'from the shell'
})

afterEach(() => {
  process.env = { ...before }
})

const base = { args: [], cwd: '/', tmp: '/tmp/ours' }

test('hands a command of the learner all that their shell has, but nothing of npm', () => {
  const environment = environmentOf(
    { ...base, command: 'python3 echo.py', shell: true },
    { HOST: '127.0.0.1' },
  )

  expect(environment).toMatchObject({
    PATH: process.env.PATH,
    VIRTUAL_ENV: 'from the shell',
    CARGO_HOME: 'from the shell',
    LD_LIBRARY_PATH: 'from the shell',
    TMPDIR: '/tmp/ours',
    HOST: '127.0.0.1',
  })
  for (const name of ['npm_config_run', 'INIT_CWD', 'PORT']) expect(environment).not.toHaveProperty(name)
})

test('starts the file of an exercise with little more than its own', () => {
  const environment = environmentOf({ ...base, command: process.execPath }, { PORT: '4000' })

  expect(environment).toMatchObject({ PATH: process.env.PATH, PORT: '4000' })
  for (const name of ['VIRTUAL_ENV', 'npm_config_run']) expect(environment).not.toHaveProperty(name)
})

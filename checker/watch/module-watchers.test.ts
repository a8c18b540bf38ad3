import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ModuleWatchers } from './module-watchers.ts'

const folder = mkdtempSync(join(tmpdir(), 'modules-'))
const save = (name: string, text: string) => writeFileSync(join(folder, name), text)
afterAll(() => rmSync(folder, { recursive: true }))

test('notices saves of the modules that a file needs, also of those that it needs since its last save', async () => {
  let onSave = () => {}
  const nextSave = () =>
    new Promise<void>((resolve) => {
      onSave = resolve
    })
  save('server.ts', '')
  save('parser.ts', 'one')
  save('names.ts', 'one')
  const watchers = new ModuleWatchers(join(folder, 'server.ts'), () => onSave())

  save('server.ts', "import './parser.ts'")
  watchers.refresh()
  const first = nextSave()
  save('parser.ts', "import './names.ts'")
  await first

  const second = nextSave()
  save('names.ts', 'another')
  await second
  watchers.close()
})

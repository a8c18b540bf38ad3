import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'

/** Links between the pages of the course lead somewhere. */
const root = resolve(import.meta.dirname, '../..')
const FOLDERS = ['.', 'exercises', 'solutions', 'checker']

const pages = FOLDERS.flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: folder !== '.', encoding: 'utf8' })
    .filter((path) => path.endsWith('.md') && !path.includes('node_modules'))
    .map((path) => join(folder, path)),
)

test.each(pages)('%s links only to what is there', (page) => {
  const text = readFileSync(join(root, page), 'utf8').replaceAll(/^```.*?^```/gms, '')
  const targets = [...text.matchAll(/\]\(([^)\s#]+)(?:#[^)\s]*)?\)/g)].map(([, target = '']) => target)
  const files = targets.filter((target) => !/^[a-z]+:/.test(target))

  expect(files.filter((target) => !existsSync(join(root, dirname(page), target)))).toEqual([])
})

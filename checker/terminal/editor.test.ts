import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { diffArgs, editorOf, editorsHere } from './editor.ts'

test.each([
  [{ VISUAL: 'code --wait', EDITOR: 'vim' }, 'code', ['--wait'], false],
  [{ VISUAL: '', EDITOR: '/usr/bin/vim' }, '/usr/bin/vim', [], true],
])('reads %j', (env, command, args, inTerminal) => {
  expect(editorOf(env)).toEqual({ command, args, inTerminal })
})

test('says what to set where no editor is named, and which ones there are', () => {
  const here = withPrograms('vi', 'vim', 'nano')
  try {
    expect(editorsHere()).toEqual(['vim', 'nano'])
    expect(() => editorOf({})).toThrow(
      'set VISUAL or EDITOR, such as EDITOR=vim. This machine has vim, nano.',
    )
  } finally {
    here.remove()
  }
  const none = withPrograms()
  try {
    expect(() => editorOf({})).toThrow(/such as EDITOR=vim\.$/)
  } finally {
    none.remove()
  }
})

/** A PATH that has only these programs. */
function withPrograms(...names: string[]): { remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'accept-loop-'))
  const before = process.env.PATH
  for (const name of names) {
    writeFileSync(join(folder, name), '#!/bin/sh\n')
    chmodSync(join(folder, name), 0o755)
  }
  process.env.PATH = folder
  const remove = () => {
    process.env.PATH = before
    rmSync(folder, { recursive: true })
  }
  return { remove }
}

test.each([
  ['vim', ['-d', 'mine', 'theirs']],
  ['/usr/bin/nvim', ['-d', 'mine', 'theirs']],
  ['code', ['--diff', 'mine', 'theirs']],
])('knows how %s shows a difference', (command, args) => {
  expect(diffArgs({ command, args: [], inTerminal: true }, 'mine', 'theirs')).toEqual(args)
})

test('says so of an editor that shows none', () => {
  expect(() => diffArgs(editorOf({ EDITOR: 'nano' }), 'mine', 'theirs')).toThrow(
    'How nano shows a difference is not known',
  )
})

import { diffArgs, editorOf } from './editor.ts'

test.each([
  [{ VISUAL: 'code --wait', EDITOR: 'vim' }, 'code', ['--wait'], false],
  [{ VISUAL: '', EDITOR: '/usr/bin/vim' }, '/usr/bin/vim', [], true],
])('reads %j', (env, command, args, inTerminal) => {
  expect(editorOf(env)).toEqual({ command, args, inTerminal })
})

test('says what to set where no editor is named', () => {
  expect(() => editorOf({})).toThrow('set VISUAL or EDITOR')
})

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

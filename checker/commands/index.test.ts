import { commands } from './index.ts'

const all = commands('.', () => {}).commands

test.each(all.map((command) => [command.name(), command] as const))(
  '%s --help fits into 40 columns',
  (_, command) => {
    const help = command.createHelp()
    help.prepareContext({ helpWidth: 40 })

    const rows = help.formatHelp(command, help).split('\n').slice(2)

    expect(rows.filter((row) => row.length > 40 && row.includes(' ', 7))).toEqual([])
  },
)

test('--help has names and descriptions beside each other where there is room', () => {
  const check = all.find((command) => command.name() === 'check')
  const help = check?.createHelp()
  help?.prepareContext({ helpWidth: 78 })

  expect(check && help?.formatHelp(check, help)).toMatch(/--all {2,}check every exercise/)
})

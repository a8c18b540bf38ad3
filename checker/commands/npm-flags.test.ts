import { commands } from './index.ts'
import { withNpmFlags } from './npm-flags.ts'

const program = commands('.', () => {})

test.each([
  [['check', '03'], { npm_config_json: 'true' }, ['check', '03', '--json']],
  [['check', '03', '5'], { npm_config_seed: 'true' }, ['check', '03', '--seed=5']],
  [['play', '03'], { npm_config_client: '' }, ['play', '03', '--no-client']],
  [['play', '03', '--no-client'], { npm_config_client: '' }, ['play', '03', '--no-client']],
  [
    ['play', '03', '4001'],
    { npm_config_client: '', npm_config_port: 'true' },
    ['play', '03', '--no-client', '--port=4001'],
  ],
  [['diff', '03'], { npm_config_editor: 'vim' }, ['diff', '03']],
])('reads %j with %j', (args, env, full) => {
  expect(withNpmFlags(args, program, env).toSorted()).toEqual(full.toSorted())
})

import { renderCommand } from './command.ts'

test('has what a command is for beside it where there is room', () => {
  expect(renderCommand('npm run hint 03', 40, 'a hint')).toBe('  npm run hint 03  a hint')
})

test('breaks a command where a shell reads on, and never in quotes or before the value of a flag', () => {
  expect(
    renderCommand('npm run check 03 -- --seed 661977 --run "python3 my echo.py"', 40, 'any language'),
  ).toBe(
    ['  npm run check 03 -- --seed 661977 \\', '    --run "python3 my echo.py"', '      any language'].join(
      '\n',
    ),
  )
})

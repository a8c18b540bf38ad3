import { startServer } from '#harness'

test('stays inside', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')

  await alice.expectLine('nothing got out')

  await alice.expectEnd()
})

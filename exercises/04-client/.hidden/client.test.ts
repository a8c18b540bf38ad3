import { holdPort, listen, meanwhile, random, startClient } from '#harness'

const KiB = 1024
const MiB = 1024 * KiB

test('prints what the server says first', async () => {
  const { client, server } = await connectedClient()
  const greeting = `220 ${random.word()} is ready\n`
  const prompt = `${random.word()}> `

  await server.send(greeting)
  await client.expectOutput(greeting)
  await server.send(prompt)

  await client.expectOutput(prompt)
})

test('sends input as it comes', async () => {
  const { client, server } = await connectedClient()
  const word = random.word()
  const rest = ` ${random.line(40)}\n`

  await client.type(word)
  await server.expect(word)
  await client.type(rest)

  await server.expect(rest)
})

test('keeps up a dialogue', async () => {
  const { client, server } = await connectedClient()
  const [question, answer] = [random.word(), `${random.line(20)}\n`]
  const [again, more] = [random.word(), `${random.line(20)}\n`]

  await client.type(question)
  await server.expect(question)
  await server.send(answer)
  await client.expectOutput(answer)
  await client.type(again)
  await server.expect(again)
  await server.send(more)

  await client.expectOutput(more)
})

test('ends its side when its input ends', async () => {
  const { client, server } = await connectedClient()
  const question = `${random.line(30)}\n`

  await client.type(question)
  await client.endInput()

  await server.expect(question)
  await server.expectEnd()
})

test(
  'still prints the answer after its input has ended',
  meanwhile(async () => {
    const { client, server } = await connectedClient()
    const answer = `${random.line(30)}\n`
    const more = `${random.line(30)}\n`

    await client.endInput()
    await server.expectEnd()
    // The server takes its time: a client that leaves by the clock is gone by then.
    await client.untilNoTimer()
    await server.send(answer)
    await client.expectOutput(answer)
    await server.send(more)

    await client.expectOutput(more)
  }),
)

test('copies every byte value', async () => {
  const { client, server } = await connectedClient()
  const every = Uint8Array.from({ length: 256 }, (_, value) => value)

  await server.send(every)
  await client.expectOutput(every)
  await client.type(every)

  await server.expect(every)
})

test('copies 16 MiB each way at once', async () => {
  const { client, server } = await connectedClient()
  const upload = bytes(16 * MiB) // four times what the buffers on the way can hold
  const download = bytes(16 * MiB)

  server.pause()
  const typing = Promise.allSettled([client.type(upload)])
  // At rest, it has filled all that takes its upload. Whoever waits for that to go on prints nothing: with the first line comes a little more room.
  await client.untilIdle()
  await server.send('are you there?\n')
  await client.expectOutput('are you there?\n')
  await server.send('and now?\n')
  await client.expectOutput('and now?\n')
  const sending = server.send(download)

  await client.expectOutput(download)
  server.resume()
  await server.expect(upload)
  await Promise.all([typing, sending])
})

test('exits with 0 when the server ends', async () => {
  const { client, server } = await connectedClient()
  const farewell = `${random.line(30)}\n`

  await server.send(farewell)
  await server.end()

  await client.expectOutput(farewell)
  await client.expectExit(0)
  await client.expectOutputEnd()
})

test('prints all before it exits', async () => {
  const { client, server } = await connectedClient()
  const answer = bytes(64 * KiB + 174 * 250)

  // Nobody takes the output. The first piece fills what our end of the pipe holds, and each that follows costs the kernel far more
  // room than it has bytes: the last ones still wait in the client when the server ends, too few for a full buffer.
  client.pauseOutput()
  await server.sendInPieces(answer, [64 * KiB, 250])
  await server.end()
  await client.untilNoTimer()
  client.resumeOutput()

  await client.expectOutput(answer)
  await client.expectExit(0)
})

test('exits with 1 and says why when it is refused', async () => {
  const port = await holdPort()

  const client = await startClient(port)

  await client.expectExit(1, { stderr: [['that it was refused', REFUSED]] })
})

test('exits with 1 and says why when it is reset', async () => {
  const { client, server } = await connectedClient()
  const half = random.line(20)

  await server.send(half)
  await client.expectOutput(half)
  await server.reset()

  await client.expectExit(1, { stderr: [['that it was reset', RESET]] })
})

test('exits with 1 also when it is reset after its input has ended', async () => {
  const { client, server } = await connectedClient()

  await client.endInput()
  await server.expectEnd()
  await server.reset()

  await client.expectExit(1, { stderr: [['that it was reset', RESET]] })
})

/** The usual ways to say it. */
const REFUSED =
  /refused|(could ?n[o']t|can ?not|can't|unable to|fail\w* to) (connect|reach)|connect\w* fail|(nobody|no one|nothing|no server|not) (is )?(there|listen)/i
const RESET = /reset|EPIPE|abort|broke|lost|dropped|cut/i

async function connectedClient() {
  const listener = await listen({ host: '127.0.0.2' })
  const client = await startClient(listener.port, { host: listener.host })
  const server = await listener.accept('the server')
  return { client, server }
}

/** A random block again and again; its length is a prime, so that no two chunks look the same. */
function bytes(length: number) {
  return Buffer.alloc(length, random.bytes(65_521))
}

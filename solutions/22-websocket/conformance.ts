import { once } from 'node:events'
import { WebSocket } from 'ws'
import type { ConformancePiece, RunningServer } from '#conformance'

const PYTHON = '/usr/bin/python3'
/** Debian's module belongs to Debian's python3. */
const WEBSOCKETS = '/usr/lib/python3/dist-packages/websockets'
const SIZES = [0, 1, 125, 126, 127, 128, 65_535, 65_536, 65_537, 1_000_000]
const MAX_MESSAGE_BYTES = 16 * 1024 * 1024

const CLIENT = `
import asyncio, sys
import websockets

url = f'ws://{sys.argv[1]}:{sys.argv[2]}'
sizes = [int(size) for size in sys.argv[3].split(',')]

async def echo():
    async with websockets.connect(url + '/echo', max_size=None) as socket:
        assert socket.subprotocol is None and socket.extensions == [], 'extensions'
        for size in sizes:
            for message in ['é' * (size // 2), bytes(i % 251 for i in range(size))]:
                await socket.send(message)
                assert await socket.recv() == message, f'{size} bytes'
        await socket.send(['frag', 'ment', 'é', 'd'])
        assert await socket.recv() == 'fragmentéd', 'fragments'
        await asyncio.wait_for(await socket.ping(b'are you there?'), 20)
        await socket.close(3999, 'goodbye')
        assert socket.close_code == 3999, f'closed with {socket.close_code}'

async def room(count):
    sockets = [await websockets.connect(url + '/room', compression=None) for _ in range(count)]
    for socket in sockets:
        await socket.send(f'{socket.local_address}')
    heard = [[await socket.recv() for _ in range(count)] for socket in sockets]
    assert all(each == heard[0] for each in heard) and len(set(heard[0])) == count, 'the room'
    await asyncio.gather(*(socket.close() for socket in sockets))

async def refused(path, status):
    try:
        await websockets.connect(url + path)
    except websockets.exceptions.InvalidStatusCode as error:
        assert error.status_code == status, f'{path} is answered with {error.status_code}'
    else:
        raise AssertionError(f'{path} is not refused')

async def too_big():
    async with websockets.connect(url + '/echo') as socket:
        await socket.send(bytes(16 * 1024 * 1024 + 1))
        try:
            await socket.recv()
        except websockets.exceptions.ConnectionClosed as error:
            assert error.rcvd and error.rcvd.code == 1009, f'16 MiB and a byte: {error}'

tasks = {
    'echo': echo,
    'room': lambda: room(20),
    'refused': lambda: refused('/nowhere', 404),
    'too big': too_big,
}
asyncio.run(tasks[sys.argv[4]]())
`

export const pieces: ConformancePiece[] = [
  python('messages of ten sizes, fragments, a ping', 'echo'),
  python('a room of 20', 'room'),
  python('404 at /nowhere', 'refused'),
  python('a message over 16 MiB', 'too big'),
  {
    name: 'ws: 500 messages without waiting',
    async run(server) {
      const socket = await connect(server, '/echo')
      const sent = Array.from({ length: 500 }, (_, i) => Buffer.alloc((i * 7919) % 70_000, `${i} `))
      const heard: Buffer[] = []
      socket.on('message', (data: Buffer) => heard.push(data))
      for (const each of sent) socket.send(each)
      while (heard.length < sent.length) await once(socket, 'message')
      if (!Buffer.concat(heard).equals(Buffer.concat(sent)))
        throw new Error('What ws hears should be what it has sent.')
      await closed(socket, 1000)
    },
  },
  {
    name: 'ws: a message of 16 MiB in 1,024 fragments',
    async run(server) {
      const socket = await connect(server, '/echo')
      const fragment = Buffer.alloc(MAX_MESSAGE_BYTES / 1024, 'fragment')
      for (let i = 1; i <= 1024; i += 1) socket.send(fragment, { fin: i === 1024, binary: true })
      const [data] = (await once(socket, 'message')) as [Buffer]
      if (data.length !== MAX_MESSAGE_BYTES)
        throw new Error(`ws should hear 16 MiB, but hears ${data.length} bytes.`)
      await closed(socket, 4999)
    },
  },
  {
    name: 'ws: a room of 200, each says something',
    async run(server) {
      const sockets = await Promise.all(Array.from({ length: 200 }, () => connect(server, '/room')))
      const heard = sockets.map((socket) => {
        const messages: string[] = []
        socket.on('message', (data: Buffer) => messages.push(`${data}`))
        return messages
      })
      for (const [i, socket] of sockets.entries()) socket.send(`${i}`)
      await Promise.all(
        sockets.map(async (socket, i) => {
          while ((heard[i]?.length ?? 0) < sockets.length) await once(socket, 'message')
        }),
      )
      if (heard.some((each) => `${each}` !== `${heard[0]}`))
        throw new Error('Everyone in the room should hear the same in the same order.')
      await Promise.all(sockets.map((socket) => closed(socket, 1000)))
    },
  },
]

function python(what: string, task: string): ConformancePiece {
  return {
    name: `python3-websockets: ${what}`,
    needs: [PYTHON, WEBSOCKETS],
    async run({ host, port, run }) {
      await run([PYTHON, '-c', CLIENT, host, `${port}`, SIZES.join(), task])
    },
  }
}

async function connect({ host, port }: RunningServer, path: string): Promise<WebSocket> {
  const socket = new WebSocket(`ws://${host}:${port}${path}`)
  await once(socket, 'open')
  return socket
}

async function closed(socket: WebSocket, code: number): Promise<void> {
  socket.close(code)
  const [answer] = await once(socket, 'close')
  if (answer !== code) throw new Error(`ws should be closed with ${code}, but is with ${answer}.`)
}

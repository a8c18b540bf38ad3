# The same in asyncio, whose events are Node's by other names: eof_received is 'end', and
# connection_lost is 'close': it comes exactly once, with the exception after a reset. There is no
# 'error' event, and so none that kills the process.
import asyncio
import os
import re

MAX_LINE_BYTES = 1024
SUBSCRIBE = re.compile(rb'subscribe ([1-9][0-9]{0,4})')
connections = 0


class Client(asyncio.Protocol):
    def connection_made(self, transport):
        global connections
        connections += 1
        self.transport = transport
        self.rest = b''
        self.timer = None
        self.refused = False

    def data_received(self, chunk):
        if self.refused:
            return
        *lines, self.rest = (self.rest + chunk).split(b'\n')
        answers = []
        for line in lines:
            if len(line) > MAX_LINE_BYTES:
                self.rest = line
                break
            answers.append(self.answer(line.removesuffix(b'\r')))
        self.transport.write(b''.join(answers))
        if len(self.rest) > MAX_LINE_BYTES:
            self.refused = True
            self.stop()
            self.transport.write(b'error line too long\n')
            self.transport.write_eof()

    def eof_received(self):
        self.stop()  # asyncio closes the transport next, once everything has been sent

    def connection_lost(self, exception):
        global connections
        connections -= 1
        self.stop()

    def answer(self, line):
        subscribe = SUBSCRIBE.fullmatch(line)
        if line == b'count':
            return b'connections %d\n' % connections
        if line == b'stop':
            self.stop()
            return b'stopped\n'
        if subscribe and int(subscribe[1]) <= 60_000:
            self.stop()
            self.set_timer(int(subscribe[1]) / 1000, 1)
            return b''
        return b'error bad command\n'

    def set_timer(self, seconds, n):
        self.timer = asyncio.get_running_loop().call_later(seconds, self.tick, seconds, n)

    def tick(self, seconds, n):
        self.transport.write(b'tick %d\n' % n)
        self.set_timer(seconds, n + 1)

    def stop(self):
        if self.timer:
            self.timer.cancel()
        self.timer = None


async def main():
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Client, os.environ['HOST'], int(os.environ['PORT']), backlog=511)
    await server.serve_forever()


asyncio.run(main())

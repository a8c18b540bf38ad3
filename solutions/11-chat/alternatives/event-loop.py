# An event loop as in Node, with protocols instead of listeners. The transport keeps what a client
# does not read, says how much that is, and never waits. Leaving has one place, connection_lost, but
# for a FIN, which comes earlier.

import asyncio
import os
import re
import socket

MAX_LINE_BYTES = 4096
MAX_WAITING_BYTES = 12 * 1024 * 1024
NICKNAME = re.compile(rb'[A-Za-z0-9]{1,16}')

room: dict[bytes, 'Client'] = {}  # a dict keeps the order of joining


def tell(text: bytes, sender: 'Client | None' = None) -> None:
    for member in room.values():
        if member is not sender:
            member.transport.write(text)
    # Those who are too far behind leave when everyone has this text.
    for member in list(room.values()):
        if member.transport.get_write_buffer_size() > MAX_WAITING_BYTES:
            member.transport.abort()
            member.leave()


class Client(asyncio.Protocol):
    name: bytes | None = None
    rest = b''
    refused = False

    def connection_made(self, transport: asyncio.Transport) -> None:
        self.transport = transport
        transport.get_extra_info('socket').setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def data_received(self, data: bytes) -> None:
        if self.refused:
            return
        *lines, self.rest = (self.rest + data).split(b'\n')
        for line in lines:
            if self.refused or self.transport.is_closing():
                return
            if len(line) > MAX_LINE_BYTES:
                self.refuse(b'line too long')
            else:
                self.obey(line.removesuffix(b'\r'))
        if len(self.rest) > MAX_LINE_BYTES:
            self.refuse(b'line too long')

    def obey(self, line: bytes) -> None:
        if self.name is not None:
            tell(b'%s: %s\n' % (self.name, line), self)
        elif not NICKNAME.fullmatch(line):
            self.refuse(b'bad nickname')
        elif line.lower() in room:
            self.refuse(b'nickname taken')
        else:
            self.join(line)

    def join(self, name: bytes) -> None:
        self.name = name
        room[name.lower()] = self
        names = b', '.join(member.name for member in room.values())
        self.transport.write(b'* here: %s\n' % names)
        tell(b'* %s joined\n' % name, self)

    def refuse(self, reason: bytes) -> None:
        if self.refused:
            return
        self.refused = True  # what still comes is read and dropped, up to the client's FIN
        self.rest = b''
        self.transport.write(b'error %s\n' % reason)
        self.transport.write_eof()
        self.leave()

    def eof_received(self) -> None:
        self.leave()  # then asyncio closes, once all that waits has been sent

    def connection_lost(self, error: Exception | None) -> None:
        self.leave()

    def leave(self) -> None:
        if self.name is not None and room.get(self.name.lower()) is self:
            del room[self.name.lower()]
            tell(b'* %s left\n' % self.name)


async def main() -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Client, os.environ['HOST'], int(os.environ['PORT']), backlog=511)
    await server.serve_forever()


asyncio.run(main())

# asyncio: its streams have `readexactly`, so a frame is read in the order of RFC 6455.
import asyncio
import base64
import hashlib
import os
import re
import signal
import struct

GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10
OPCODES = {CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG}
MAX_HEAD_BYTES = 16 * 1024
MAX_MESSAGE_BYTES = 16 * 1024 * 1024
MAX_WAITING_BYTES = 24 * 1024 * 1024

room = set()
open_clients = set()


class Refusal(Exception):
    """A status line, and the fields that go with it."""


class Failure(Exception):
    """The code to close with; None for an answer to a Close without one."""


class Client:
    def __init__(self, reader, writer, path):
        self.reader, self.writer, self.path = reader, writer, path
        self.closing = False

    async def serve(self):
        kind, message = None, b""
        while True:
            fin, opcode, payload = await self.read_frame(kind, len(message))
            if opcode == CLOSE:
                raise Failure(code_of(payload))
            if opcode == PING and not self.closing:
                self.write(PONG, payload)
            if opcode >= CLOSE:
                continue
            kind, message = kind or opcode, message + payload
            if not fin:
                continue
            if kind == TEXT:
                check_utf8(message)
            if not self.closing:
                self.deliver(kind, message)
            kind, message = None, b""

    async def read_frame(self, kind, begun):
        first, second = await self.reader.readexactly(2)
        fin, opcode, length = first & 0x80, first & 0x0F, second & 0x7F
        if first & 0x70 or opcode not in OPCODES or not second & 0x80:
            raise Failure(1002)
        if opcode >= CLOSE and (not fin or length > 125):
            raise Failure(1002)
        if opcode < CLOSE and (opcode == CONTINUATION) != (kind is not None):
            raise Failure(1002)
        if length == 126:
            (length,) = struct.unpack(">H", await self.reader.readexactly(2))
        elif length == 127:
            (length,) = struct.unpack(">Q", await self.reader.readexactly(8))
        if begun + length > MAX_MESSAGE_BYTES:
            raise Failure(1009)
        mask = await self.reader.readexactly(4)
        return fin, opcode, unmask(await self.reader.readexactly(length), mask)

    def deliver(self, opcode, payload):
        if self.path == "/echo":
            self.write(opcode, payload)
            return
        for member in list(room):
            if member.writer.transport.get_write_buffer_size() <= MAX_WAITING_BYTES:
                member.write(opcode, payload)
            else:
                room.discard(member)
                member.writer.transport.abort()

    def write(self, opcode, payload):
        length = len(payload)
        if length < 126:
            header = struct.pack(">BB", 0x80 | opcode, length)
        elif length < 65536:
            header = struct.pack(">BBH", 0x80 | opcode, 126, length)
        else:
            header = struct.pack(">BBQ", 0x80 | opcode, 127, length)
        self.writer.write(header + payload)

    def close(self, code):
        if not self.closing:
            self.write(CLOSE, b"" if code is None else struct.pack(">H", code))
        self.closing = True
        room.discard(self)


def code_of(payload):
    if not payload:
        return None
    if len(payload) == 1:
        raise Failure(1002)
    (code,) = struct.unpack(">H", payload[:2])
    if not (1000 <= code <= 1014 and code not in (1004, 1005, 1006) or 3000 <= code <= 4999):
        raise Failure(1002)
    check_utf8(payload[2:])
    return code


def check_utf8(payload):
    try:
        payload.decode()
    except UnicodeDecodeError:
        raise Failure(1007) from None


def unmask(payload, mask):
    """As one large number: there is no loop in Python that is quick enough."""
    length = len(payload)
    key = (mask * (length // 4 + 1))[:length]
    return (int.from_bytes(payload, "big") ^ int.from_bytes(key, "big")).to_bytes(length, "big")


def shake_hands(head):
    request_line, *lines = head.decode("latin-1").split("\r\n")[:-2]
    fields = {}
    for line in lines:
        field = re.fullmatch(r"([^\s:]+):[ \t]*(.*?)[ \t]*", line)
        if not field:
            raise Refusal("400 Bad Request")
        name = field[1].lower()
        fields[name] = f"{fields[name]}, {field[2]}" if name in fields else field[2]
    words = {name: re.split(r"[ \t]*,[ \t]*", value.lower()) for name, value in fields.items()}
    request = re.fullmatch(r"GET (\S+) HTTP/1\.1", request_line)
    if not request or "host" not in fields or "upgrade" not in words.get("connection", []) or "websocket" not in words.get("upgrade", []):
        raise Refusal("400 Bad Request")
    if fields.get("sec-websocket-version") != "13":
        raise Refusal("426 Upgrade Required\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13")
    key = fields.get("sec-websocket-key", "")
    if not re.fullmatch(r"[A-Za-z0-9+/]{22}==", key):
        raise Refusal("400 Bad Request")
    path = request[1].split("?")[0]
    if path not in ("/echo", "/room"):
        raise Refusal("404 Not Found")
    return path, base64.b64encode(hashlib.sha1(key.encode() + GUID).digest()).decode()


async def serve(reader, writer):
    client = None
    open_clients.add(writer)
    try:
        try:
            path, accept = shake_hands(await reader.readuntil(b"\r\n\r\n"))
        except asyncio.LimitOverrunError:
            raise Refusal("431 Request Header Fields Too Large") from None
        fields = f"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {accept}"
        writer.write(f"HTTP/1.1 101 Switching Protocols\r\n{fields}\r\n\r\n".encode())
        client = writer.client = Client(reader, writer, path)
        if path == "/room":
            room.add(client)
        await client.serve()
    except Refusal as refusal:
        writer.write(f"HTTP/1.1 {refusal}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n".encode())
    except Failure as failure:
        client.close(failure.args[0])
    except (asyncio.IncompleteReadError, OSError):
        pass  # the client has ended, or is gone
    room.discard(client)
    try:
        writer.write_eof()
        while await reader.read(65536):  # left unread, it would turn our FIN into RST
            pass
    except OSError:
        pass
    open_clients.discard(writer)
    writer.close()


async def main():
    host, port = os.environ["HOST"], int(os.environ["PORT"])
    server = await asyncio.start_server(serve, host, port, limit=MAX_HEAD_BYTES)
    leaving = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, leaving.set)
    await leaving.wait()
    server.close()
    for writer in list(open_clients):
        client = getattr(writer, "client", None)
        if client:
            client.close(1001)
        else:
            writer.close()
    while others := asyncio.all_tasks() - {asyncio.current_task()}:
        await asyncio.wait(others)


asyncio.run(main())

# asyncio has "read exactly n bytes" built in, and integers without an end: the whole protocol is
# struct formats.

import asyncio
import os
import struct

MAX_LENGTH = 1024 * 1024
OPERATIONS = {1: sum, 2: min, 3: max}


class Malformed(Exception):
    pass


async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while True:
            (length,) = struct.unpack('>I', await reader.readexactly(4))
            if length == 0:
                raise Malformed('empty frame')
            if length > MAX_LENGTH:
                raise Malformed('frame too long')
            result = evaluate(await reader.readexactly(length))
            writer.write(frame(0, struct.pack('>q', result)))
            await writer.drain()
    except Malformed as malformed:
        await refuse(reader, writer, str(malformed))
    except (asyncio.IncompleteReadError, ConnectionError):
        pass  # the client has ended, between two frames or within one, or has reset
    finally:
        writer.close()


def evaluate(body: bytes) -> int:
    count, left_over = divmod(len(body) - 1, 8)
    if left_over:
        raise Malformed('bad length')
    operation = OPERATIONS.get(body[0])
    if operation is None:
        raise Malformed('unknown op')
    if count == 0:
        raise Malformed('no operands')
    result = operation(struct.unpack(f'>{count}q', body[1:]))
    if not -(2**63) <= result < 2**63:
        raise Malformed('sum too large')
    return result


def frame(status: int, payload: bytes) -> bytes:
    return struct.pack('>IB', 1 + len(payload), status) + payload


async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, message: str) -> None:
    try:
        writer.write(frame(1, message.encode()))
        writer.write_eof()  # FIN now; to close with unread bytes would be a RST
        while await reader.read(65_536):
            pass
    except ConnectionError:
        pass


async def main() -> None:
    server = await asyncio.start_server(serve, os.environ['HOST'], int(os.environ['PORT']))
    await server.serve_forever()


asyncio.run(main())

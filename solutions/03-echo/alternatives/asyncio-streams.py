# One thread, many clients, as in Node: each `await` lets the others go on. drain() is the slow
# reader's say.

import asyncio
import os


async def echo(reader, writer):
    try:
        while chunk := await reader.read(65536):
            writer.write(chunk)
            await writer.drain()
    except OSError:
        pass  # the client has reset the connection
    writer.close()


async def main():
    server = await asyncio.start_server(echo, os.environ["HOST"], int(os.environ["PORT"]))
    await server.serve_forever()


asyncio.run(main())

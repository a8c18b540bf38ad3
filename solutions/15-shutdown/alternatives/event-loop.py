# asyncio: one task a connection, and the signal is an event of the loop like any other.
import asyncio
import os
import re
import signal
import sys

MAX_SLEEP_MS = 60_000


async def main():
    leaving = asyncio.Event()
    tasks = set()

    async def serve(reader, writer):
        task = asyncio.current_task()
        tasks.add(task)
        try:
            await answer_lines(reader, writer, leaving)
            writer.write_eof()
            while await reader.read(65536):  # until the client ends too
                pass
        except OSError:
            pass  # a reset: this client is gone, the others are not
        finally:
            tasks.discard(task)
            writer.close()

    server = await asyncio.start_server(serve, os.environ["HOST"], int(os.environ["PORT"]))
    signals = 0

    def on_signal():
        nonlocal signals
        signals += 1
        if signals > 1:
            os._exit(1)
        leaving.set()

    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, on_signal)
    await leaving.wait()
    server.close()
    if tasks:
        _, left = await asyncio.wait(tasks, timeout=int(os.environ.get("GRACE_MS", 5000)) / 1000)
        if left:
            os._exit(1)


async def answer_lines(reader, writer, leaving):
    """Answers until the client has ended, or until nothing is due after the signal."""
    lines = asyncio.Queue()
    reading = asyncio.create_task(read_lines(reader, lines, leaving))
    leave = asyncio.create_task(leaving.wait())
    try:
        while True:
            if lines.empty():
                if leaving.is_set():
                    return
                line = asyncio.create_task(lines.get())
                await asyncio.wait({line, leave}, return_when=asyncio.FIRST_COMPLETED)
                if not line.done():
                    line.cancel()
                    continue
                text = line.result()
            else:
                text = lines.get_nowait()
            if text is None:
                return
            answering = asyncio.create_task(answer(text))
            # A reset ends the reading, and with it the sleep of whoever is gone.
            await asyncio.wait({answering, reading}, return_when=asyncio.FIRST_COMPLETED)
            if reading.done() and reading.exception():
                answering.cancel()
                raise reading.exception()
            writer.write(await answering)
            await writer.drain()
    finally:
        leave.cancel()
        if not leaving.is_set():
            reading.cancel()
        else:
            await stop(reading)


async def stop(task):
    task.cancel()
    try:
        await task
    except (asyncio.CancelledError, OSError):
        pass


async def read_lines(reader, lines, leaving):
    rest = b""
    while chunk := await reader.read(65536):
        if leaving.is_set():
            continue  # read and dropped
        *whole, rest = (rest + chunk).split(b"\n")
        for line in whole:
            lines.put_nowait(line.removesuffix(b"\r"))
    lines.put_nowait(None)


async def answer(line):
    if line == b"ping":
        return b"pong\n"
    match = re.fullmatch(rb"sleep (\d+)", line)
    if not match or int(match[1]) > MAX_SLEEP_MS:
        return b"error unknown command\n"
    await asyncio.sleep(int(match[1]) / 1000)
    return b"slept %d\n" % int(match[1])


asyncio.run(main())
sys.exit(0)

# Two threads a client: one reads, and so hears at once when the client has gone; the other answers.
# Python lets only one thread compute at a time, but takes the processor from it every 5 ms: a ping
# waits for a few of those.

import math
import os
import queue
import re
import socketserver
import threading

PIECE = 500_000
COMMAND = re.compile(rb'(?:(ping)|(sleep|primes) ([0-9]{1,12}))\r?')


class Gone(Exception):
    """The client is gone."""


class Many(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        self.gone = threading.Event()
        self.asked: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        answering = threading.Thread(target=self.answer_all)
        answering.start()
        try:
            for line in self.rfile:
                if line.endswith(b'\n'):
                    self.asked.put(line[:-1])
        except ConnectionError:
            self.gone.set()
        self.asked.put(None)
        answering.join()

    def answer_all(self) -> None:
        try:
            while (line := self.asked.get()) is not None:
                self.wfile.write(self.answer(line) + b'\n')
        except (Gone, ConnectionError):
            pass

    def answer(self, line: bytes) -> bytes:
        command = COMMAND.fullmatch(line)
        if not command:
            return b'error what?'
        if command[1]:
            return b'pong'
        number = int(command[3])
        if command[2] == b'sleep' and number <= 60_000:
            if self.gone.wait(number / 1000):
                raise Gone
            return b'slept %d' % number
        if command[2] == b'primes' and number <= 50_000_000:
            return b'primes %d' % self.count(number)
        return b'error too much'

    def count(self, n: int) -> int:
        small = [p for p in range(2, math.isqrt(n) + 1) if all(p % q for q in range(2, math.isqrt(p) + 1))]
        found = 0
        for start in range(2, n, PIECE):
            if self.gone.is_set():
                raise Gone
            end = min(start + PIECE, n)
            piece = bytearray(b'\1') * (end - start)
            for p in small:
                first = max(p * p, -(-start // p) * p) - start
                if first < len(piece):
                    piece[first::p] = bytes(len(range(first, len(piece), p)))
            found += sum(piece)
        return found


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 512

    def handle_error(self, *_: object) -> None:
        pass


Server((os.environ['HOST'], int(os.environ['PORT'])), Many).serve_forever()

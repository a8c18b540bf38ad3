# An event loop by hand: the time that select() may sleep is the time to the next deadline. Nothing
# is a timer; all deadlines are numbers.
import os
import selectors
import socket
import time

IDLE = int(os.environ.get("IDLE_MS", 60_000)) / 1000
LINE = int(os.environ.get("LINE_MS", 10_000)) / 1000
MAX_CONNECTIONS = int(os.environ.get("MAX_CONNECTIONS", 1000))
MAX_LINE_BYTES = 65_536
NEVER = float("inf")

listener = socket.create_server((os.environ["HOST"], int(os.environ["PORT"])), backlog=511)
listener.setblocking(False)
selector = selectors.DefaultSelector()
selector.register(listener, selectors.EVENT_READ, None)
clients = set()


class Client:
    def __init__(self, connection):
        self.connection = connection
        self.count = 0
        self.rest = b""
        self.out = b""
        self.told = self.fin = False  # told to go; our FIN is out
        self.ended = False  # its FIN has come
        self.idle_at = time.monotonic() + IDLE
        self.line_at = self.gone_at = NEVER
        connection.setblocking(False)
        selector.register(connection, selectors.EVENT_READ, self)
        full = sum(not client.told for client in clients) >= MAX_CONNECTIONS
        clients.add(self)
        if full:
            self.tell_to_go(b"error busy\n")

    def deadline(self):
        return self.gone_at if self.told else min(self.idle_at, self.line_at)

    def ring(self):
        if self.told:
            self.close()
        else:
            self.tell_to_go(b"error timeout\n")

    def read(self):
        try:
            chunk = self.connection.recv(65_536)
        except BlockingIOError:
            return
        except OSError:
            return self.close()
        if not chunk:
            self.ended = True
            if not self.told and self.rest:
                self.answer(self.rest)
            self.told, self.gone_at = True, min(self.gone_at, time.monotonic() + IDLE)
            return self.write()
        if self.told:
            return
        self.idle_at = time.monotonic() + IDLE
        *lines, self.rest = (self.rest + chunk).split(b"\n")
        if lines:
            self.line_at = NEVER
        for line in lines:
            if len(line) > MAX_LINE_BYTES:
                return self.tell_to_go(b"error line too long\n")
            self.answer(line)
        if len(self.rest) > MAX_LINE_BYTES:
            return self.tell_to_go(b"error line too long\n")
        if self.rest:
            self.line_at = min(self.line_at, time.monotonic() + LINE)
        self.write()

    def answer(self, line):
        self.count += 1
        self.out += b"%d %s\n" % (self.count, line[:-1] if line.endswith(b"\r") else line)

    def tell_to_go(self, why):
        self.out += why
        self.rest = b""
        self.told, self.gone_at = True, time.monotonic() + IDLE
        self.write()

    def write(self):
        try:
            while self.out:
                self.out = self.out[self.connection.send(self.out) :]
        except BlockingIOError:
            pass
        except OSError:
            return self.close()
        if self.told and not self.out and not self.fin:
            self.fin = True
            try:
                self.connection.shutdown(socket.SHUT_WR)
            except OSError:
                return self.close()
        if self.fin and self.ended:
            return self.close()
        wanted = (0 if self.ended else selectors.EVENT_READ) | (selectors.EVENT_WRITE if self.out else 0)
        if wanted:
            selector.modify(self.connection, wanted, self)

    def close(self):
        if self in clients:
            clients.discard(self)
            selector.unregister(self.connection)
            self.connection.close()


def accept():
    try:
        Client(listener.accept()[0])
    except OSError:
        pass


while True:
    next_at = min((client.deadline() for client in clients), default=NEVER)
    timeout = None if next_at == NEVER else max(0, next_at - time.monotonic())
    for key, events in selector.select(timeout):
        if key.data is None:
            accept()
        elif key.data in clients:
            if events & selectors.EVENT_READ:
                key.data.read()
            if events & selectors.EVENT_WRITE and key.data in clients:
                key.data.write()
    now = time.monotonic()
    for client in [client for client in clients if client.deadline() <= now]:
        client.ring()

# A process for each client, as servers were for decades. The parent only listens, and hands the
# signal on; a child that sleeps for its client does not hear it before its answer is out.
import os
import re
import select
import signal
import socket
import sys
import time

MAX_SLEEP_MS = 60_000
children = set()
leaving_since = None


def main():
    global leaving_since
    listener = socket.create_server((os.environ["HOST"], int(os.environ["PORT"])))
    grace = int(os.environ.get("GRACE_MS", 5000)) / 1000
    # Signals arrive as bytes of this pipe, so that select() can wait for them as it waits for
    # sockets.
    woken, wake = os.pipe()
    os.set_blocking(wake, False)
    signal.set_wakeup_fd(wake)
    signal.signal(signal.SIGTERM, lambda *_: None)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    while True:
        left = None if leaving_since is None else max(0, leaving_since + grace - time.monotonic())
        sources = [woken] if leaving_since is not None else [woken, listener]
        ready, _, _ = select.select(sources, [], [], left)
        if not ready:
            give_up()
        if woken in ready:
            on_signals(os.read(woken, 512), listener)
        if listener in ready and leaving_since is None:
            serve_in_child(listener, woken, wake)
        if leaving_since is not None and not children:
            sys.exit(0)


def on_signals(numbers, listener):
    global leaving_since
    for number in numbers:
        if number == signal.SIGTERM:
            if leaving_since is not None:
                give_up()
            leaving_since = time.monotonic()
            listener.close()
            for pid in children:
                os.kill(pid, signal.SIGTERM)
    while children:
        pid, _ = os.waitpid(-1, os.WNOHANG)
        if pid == 0:
            break
        children.discard(pid)


def give_up():
    for pid in children:
        os.kill(pid, signal.SIGKILL)
    sys.exit(1)


def serve_in_child(listener, woken, wake):
    client, _ = listener.accept()
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
    pid = os.fork()
    if pid > 0:
        children.add(pid)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})
        client.close()
        return
    listener.close()
    os.close(woken)
    os.close(wake)
    try:
        Child(client).run()
    except OSError:
        pass  # a reset
    os._exit(0)


class Child:
    def __init__(self, client):
        self.client = client
        self.rest = b""
        self.lines = []
        self.ended = False
        self.leaving = False
        self.pipe = os.pipe()
        os.set_blocking(self.pipe[1], False)
        signal.set_wakeup_fd(self.pipe[1])
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.signal(signal.SIGTERM, self.on_signal)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})

    def on_signal(self, *_):
        self.leaving = True

    def run(self):
        while True:
            while self.lines:
                self.client.sendall(self.answer(self.lines.pop(0)))
            if self.ended or self.leaving:
                break
            self.wait(None)
        self.client.shutdown(socket.SHUT_WR)
        while self.client.recv(65536):
            pass

    def wait(self, seconds):
        """Reads what comes, for so long at most; a signal ends it as well."""
        sources = [self.pipe[0]] + ([] if self.ended else [self.client])
        ready, _, _ = select.select(sources, [], [], seconds)
        if self.pipe[0] in ready:
            os.read(self.pipe[0], 512)
        if self.client not in ready:
            return
        chunk = self.client.recv(65536)
        self.ended = chunk == b""
        if self.leaving:
            return  # read and dropped
        *whole, self.rest = (self.rest + chunk).split(b"\n")
        self.lines += [line.removesuffix(b"\r") for line in whole]

    def answer(self, line):
        if line == b"ping":
            return b"pong\n"
        match = re.fullmatch(rb"sleep (\d+)", line)
        if not match or int(match[1]) > MAX_SLEEP_MS:
            return b"error unknown command\n"
        until = time.monotonic() + int(match[1]) / 1000
        while (left := until - time.monotonic()) > 0:
            self.wait(left)
        return b"slept %d\n" % int(match[1])


main()

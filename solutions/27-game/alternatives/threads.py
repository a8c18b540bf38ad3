# A thread for each client, one that ticks, and one lock around the arena. The ticking thread must
# never wait for a client: it sends without blocking, and keeps what is left of a frame for the next
# tick.
import os
import secrets
import socket
import socketserver
import struct
import threading
import time

SIZE = 64
JOIN, MOVE, LEAVE, REJOIN = 1, 2, 3, 4
WELCOME, SNAPSHOT, ERROR = 128, 129, 130
STEPS = [(0, -1), (1, 0), (0, 1), (-1, 0)]
TICK_MS = int(os.environ.get("TICK_MS", 50))
REJOIN_SECONDS = int(os.environ.get("REJOIN_MS", 5000)) / 1000

lock = threading.Lock()
players = {}  # token: Player; those who are away as well
coin = (secrets.randbelow(SIZE), secrets.randbelow(SIZE))
ids = 0


class Refusal(Exception):
    pass


class Player:
    def __init__(self, name):
        global ids
        taken = {player.id for player in players.values()}
        ids = next(n % 65536 for n in range(ids + 1, ids + 65538) if n % 65536 not in taken)
        self.id, self.name, self.token = ids, name, secrets.token_bytes(16)
        self.cell, self.score, self.wish = free_cell(), 0, None
        self.client = None  # None while the player is away
        self.left_at = 0.0


def arena():
    return [player for player in players.values() if player.client]


def forget():
    """Those who have been away for too long."""
    for player in list(players.values()):
        if not player.client and time.monotonic() > player.left_at + REJOIN_SECONDS:
            del players[player.token]


def is_free(cell):
    return cell != coin and all(player.cell != cell for player in arena())


def free_cell():
    while True:
        cell = (secrets.randbelow(SIZE), secrets.randbelow(SIZE))
        if is_free(cell):
            return cell


def frame(kind, body):
    return struct.pack(">IB", 1 + len(body), kind) + body


def step(player):
    global coin
    if player.wish is None:
        return
    (x, y), (dx, dy) = player.cell, STEPS[player.wish]
    player.wish, to = None, (x + dx, y + dy)
    if not all(0 <= each < SIZE for each in to) or any(other.cell == to for other in arena()):
        return
    player.cell = to
    if coin == to:
        player.score += 1
        coin = free_cell()


def keep_time():
    tick, due = 0, time.monotonic()
    while True:
        due += TICK_MS / 1000
        time.sleep(max(0, due - time.monotonic()))
        tick += 1
        with lock:
            forget()
            for player in arena():
                step(player)
            here = arena()
            body = struct.pack(">IHHH", tick, *coin, len(here))
            for one in here:
                body += struct.pack(">HHHHB", one.id, *one.cell, one.score, len(one.name)) + one.name
            for player in here:
                player.client.offer(frame(SNAPSHOT, body))


class Client(socketserver.BaseRequestHandler):
    def handle(self):
        self.request.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.player, self.rest = None, b""
        last = b""
        try:
            stream = self.request.makefile("rb")
            while self.obey(stream):
                pass
        except Refusal as error:
            last = frame(ERROR, str(error).encode())
        except OSError:
            pass  # a reset
        self.lose()
        self.end_after(last)

    def obey(self, stream):
        header = stream.read(4)
        if len(header) < 4:
            return False
        (length,) = struct.unpack(">I", header)
        if not 1 <= length <= 256:
            raise Refusal("bad length")
        data = stream.read(length)
        if len(data) < length:
            return False
        kind, body = data[0], data[1:]
        with lock:
            if kind == JOIN and not self.player:
                if not body or any(not 0x21 <= byte <= 0x7E for byte in body):
                    raise Refusal("bad name")
                self.welcome(Player(body))
            elif kind == REJOIN and not self.player:
                forget()
                if body not in players:
                    raise Refusal("unknown token")
                player = players[body]
                if not player.client and not is_free(player.cell):
                    player.cell = free_cell()
                self.welcome(player)
            elif kind == MOVE and self.player and len(body) == 1 and body[0] < len(STEPS):
                self.player.wish = body[0]
            elif kind == LEAVE and self.player and not body:
                players.pop(self.player.token, None)
                self.player.client = None
                self.player = None
                return False
            else:
                raise Refusal("bad frame")
        return True

    def welcome(self, player):
        if player.client:
            player.client.hang_up()
        self.player, player.client = player, self
        players[player.token] = player
        self.offer(frame(WELCOME, struct.pack(">H16sH", player.id, player.token, TICK_MS)))

    def offer(self, data):
        """Sends a frame if everything before it is gone, as much of it as the kernel takes."""
        try:
            if self.rest:
                self.rest = self.rest[self.request.send(self.rest, socket.MSG_DONTWAIT) :]
            if not self.rest:
                self.rest = data
                self.rest = data[self.request.send(data, socket.MSG_DONTWAIT) :]
        except OSError:
            pass  # the kernel holds no more for it, or it is gone: its own thread hears of that

    def hang_up(self):
        try:
            self.request.shutdown(socket.SHUT_RDWR)  # its own thread reads the end
        except OSError:
            pass

    def lose(self):
        with lock:
            if self.player and self.player.client is self:
                self.player.client, self.player.wish = None, None
                self.player.left_at = time.monotonic()

    def end_after(self, last):
        """FIN, after what is left; then reads to the end, so that no RST destroys it."""
        try:
            self.request.sendall(self.rest + last)
            self.request.shutdown(socket.SHUT_WR)
            while self.request.recv(65536):
                pass
        except OSError:
            pass


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address, daemon_threads, request_queue_size = True, True, 512


server = Server((os.environ.get("HOST", "127.0.0.1"), int(os.environ.get("PORT", 4000))), Client)
threading.Thread(target=keep_time, daemon=True).start()
server.serve_forever()

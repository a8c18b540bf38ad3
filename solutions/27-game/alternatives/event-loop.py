# The same with asyncio, which turns Nagle's algorithm off by itself. A transport says how much waits in it.
import asyncio
import os
import secrets
import struct

SIZE = 64
STEPS = [(0, -1), (1, 0), (0, 1), (-1, 0)]
HOST = os.environ.get("HOST", "127.0.0.1")
PORT = int(os.environ.get("PORT", 4000))
TICK = int(os.environ.get("TICK_MS", 50)) / 1000
REJOIN = int(os.environ.get("REJOIN_MS", 5000)) / 1000


class Player:
    def __init__(self, id, name):
        self.id, self.name, self.token = id, name, secrets.token_bytes(16)
        self.cell, self.score, self.wish = free_cell(), 0, None
        self.client, self.forgetting = None, None


players = {}  # by token
coin = (secrets.randbelow(SIZE), secrets.randbelow(SIZE))
ids = 0
tick = 0


def in_arena():
    return [player for player in players.values() if player.client]


def is_free(cell):
    return cell != coin and all(player.cell != cell for player in in_arena())


def free_cell():
    while True:
        cell = (secrets.randbelow(SIZE), secrets.randbelow(SIZE))
        if is_free(cell):
            return cell


def step(player):
    global coin
    if player.wish is None:
        return
    dx, dy = STEPS[player.wish]
    player.wish = None
    x, y = player.cell[0] + dx, player.cell[1] + dy
    if not (0 <= x < SIZE and 0 <= y < SIZE) or any(other.cell == (x, y) for other in in_arena()):
        return
    player.cell = (x, y)
    if player.cell == coin:
        player.score += 1
        coin = free_cell()


def play():
    global tick
    tick += 1
    here = in_arena()
    for player in here:
        step(player)
    parts = [struct.pack(">IHHH", tick, *coin, len(here))]
    for player in here:
        parts.append(struct.pack(">HHHHB", player.id, *player.cell, player.score, len(player.name)) + player.name)
    snapshot = frame(129, b"".join(parts))
    for player in here:
        if player.client.transport.get_write_buffer_size() == 0:
            player.client.transport.write(snapshot)


def frame(type, body=b""):
    return struct.pack(">IB", 1 + len(body), type) + body


class Refusal(Exception):
    pass


class Client(asyncio.Protocol):
    def connection_made(self, transport):
        self.transport, self.rest, self.player, self.over = transport, b"", None, False

    def data_received(self, data):
        if self.over:
            return
        self.rest += data
        try:
            while not self.over and self.take_frame():
                pass
        except Refusal as refusal:
            self.hang_up(frame(130, str(refusal).encode()))

    def eof_received(self):
        self.lose()

    def connection_lost(self, error):
        self.lose()

    def take_frame(self):
        if len(self.rest) < 4:
            return False
        (length,) = struct.unpack_from(">I", self.rest)
        if not 1 <= length <= 256:
            raise Refusal("bad length")
        if len(self.rest) < 4 + length:
            return False
        type, body = self.rest[4], self.rest[5 : 4 + length]
        self.rest = self.rest[4 + length :]
        self.obey(type, body)
        return True

    def obey(self, type, body):
        global ids
        if type == 1 and not self.player:
            if not body or not all(0x21 <= byte <= 0x7E for byte in body):
                raise Refusal("bad name")
            ids += 1
            self.welcome(Player(ids % 65536, body))
        elif type == 4 and not self.player:
            player = players.get(body)
            if not player:
                raise Refusal("unknown token")
            if not player.client and not is_free(player.cell):
                player.cell = free_cell()
            self.welcome(player)
        elif type == 2 and self.player and len(body) == 1 and body[0] < 4:
            self.player.wish = body[0]
        elif type == 3 and self.player and not body:
            self.hang_up()
            players.pop(self.player.token, None)
        else:
            raise Refusal("bad frame")

    def welcome(self, player):
        if player.forgetting:
            player.forgetting.cancel()
        if player.client:
            player.client.transport.close()
        players[player.token] = player
        self.player, player.client = player, self
        self.transport.write(frame(128, struct.pack(">H16sH", player.id, player.token, round(TICK * 1000))))

    def hang_up(self, last=b""):
        self.over = True
        self.lose()
        if last:
            self.transport.write(last)
        self.transport.write_eof()  # and reads on until the client has ended, too

    def lose(self):
        player = self.player
        if not player or player.client is not self:
            return
        player.client, player.wish = None, None
        player.forgetting = asyncio.get_running_loop().call_later(REJOIN, players.pop, player.token, None)


async def main():
    loop = asyncio.get_running_loop()
    await loop.create_server(Client, HOST, PORT)
    due = loop.time()
    while True:
        if due <= loop.time():
            play()
            due += TICK
        await asyncio.sleep(max(0, due - loop.time()))  # also if it is late: others want to run


asyncio.run(main())

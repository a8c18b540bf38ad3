# A thread for each client, and one lock around the keys. Python's buffered file has readline() and
# read(n) ready, so the parser reads as the protocol does; values are bytes from end to end.
import os
import re
import socketserver
import threading
import time

MAX_LINE = 64 * 1024
MAX_BULK = 512 * 1024 * 1024
INT64 = 2**63
SYNTAX = "ERR syntax error"
NOT_AN_INTEGER = "ERR value is not an integer or out of range"
WRONG_TYPE = "WRONGTYPE Operation against a key holding the wrong kind of value"
WORD = re.compile(rb'"((?:\\.|[^"\\])*)"(?!\S)|\'((?:\\\'|[^\'])*)\'(?!\S)|[^\s"\']+', re.S)
NEVER = float("inf")


class Refusal(Exception):
    pass


class ProtocolError(Exception):
    pass


class Status(str):
    pass


entries = {}  # key: [value, moment of expiry]
lock = threading.Lock()


def find(key):
    entry = entries.get(key)
    if entry and entry[1] <= time.monotonic():
        del entries[key]
        return None
    return entry


def value_at(key, kind):
    entry = find(key)
    if entry and not isinstance(entry[0], kind):
        raise Refusal(WRONG_TYPE)
    return entry[0] if entry else None


def update(key, value):
    entry = find(key)
    entries[key] = [value, entry[1] if entry else NEVER]
    return value


def integer(text):
    if not re.fullmatch(rb"0|-?[1-9][0-9]{0,18}", text) or not -INT64 <= int(text) < INT64:
        raise Refusal(NOT_AN_INTEGER)
    return int(text)


def moment(text, unit, command, least=-INT64):
    ms = integer(text) * unit
    if ms < least or not -INT64 <= ms + time.time() * 1000 < INT64:
        raise Refusal(f"ERR invalid expire time in '{command}' command")
    return time.monotonic() + ms / 1000


def pairs(args, command):
    if len(args) % 2:
        raise Refusal(f"ERR wrong number of arguments for '{command}' command")
    return list(zip(args[::2], args[1::2]))


def set_(key, value, *options):
    asked, expires, rest = set(), NEVER, list(options)
    while rest:
        option = rest.pop(0).upper()
        if option in (b"EX", b"PX") and rest and expires == NEVER:
            expires = moment(rest.pop(0), 1000 if option == b"EX" else 1, "set", 1)
        elif option in (b"NX", b"XX", b"GET"):
            asked.add(option)
        else:
            raise Refusal(SYNTAX)
    if {b"NX", b"XX"} <= asked:
        raise Refusal(SYNTAX)
    old = value_at(key, bytes) if b"GET" in asked else None
    if (b"NX" if find(key) else b"XX") in asked:
        return old
    entries[key] = [value, expires]
    return old if b"GET" in asked else Status("OK")


def mset(*args):
    for key, value in pairs(args, "mset"):
        entries[key] = [value, NEVER]
    return Status("OK")


def add(key, amount):
    value = value_at(key, bytes)
    total = integer(b"0" if value is None else value) + amount
    if not -INT64 <= total < INT64:
        raise Refusal("ERR increment or decrement would overflow")
    update(key, b"%d" % total)
    return total


def delete(*keys):
    return sum(entries.pop(key, None) is not None for key in keys if find(key))


def kind_of(key):
    kinds = {bytes: "string", list: "list", dict: "hash"}
    entry = find(key)
    return Status(kinds[type(entry[0])] if entry else "none")


def keys(glob):
    """Turns the pattern into a regular expression, in which sets are written much the same."""

    def one(match):
        token = match[0]
        if token == b"*":
            return b".*"
        if token == b"?":
            return b"."
        if token.startswith(b"[") and len(token) > 1:
            return b"[" + token[1:].replace(b"[", b"\\[")
        return re.escape(token[-1:])

    source = re.sub(rb"\[(?:\\.|[^\]])*\]|\\?.", one, glob, flags=re.S)
    return [key for key in list(entries) if re.fullmatch(source, key, re.S) and find(key)]


def expire(key, at):
    entry = find(key)
    if entry:
        entry[1] = at
    return int(entry is not None)


def persist(key):
    entry = find(key)
    if not entry or entry[1] == NEVER:
        return 0
    entry[1] = NEVER
    return 1


def left(key, unit):
    entry = find(key)
    if not entry:
        return -2
    return -1 if entry[1] == NEVER else int((entry[1] - time.monotonic()) * unit)


def push(key, values, at_front):
    items = value_at(key, list)
    items = update(key, []) if items is None else items
    if at_front:
        items[:0] = reversed(values)
    else:
        items.extend(values)
    return len(items)


def pop(key, at):
    items = value_at(key, list)
    if not items:
        return None
    value = items.pop(at)
    if not items:
        del entries[key]
    return value


def lrange(key, first, last):
    first, last = integer(first), integer(last)
    items = value_at(key, list) or []
    first = max(0, first + len(items)) if first < 0 else first
    last = last + len(items) if last < 0 else last
    return items[first : max(0, last + 1)]


def hset(key, *args):
    fields = pairs(args, "hset")
    items = value_at(key, dict)
    items = update(key, {}) if items is None else items
    before = len(items)
    items.update(fields)
    return len(items) - before


def hdel(key, *fields):
    items = value_at(key, dict) or {}
    count = sum(items.pop(field, None) is not None for field in fields)
    if not items and find(key):
        del entries[key]
    return count


def flushall(*_):
    entries.clear()
    return Status("OK")


def select(index):
    if integer(index) != 0:
        raise Refusal("ERR DB index is out of range")
    return Status("OK")


def client(verb, *_):
    if verb.lower() not in (b"setname", b"setinfo"):
        raise Refusal(f"ERR unknown subcommand '{verb.decode('latin1')}'")
    return Status("OK")


def text_at(key):
    entry = find(key)
    return entry[0] if entry and isinstance(entry[0], bytes) else None


MANY = 10**9
COMMANDS = {
    b"ping": (0, 1, lambda *message: message[0] if message else Status("PONG")),
    b"echo": (1, 1, lambda message: message),
    b"select": (1, 1, select),
    b"client": (1, MANY, client),
    b"command": (0, MANY, lambda *_: []),
    b"info": (0, MANY, lambda *_: b"# Server\r\nredis_version:7.0.0\r\n"),
    b"get": (1, 1, lambda key: value_at(key, bytes)),
    b"set": (2, MANY, set_),
    b"mget": (1, MANY, lambda *keys: [text_at(key) for key in keys]),
    b"mset": (2, MANY, mset),
    b"append": (2, 2, lambda key, more: len(update(key, (value_at(key, bytes) or b"") + more))),
    b"strlen": (1, 1, lambda key: len(value_at(key, bytes) or b"")),
    b"incr": (1, 1, lambda key: add(key, 1)),
    b"decr": (1, 1, lambda key: add(key, -1)),
    b"incrby": (2, 2, lambda key, amount: add(key, integer(amount))),
    b"del": (1, MANY, delete),
    b"exists": (1, MANY, lambda *keys: sum(find(key) is not None for key in keys)),
    b"type": (1, 1, kind_of),
    b"keys": (1, 1, keys),
    b"dbsize": (0, 0, lambda: len(entries)),
    b"flushall": (0, 1, flushall),
    b"expire": (2, 2, lambda key, seconds: expire(key, moment(seconds, 1000, "expire"))),
    b"pexpire": (2, 2, lambda key, ms: expire(key, moment(ms, 1, "pexpire"))),
    b"ttl": (1, 1, lambda key: left(key, 1)),
    b"pttl": (1, 1, lambda key: left(key, 1000)),
    b"persist": (1, 1, persist),
    b"lpush": (2, MANY, lambda key, *values: push(key, values, True)),
    b"rpush": (2, MANY, lambda key, *values: push(key, values, False)),
    b"lpop": (1, 1, lambda key: pop(key, 0)),
    b"rpop": (1, 1, lambda key: pop(key, -1)),
    b"llen": (1, 1, lambda key: len(value_at(key, list) or [])),
    b"lrange": (3, 3, lrange),
    b"hset": (3, MANY, hset),
    b"hget": (2, 2, lambda key, field: (value_at(key, dict) or {}).get(field)),
    b"hgetall": (1, 1, lambda key: value_at(key, dict) or {}),
    b"hdel": (2, MANY, hdel),
}


class Client(socketserver.StreamRequestHandler):
    disable_nagle_algorithm = True
    wbufsize = 64 * 1024

    def handle(self):
        self.protocol = 2
        try:
            while (request := self.request_words()) is not None:
                if not request:
                    continue
                self.wfile.write(self.encode(self.answer_to(request)))
                if request[0].lower() == b"quit":
                    break
                if self.rfile.is_empty():
                    self.wfile.flush()
            self.wfile.flush()
        except ProtocolError as error:
            self.wfile.write(f"-ERR Protocol error: {error}\r\n".encode("latin1"))
            self.wfile.flush()
        except OSError:
            pass  # A reset: nobody is left to tell.

    def setup(self):
        super().setup()
        self.rfile = Input(self.connection)

    def finish(self):
        try:
            super().finish()
        except OSError:
            pass

    def request_words(self):
        head = self.rfile.line()
        if head is None or not head.startswith(b"*"):
            return None if head is None else words(head)
        request = []
        for _ in range(length_in(head, -INT64, 2**31 - 1, "multibulk")):
            head = self.rfile.line()
            if head is None:
                return None
            if not head.startswith(b"$"):
                raise ProtocolError(f"expected '$', got '{head[:1].decode('latin1')}'")
            word = self.rfile.take(length_in(head, 0, MAX_BULK, "bulk"))
            if word is None:
                return None
            request.append(word)
        return request

    def answer_to(self, request):
        name, *args = request
        if name.lower() == b"quit":
            return Status("OK")
        if name.lower() == b"hello":
            return self.hello(*args)
        try:
            if name.lower() not in COMMANDS:
                raise Refusal(f"ERR unknown command '{name.decode('latin1')}'")
            least, most, run = COMMANDS[name.lower()]
            if not least <= len(args) <= most:
                raise Refusal(f"ERR wrong number of arguments for '{name.decode().lower()}' command")
            with lock:
                return run(*args)
        except Refusal as refusal:
            return refusal

    def hello(self, version=None, *_):
        if version is not None and not version.isdigit():
            return Refusal("ERR Protocol version is not an integer or out of range")
        if version not in (None, b"2", b"3"):
            return Refusal("NOPROTO unsupported protocol version")
        self.protocol = int(version or self.protocol)
        about = {b"server": b"redis", b"version": b"7.0.0", b"proto": self.protocol, b"id": 1}
        return {**about, b"mode": b"standalone", b"role": b"master", b"modules": []}

    def encode(self, reply):
        if isinstance(reply, Refusal):
            return b"-%s\r\n" % re.sub("[\r\n]", " ", str(reply)).encode("latin1")
        if isinstance(reply, Status):
            return b"+%s\r\n" % reply.encode()
        if isinstance(reply, int):
            return b":%d\r\n" % reply
        if reply is None:
            return b"_\r\n" if self.protocol == 3 else b"$-1\r\n"
        if isinstance(reply, bytes):
            return b"$%d\r\n%s\r\n" % (len(reply), reply)
        if isinstance(reply, list):
            return b"*%d\r\n%s" % (len(reply), b"".join(map(self.encode, reply)))
        flat = b"".join(self.encode(each) for pair in reply.items() for each in pair)
        if self.protocol == 3:
            return b"%%%d\r\n%s" % (len(reply), flat)
        return b"*%d\r\n%s" % (len(reply) * 2, flat)


class Input:
    """What a socket receives, as lines and as lengths."""

    def __init__(self, connection):
        self.connection = connection
        self.unread = bytearray()
        self.at = 0

    def more(self):
        if self.at:
            del self.unread[: self.at]
            self.at = 0
        chunk = self.connection.recv(256 * 1024)
        self.unread += chunk
        return len(chunk) > 0

    def line(self):
        while (end := self.unread.find(b"\n", self.at)) < 0:
            if len(self.unread) - self.at > MAX_LINE:
                raise ProtocolError("too big inline request")
            if not self.more():
                return None
        text = bytes(self.unread[self.at : end])
        self.at = end + 1
        return text[:-1] if text.endswith(b"\r") else text

    def take(self, length):
        while len(self.unread) - self.at < length + 2:
            if not self.more():
                return None
        text = bytes(self.unread[self.at : self.at + length])
        self.at += length + 2
        return text

    def is_empty(self):
        return self.at == len(self.unread)

    def close(self):
        pass


def length_in(head, least, most, what):
    length = int(head[1:]) if re.fullmatch(rb".-?[0-9]{1,10}", head) else None
    if length is None or not least <= length <= most:
        raise ProtocolError(f"invalid {what} length")
    return length


def words(line):
    if WORD.sub(b"", line).strip():
        raise ProtocolError("unbalanced quotes in request")
    return [unquoted(match) for match in WORD.finditer(line)]


def unquoted(match):
    if match[1] is not None:
        special = {b"n": b"\n", b"r": b"\r", b"t": b"\t"}
        escape = lambda code: bytes([int(code[1][1:], 16)]) if len(code[1]) == 3 else special.get(code[1], code[1])
        return re.sub(rb"\\(x[0-9a-fA-F]{2}|.)", escape, match[1], flags=re.S)
    return match[0] if match[2] is None else match[2].replace(b"\\'", b"'")


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 128


with Server((os.environ["HOST"], int(os.environ["PORT"])), Client) as server:
    server.serve_forever()

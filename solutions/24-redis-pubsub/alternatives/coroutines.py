# Coroutines: each client has one that reads and one that obeys, so that it is noticed who leaves while
# blocked. BLPOP awaits a future, which whoever pushes resolves. There is one thread, and no lock.
import asyncio
import os
import re
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
channels = {}  # name: clients, in the order in which they came (a dict is an ordered set)
patterns = {}
watchers = {}
waiters = {}  # key: futures of those who wait
grown = []  # keys of lists to which something was added

MAX_UNREAD = 32 * 1024 * 1024
ALLOWED = (b"subscribe", b"unsubscribe", b"psubscribe", b"punsubscribe", b"ping", b"quit")
NEVER_QUEUED = (b"multi", b"exec", b"discard", b"watch", b"quit")
NIL_ARRAY = ("nil array",)


class Push(list):
    pass


def join(table, name, member):
    table.setdefault(name, {})[member] = True


def part(table, name, member):
    members = table.get(name, {})
    members.pop(member, None)
    if not members:
        table.pop(name, None)


def touch(key):
    for client in watchers.get(key, ()):
        client.stale = True


def find(key):
    entry = entries.get(key)
    if entry and entry[1] <= time.monotonic():
        del entries[key]
        touch(key)
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
    touch(key)
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
    touch(key)
    return old if b"GET" in asked else Status("OK")


def mset(*args):
    for key, value in pairs(args, "mset"):
        entries[key] = [value, NEVER]
        touch(key)
    return Status("OK")


def add(key, amount):
    value = value_at(key, bytes)
    total = integer(b"0" if value is None else value) + amount
    if not -INT64 <= total < INT64:
        raise Refusal("ERR increment or decrement would overflow")
    update(key, b"%d" % total)
    return total


def delete(*keys):
    count = 0
    for key in keys:
        if find(key):
            del entries[key]
            touch(key)
            count += 1
    return count


def kind_of(key):
    kinds = {bytes: "string", list: "list", dict: "hash"}
    entry = find(key)
    return Status(kinds[type(entry[0])] if entry else "none")


def matcher(glob):
    """The pattern as a regular expression, in which sets are written much the same."""

    def one(match):
        token = match[0]
        if token in (b"*", b"?"):
            return b".*" if token == b"*" else b"."
        if token.startswith(b"[") and len(token) > 1:
            return b"[" + token[1:].replace(b"[", b"\\[")
        return re.escape(token[-1:])

    source = re.sub(rb"\[(?:\\.|[^\]])*\]|\\?.", one, glob, flags=re.S)
    return lambda text: re.fullmatch(source, text, re.S) is not None


def keys(glob):
    return [key for key in filter(matcher(glob), list(entries)) if find(key)]


def publish(channel, message):
    told = [(client, [b"message", channel, message]) for client in channels.get(channel, ())]
    for pattern, clients in patterns.items():
        if matcher(pattern)(channel):
            told += [(client, [b"pmessage", pattern, channel, message]) for client in clients]
    for client, parts in told:
        client.send(Push(parts))
    return len(told)


def pubsub(word, *args):
    if word.lower() == b"numpat":
        return len(patterns)
    if word.lower() == b"channels":
        return list(filter(matcher(args[0] if args else b"*"), channels))
    if word.lower() == b"numsub":
        return [part for name in args for part in (name, len(channels.get(name, ())))]
    raise Refusal(f"ERR unknown subcommand '{word.decode('latin1')}'")


def serve_waiters():
    """Gives what was pushed to those who wait, the longest first."""
    while grown:
        key = grown.pop(0)
        for waiter in list(waiters.get(key, ())):
            entry = find(key)
            if not entry or not isinstance(entry[0], list):
                break
            waiter.stop()
            waiter.future.set_result([key, pop(key, waiter.at)])


class Waiter:
    def __init__(self, keys, at):
        self.keys, self.at = keys, at
        self.future = asyncio.get_running_loop().create_future()
        for key in keys:
            join(waiters, key, self)

    def stop(self):
        for key in self.keys:
            part(waiters, key, self)


def expire(key, at):
    entry = find(key)
    if entry:
        entry[1] = at
        touch(key)
    return int(entry is not None)


def persist(key):
    entry = find(key)
    if not entry or entry[1] == NEVER:
        return 0
    entry[1] = NEVER
    touch(key)
    return 1


def left(key, unit):
    entry = find(key)
    if not entry:
        return -2
    return -1 if entry[1] == NEVER else int((entry[1] - time.monotonic()) * unit)


def push(key, values, at_front):
    items = value_at(key, list)
    items = update(key, [] if items is None else items)
    grown.append(key)
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
    touch(key)
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
    items = update(key, {} if items is None else items)
    before = len(items)
    items.update(fields)
    return len(items) - before


def hdel(key, *fields):
    items = value_at(key, dict) or {}
    count = sum(items.pop(field, None) is not None for field in fields)
    if count:
        touch(key)
    if not items and find(key):
        del entries[key]
    return count


def flushall(*_):
    delete(*list(entries))
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
    b"publish": (2, 2, publish),
    b"pubsub": (1, MANY, pubsub),
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

# Those that are about the client itself.
OWN = {
    b"ping": (0, 1, lambda client, *message: client.ping(*message)),
    b"hello": (0, MANY, lambda client, *args: client.hello(*args)),
    b"quit": (0, MANY, lambda client, *_: client.quit()),
    b"subscribe": (1, MANY, lambda client, *names: client.subscribe(b"subscribe", names)),
    b"psubscribe": (1, MANY, lambda client, *names: client.subscribe(b"psubscribe", names)),
    b"unsubscribe": (0, MANY, lambda client, *names: client.subscribe(b"unsubscribe", names)),
    b"punsubscribe": (0, MANY, lambda client, *names: client.subscribe(b"punsubscribe", names)),
    b"multi": (0, 0, lambda client: client.multi()),
    b"exec": (0, 0, lambda client: client.exec()),
    b"discard": (0, 0, lambda client: client.discard()),
    b"watch": (1, MANY, lambda client, *keys: client.watch(keys)),
    b"unwatch": (0, 0, lambda client: client.unwatch()),
    b"blpop": (2, MANY, lambda client, *args: client.pop_or_wait(args, 0)),
    b"brpop": (2, MANY, lambda client, *args: client.pop_or_wait(args, -1)),
}


class Client:
    def __init__(self, reader, writer):
        self.input, self.writer = Input(reader), writer
        self.protocol, self.leaves = 2, False
        self.names = {b"subscribe": {}, b"psubscribe": {}}
        self.transaction, self.broken, self.watched, self.stale = None, False, set(), False
        self.requests = asyncio.Queue()

    async def serve(self):
        obeying = asyncio.create_task(self.obey())
        try:
            while (request := await self.request_words()) is not None:
                if request:
                    self.requests.put_nowait(request)
        except ProtocolError as error:
            self.requests.put_nowait(error)
            await obeying
        except OSError:
            pass  # A reset: nobody is left to tell.
        while not self.requests.empty() and not self.leaves and not self.is_blocked:
            await asyncio.sleep(0)  # What came ahead of the FIN is obeyed.
        obeying.cancel()
        self.forget()
        self.writer.close()

    is_blocked = False

    async def obey(self):
        while not self.leaves:
            request = await self.requests.get()
            if isinstance(request, ProtocolError):
                self.send(Refusal(f"ERR Protocol error: {request}"))
                break
            reply = self.answer_to(request)
            if isinstance(reply, tuple) and reply[0] == "wait":
                self.is_blocked = True
                reply = await self.wait(*reply[1:])
                self.is_blocked = False
            for each in reply if isinstance(reply, tuple) and reply != NIL_ARRAY else [reply]:
                self.send(each)
            serve_waiters()
        self.leaves = True
        self.forget()
        self.writer.close()

    def send(self, reply):
        transport = self.writer.transport
        if transport.is_closing():
            return
        self.writer.write(self.encode(reply))
        if self.count() and transport.get_write_buffer_size() > MAX_UNREAD:
            self.forget()
            transport.abort()

    def forget(self):
        for verb, table in ((b"subscribe", channels), (b"psubscribe", patterns)):
            for name in self.names[verb]:
                part(table, name, self)
            self.names[verb] = {}
        self.unwatch()

    async def request_words(self):
        head = await self.input.line()
        if head is None or not head.startswith(b"*"):
            return None if head is None else words(head)
        request = []
        for _ in range(length_in(head, -INT64, 2**31 - 1, "multibulk")):
            head = await self.input.line()
            if head is None:
                return None
            if not head.startswith(b"$"):
                raise ProtocolError(f"expected '$', got '{head[:1].decode('latin1')}'")
            word = await self.input.take(length_in(head, 0, MAX_BULK, "bulk"))
            if word is None:
                return None
            request.append(word)
        return request

    def answer_to(self, request):
        word, *args = request
        name = word.lower()
        least, most, run = OWN.get(name) or COMMANDS.get(name) or (0, -1, None)
        refusal = None
        if not run:
            refusal = Refusal(f"ERR unknown command '{word.decode('latin1')}'")
        elif not least <= len(args) <= most:
            refusal = Refusal(f"ERR wrong number of arguments for '{name.decode()}' command")
        elif self.protocol == 2 and self.count() and name not in ALLOWED:
            allowed = "(P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET"
            refusal = Refusal(
                f"ERR Can't execute '{name.decode()}': only {allowed} are allowed in this context"
            )
        if refusal:
            self.broken = True
            return refusal
        own = (self,) if name in OWN else ()
        if self.transaction is None or name in NEVER_QUEUED:
            return settle(run, *own, *args)
        self.transaction.append((run, *own, *args))
        return Status("QUEUED")

    def ping(self, message=None):
        if self.protocol == 2 and self.count():
            return [b"pong", message or b""]
        return Status("PONG") if message is None else message

    def quit(self):
        self.leaves = True
        return Status("OK")

    def count(self):
        return sum(map(len, self.names.values()))

    def subscribe(self, verb, names):
        kind = b"psubscribe" if verb.startswith(b"p") else b"subscribe"
        table, own = (patterns if kind == b"psubscribe" else channels), self.names[kind]
        pushes = []
        for name in names or list(own) or [None]:
            if verb == kind:
                own[name] = True
                join(table, name, self)
            else:
                own.pop(name, None)
                part(table, name, self)
            pushes.append(Push([verb, name, self.count()]))
        return tuple(pushes)

    def multi(self):
        if self.transaction is not None:
            raise Refusal("ERR MULTI calls can not be nested")
        self.transaction, self.broken = [], False
        return Status("OK")

    def exec(self):
        if self.transaction is None:
            raise Refusal("ERR EXEC without MULTI")
        for key in self.watched:
            find(key)
        stale, broken, queued = self.stale, self.broken, self.transaction
        self.unwatch()
        try:
            if broken:
                raise Refusal("EXECABORT Transaction discarded because of previous errors.")
            return NIL_ARRAY if stale else [settle(*each) for each in queued]
        finally:
            self.transaction = None

    def discard(self):
        if self.transaction is None:
            raise Refusal("ERR DISCARD without MULTI")
        self.transaction = None
        return self.unwatch()

    def watch(self, keys):
        if self.transaction is not None:
            raise Refusal("ERR WATCH inside MULTI is not allowed")
        for key in keys:
            find(key)
            self.watched.add(key)
            join(watchers, key, self)
        return Status("OK")

    def unwatch(self):
        for key in self.watched:
            part(watchers, key, self)
        self.watched, self.stale = set(), False
        return Status("OK")

    def pop_or_wait(self, args, at):
        *keys, timeout = args
        if not re.fullmatch(rb"-?[0-9]+(\.[0-9]+)?", timeout):
            raise Refusal("ERR timeout is not a float or out of range")
        if float(timeout) < 0:
            raise Refusal("ERR timeout is negative")
        for key in keys:
            value = pop(key, at)
            if value is not None:
                return [key, value]
        return NIL_ARRAY if self.transaction is not None else ("wait", Waiter(keys, at), float(timeout))

    async def wait(self, waiter, timeout):
        try:
            return await asyncio.wait_for(waiter.future, timeout or None)
        except asyncio.TimeoutError:
            return NIL_ARRAY
        finally:
            waiter.stop()

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
        if reply == NIL_ARRAY:
            return b"_\r\n" if self.protocol == 3 else b"*-1\r\n"
        if reply is None:
            return b"_\r\n" if self.protocol == 3 else b"$-1\r\n"
        if isinstance(reply, bytes):
            return b"$%d\r\n%s\r\n" % (len(reply), reply)
        if isinstance(reply, list):
            mark = b">" if self.protocol == 3 and isinstance(reply, Push) else b"*"
            return b"%s%d\r\n%s" % (mark, len(reply), b"".join(map(self.encode, reply)))
        flat = b"".join(self.encode(each) for pair in reply.items() for each in pair)
        if self.protocol == 3:
            return b"%%%d\r\n%s" % (len(reply), flat)
        return b"*%d\r\n%s" % (len(reply) * 2, flat)


def settle(run, *args):
    try:
        return run(*args)
    except Refusal as refusal:
        return refusal


class Input:
    """What a socket receives, as lines and as lengths."""

    def __init__(self, reader):
        self.reader = reader
        self.unread = bytearray()

    async def more(self):
        chunk = await self.reader.read(256 * 1024)
        self.unread += chunk
        return len(chunk) > 0

    async def line(self):
        while (end := self.unread.find(b"\n")) < 0:
            if len(self.unread) > MAX_LINE:
                raise ProtocolError("too big inline request")
            if not await self.more():
                return None
        text = bytes(self.unread[:end])
        del self.unread[: end + 1]
        return text[:-1] if text.endswith(b"\r") else text

    async def take(self, length):
        while len(self.unread) < length + 2:
            if not await self.more():
                return None
        text = bytes(self.unread[:length])
        del self.unread[: length + 2]
        return text


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


async def main():
    async def serve(reader, writer):
        await Client(reader, writer).serve()

    server = await asyncio.start_server(serve, os.environ["HOST"], int(os.environ["PORT"]))
    await server.serve_forever()


asyncio.run(main())

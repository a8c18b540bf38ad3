# Threads and a buffered file: readline() and read(n) are the two verbs of this protocol, and Python
# has both.
import os
import re
import socketserver
import threading
import time

VALUE_MAX_BYTES = 1024 * 1024
KEY_MAX_BYTES = 250
BAD_LINE = b'CLIENT_ERROR bad command line format\r\n'

items = {}  # key: (flags, value, the moment at which it expires or None)
lock = threading.Lock()


def find(key):
    item = items.get(key)
    if item and item[2] is not None and item[2] <= time.monotonic():
        del items[key]
        return None
    return item


def get(keys):
    if not keys:
        return b'ERROR\r\n'
    if any(len(key) > KEY_MAX_BYTES for key in keys):
        return BAD_LINE
    found = [(key, find(key)) for key in keys]
    parts = [
        b'VALUE %s %d %d\r\n%s\r\n' % (key, item[0], len(item[1]), item[1])
        for key, item in found
        if item
    ]
    return b''.join(parts) + b'END\r\n'


def store(name, words, block):
    key, flags, exptime, _ = words
    if block[-2:] != b'\r\n':
        return b'CLIENT_ERROR bad data chunk\r\n'
    known = find(key) is not None
    if (name == b'add' and known) or (name == b'replace' and not known):
        return b'NOT_STORED\r\n'
    seconds = int(exptime)
    items[key] = (int(flags), block[:-2], time.monotonic() + seconds if seconds else None)
    return b'STORED\r\n'


def is_uint64(text):
    return re.fullmatch(rb'[0-9]{1,20}', text) is not None and int(text) < 2**64


def count(name, words):
    key, delta = words
    if len(key) > KEY_MAX_BYTES:
        return BAD_LINE
    if not is_uint64(delta):
        return b'CLIENT_ERROR invalid numeric delta argument\r\n'
    item = find(key)
    if not item:
        return b'NOT_FOUND\r\n'
    flags, value, expires_at = item
    if not is_uint64(value):
        return b'CLIENT_ERROR cannot increment or decrement non-numeric value\r\n'
    changed = int(value) + int(delta) if name == b'incr' else max(0, int(value) - int(delta))
    text = b'%d' % (changed % 2**64)
    items[key] = (flags, text, expires_at)
    return text + b'\r\n'


def remove(words):
    if len(words[0]) > KEY_MAX_BYTES:
        return BAD_LINE
    if not find(words[0]):
        return b'NOT_FOUND\r\n'
    del items[words[0]]
    return b'DELETED\r\n'


def flush():
    items.clear()
    return b'OK\r\n'


WORDS = {b'set': 4, b'add': 4, b'replace': 4, b'delete': 1, b'incr': 2, b'decr': 2, b'flush_all': 0}


class Cache(socketserver.StreamRequestHandler):
    wbufsize = 0

    def handle(self):
        try:
            for line in iter(self.rfile.readline, b''):
                name, *words = line.split() or [b'']
                half = not line.endswith(b'\n')  # readline() gives at the end what there is
                if half or (name == b'quit' and not words):
                    return
                self.wfile.write(self.answer(name, words))
        except ConnectionError:
            pass  # a reset: nobody is left to tell

    def answer(self, name, words):
        if name == b'version' and not words:
            return b'VERSION 1.0.0\r\n'
        if name == b'get':
            with lock:
                return get(words)
        silent = name in WORDS and words[-1:] == [b'noreply']
        if silent:
            words.pop()
        if WORDS.get(name) != len(words):
            return b'ERROR\r\n'
        answer = self.obey(name, words)
        return b'' if silent else answer

    def obey(self, name, words):
        block = b''
        if len(words) == 4:
            key, flags, exptime, size = words
            numbers = re.fullmatch(rb'[0-9]+ -?[0-9]+ [0-9]+', b' '.join(words[1:]))
            if len(key) > KEY_MAX_BYTES or not numbers:
                return BAD_LINE
            if int(size) > VALUE_MAX_BYTES:
                self.skip(int(size) + 2)
                return b'SERVER_ERROR object too large for cache\r\n'
            block = self.rfile.read(int(size) + 2)  # as many as asked for, fewer only at the end
        with lock:
            if name in (b'incr', b'decr'):
                return count(name, words)
            if name == b'delete':
                return remove(words)
            return flush() if name == b'flush_all' else store(name, words, block)

    def skip(self, left):
        while left > 0:
            part = self.rfile.read(min(left, 65536))
            if not part:
                return
            left -= len(part)


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 128


Server((os.environ['HOST'], int(os.environ['PORT'])), Cache).serve_forever()

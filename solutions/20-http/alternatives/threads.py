# A thread for each client: every read and write waits, so the code is the story of one request.

import os
import re
import socket
import threading
import time
from email.utils import formatdate
from urllib.parse import unquote_to_bytes

MAX_LINE_BYTES = 8 * 1024
MAX_HEAD_BYTES = 64 * 1024
CHUNK_BYTES = 64 * 1024
LINGER_SECONDS = 5

ROOT = os.path.realpath(os.fsencode(os.environ['ROOT']))
REASONS = {
    200: 'OK',
    400: 'Bad Request',
    404: 'Not Found',
    405: 'Method Not Allowed',
    414: 'URI Too Long',
    431: 'Request Header Fields Too Large',
    505: 'HTTP Version Not Supported',
}
TYPES = {
    b'.html': 'text/html; charset=utf-8',
    b'.css': 'text/css; charset=utf-8',
    b'.js': 'text/javascript; charset=utf-8',
    b'.txt': 'text/plain; charset=utf-8',
    b'.json': 'application/json',
    b'.svg': 'image/svg+xml',
    b'.png': 'image/png',
}
REQUEST_LINE = re.compile(rb'([A-Za-z]+) (\S+) HTTP/(\d)\.(\d)')
FIELD_LINE = re.compile(rb'([\w!#$%&\'*+.^`|~-]+):[ \t]*([^\r\n\0]*?)[ \t]*')


class Refusal(Exception):
    pass


def serve(client):
    try:
        with client, client.makefile('rb') as stream:
            method = b''
            try:
                line = read_line(stream, MAX_LINE_BYTES, 414)
                if not line:
                    return
                method = line.split(b' ')[0]
                send_file(client, method, find(line, read_fields(stream)))
            except Refusal as refusal:
                refuse(client, method, refusal.args[0])
            linger(client)
    except OSError:
        pass  # a reset


def read_line(stream, limit, status):
    line = stream.readline(limit + 1)
    if len(line) > limit:
        raise Refusal(status)
    return line if line.endswith(b'\n') else b''


def read_fields(stream):
    fields, size = [], 0
    while True:
        line = read_line(stream, MAX_HEAD_BYTES, 431).rstrip(b'\r\n')
        if not line:
            return fields
        size += len(line)
        if size > MAX_HEAD_BYTES:
            raise Refusal(431)
        fields.append(line)


def find(line, fields):
    request = REQUEST_LINE.fullmatch(line.rstrip(b'\r\n'))
    if not request:
        raise Refusal(400)
    method, target, major, minor = request.groups()
    if major != b'1':
        raise Refusal(505)
    matches = [FIELD_LINE.fullmatch(field) for field in fields]
    if not all(matches):
        raise Refusal(400)
    hosts = [match[2] for match in matches if match[1].lower() == b'host']
    if len(hosts) > 1 or (not hosts and minor != b'0') or any(re.search(rb'[\s/]', host) for host in hosts):
        raise Refusal(400)
    if method not in (b'GET', b'HEAD'):
        raise Refusal(405)

    target = re.sub(rb'(?i)^https?://[^/?]+/?', b'/', target).split(b'?')[0]
    if not target.startswith(b'/') or re.search(rb'%(?![0-9A-Fa-f]{2})|%00', target):
        raise Refusal(400)
    path = unquote_to_bytes(target)
    path = os.path.realpath(ROOT + b'/' + path + (b'index.html' if path.endswith(b'/') else b''))
    if not path.startswith(os.path.join(ROOT, b'')) or not os.path.isfile(path) or target.endswith(b'html/'):
        raise Refusal(404)
    return path


def send_file(client, method, path):
    with open(path, 'rb') as file:
        size = os.fstat(file.fileno()).st_size
        kind = TYPES.get(os.path.splitext(path)[1].lower(), 'application/octet-stream')
        client.sendall(head_of(200, kind, size))
        while method == b'GET' and size > 0:
            chunk = file.read(min(size, CHUNK_BYTES))
            if not chunk:
                break
            client.sendall(chunk)
            size -= len(chunk)


def refuse(client, method, status):
    text = f'{status} {REASONS[status]}\n'.encode()
    client.sendall(head_of(status, 'text/plain; charset=utf-8', len(text)))
    if method != b'HEAD':
        client.sendall(text)


def head_of(status, kind, length):
    allow = 'Allow: GET, HEAD\r\n' if status == 405 else ''
    return (
        f'HTTP/1.1 {status} {REASONS[status]}\r\nDate: {formatdate(time.time(), usegmt=True)}\r\n'
        f'Content-Type: {kind}\r\nContent-Length: {length}\r\n{allow}Connection: close\r\n\r\n'
    ).encode()


def linger(client):
    client.shutdown(socket.SHUT_WR)
    client.settimeout(LINGER_SECONDS)
    while client.recv(CHUNK_BYTES):
        pass


with socket.create_server((os.environ['HOST'], int(os.environ['PORT'])), backlog=128) as server:
    while True:
        connection, _ = server.accept()
        threading.Thread(target=serve, args=(connection,), daemon=True).start()

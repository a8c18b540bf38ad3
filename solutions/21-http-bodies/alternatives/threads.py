# One thread per client and a buffered file: read a line, read some bytes, write. Nobody waits for others.
import os
import re
import select
import socket
import socketserver
import time
from email.utils import formatdate
from urllib.parse import unquote

ROOT = os.path.realpath(os.environ['ROOT'])
IDLE = int(os.environ.get('IDLE_MS', 5000)) / 1000
MAX_LINE = 16384
MAX_FIELDS = 32768
PART = 65536
REASONS = {200: 'OK', 206: 'Partial Content', 304: 'Not Modified', 404: 'Not Found', 405: 'Method Not Allowed', 416: 'Range Not Satisfiable'}
TYPES = {'.html': 'text/html; charset=utf-8', '.js': 'text/javascript; charset=utf-8'}


class Refused(Exception):
    """Nobody can tell where the next request begins."""


class Gone(Exception):
    """The client has ended, or falls silent."""


class Request:
    pass


class Connection(socketserver.StreamRequestHandler):
    disable_nagle_algorithm = True
    wbufsize = 0
    timeout = IDLE

    def handle(self):
        try:
            while self.exchange():
                pass
            self.leave()
        except (OSError, Gone):
            pass  # a reset, or a client that keeps us waiting

    def leave(self):
        self.connection.shutdown(socket.SHUT_WR)
        while self.connection.recv(PART):
            pass

    def exchange(self):
        self.answered = False
        try:
            request = self.read_request()
            if request is None:
                return False
            self.answer(request)
            if request.keep:
                for _ in request.body:
                    pass
            return request.keep
        except Refused:
            if not self.answered:
                self.wfile.write(b'HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n')
            return False

    # What comes

    def line(self):
        try:
            line = self.rfile.readline(MAX_LINE + 2)
        except TimeoutError:
            raise Gone from None
        if line.endswith(b'\r\n'):
            return line[:-2].decode('latin1')
        if len(line) > MAX_LINE or line.endswith(b'\n'):
            raise Refused
        return None

    def read_request(self):
        line = self.line()
        if line is None:
            return None
        start = re.fullmatch(r"([!#$%&'*+.^_`|~0-9A-Za-z-]+) ([!-~]+) HTTP/1\.([01])", line)
        if not start:
            raise Refused
        request = Request()
        request.method, target, request.minor = start.groups()
        request.path = unquote(re.sub(r'\?.*', '', re.sub(r'^http://[^/]*', '', target)))
        request.fields = fields = self.read_fields()
        old = request.minor == '0'
        if ',' in fields.get('host', '' if old else ','):
            raise Refused
        options = [each.strip() for each in fields.get('connection', '').lower().split(',')]
        request.keep = 'keep-alive' in options if old else 'close' not in options
        length, coding = fields.get('content-length'), fields.get('transfer-encoding')
        if coding is not None:
            if length is not None or old or coding.lower() != 'chunked':
                raise Refused
            request.body = self.chunks()
        else:
            if length is not None and not re.fullmatch('[0-9]{1,15}', length):
                raise Refused
            request.body = self.bytes(int(length or 0))
        request.waits = fields.get('expect', '').lower() == '100-continue' and not old
        return request

    def read_fields(self):
        fields, size = {}, 0
        while True:
            line = self.line()
            if line == '':
                return fields
            field = re.fullmatch(r"([!#$%&'*+.^_`|~0-9A-Za-z-]+):([\t -~\x80-\xff]*)", line or '')
            size += len(line or '')
            if not field or size > MAX_FIELDS:
                raise Refused
            name, value = field[1].lower(), field[2].strip(' \t')
            fields[name] = f'{fields[name]}, {value}' if name in fields else value

    def bytes(self, left):
        while left > 0:
            try:
                part = self.rfile.read1(min(left, PART))
            except TimeoutError:
                raise Gone from None
            if not part:
                raise Refused
            left -= len(part)
            yield part

    def chunks(self):
        while True:
            size = re.fullmatch(r'([0-9A-Fa-f]{1,8})([ \t]*;.*)?', self.line() or '')
            if not size:
                raise Refused
            if int(size[1], 16) == 0:
                break
            yield from self.bytes(int(size[1], 16))
            if self.line() != '':
                raise Refused
        self.read_fields()

    # What goes

    def answer(self, request):
        stream = re.fullmatch('/stream/([0-9]{1,9})', request.path)
        if request.path == '/echo':
            if request.method != 'POST':
                return self.respond(request, 405, {'Allow': 'POST'}, [b'no\n'], 3)
            if request.waits:
                self.wfile.write(b'HTTP/1.1 100 Continue\r\n\r\n')
                request.waits = False
            chunked = 'transfer-encoding' in request.fields
            length = None if chunked else int(request.fields.get('content-length', 0))
            return self.respond(request, 200, {}, request.body, length)
        if request.method not in ('GET', 'HEAD'):
            return self.respond(request, 405, {'Allow': 'GET, HEAD'}, [b'no\n'], 3)
        if stream:
            return self.respond(request, 200, {'Content-Type': 'text/plain'}, self.lines(int(stream[1])), None)
        self.send_file(request)

    def lines(self, count):
        for n in range(1, count + 1):
            if n > 1:
                time.sleep(0.005)
                poll = select.poll()
                poll.register(self.connection, select.POLLHUP | select.POLLERR)
                if poll.poll(0):
                    raise Gone
            yield b'line %d\n' % n

    def send_file(self, request):
        path = os.path.join(ROOT, request.path.lstrip('/') + ('index.html' if request.path.endswith('/') else ''))
        path = os.path.realpath(path) if '\0' not in path else ROOT
        if not path.startswith(ROOT.rstrip('/') + '/') or not os.path.isfile(path):
            return self.respond(request, 404, {}, [b'no\n'], 3)
        with open(path, 'rb') as file:
            stat = os.fstat(file.fileno())
            size, etag = stat.st_size, f'"{stat.st_mtime_ns:x}-{stat.st_size:x}"'
            fields = {'ETag': etag, 'Content-Type': TYPES.get(os.path.splitext(path)[1], 'application/octet-stream')}
            known = [re.sub('^W/', '', tag.strip()) for tag in request.fields.get('if-none-match', '').split(',')]
            if etag in known or known == ['*']:
                return self.respond(request, 304, fields, [], None)
            span = re.fullmatch('bytes=([0-9]*)-([0-9]*)', request.fields.get('range', ''))
            named = request.fields.get('if-range', etag) == etag
            if span and (span[1] or span[2]) and named and request.method == 'GET':
                first = int(span[1]) if span[1] else max(0, size - int(span[2]))
                last = min(int(span[2]), size - 1) if span[1] and span[2] else size - 1
                if first > last:
                    return self.respond(request, 416, {'Content-Range': f'bytes */{size}'}, [], 0)
                fields['Content-Range'] = f'bytes {first}-{last}/{size}'
                return self.respond(request, 206, fields, self.parts(file, first, last + 1), last + 1 - first)
            self.respond(request, 200, fields, self.parts(file, 0, size), size)

    def parts(self, file, at, to):
        file.seek(at)
        while at < to:
            part = file.read(min(PART, to - at))
            if not part:
                raise Gone
            at += len(part)
            yield part

    def respond(self, request, status, fields, parts, length):
        old, bare = request.minor == '0', request.method == 'HEAD' or status == 304
        chunked = length is None and status != 304 and not old
        if request.waits or (length is None and not chunked and not bare):
            request.keep = False
        head = [f'HTTP/1.1 {status} {REASONS[status]}', f'Date: {formatdate(usegmt=True)}']
        head += [f'{name}: {value}' for name, value in fields.items()]
        if length is not None:
            head.append(f'Content-Length: {length}')
        if chunked:
            head.append('Transfer-Encoding: chunked')
        if not request.keep:
            head.append('Connection: close')
        elif old:
            head.append('Connection: keep-alive')
        ready = '\r\n'.join([*head, '', '']).encode('latin1')
        if not bare:
            for part in parts:
                self.answered = True
                self.connection.sendall(ready + (b'%x\r\n%b\r\n' % (len(part), part) if chunked else part))
                ready = b''
            if chunked:
                ready += b'0\r\n\r\n'
        self.answered = True
        self.connection.sendall(ready)


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 128


Server((os.environ['HOST'], int(os.environ['PORT'])), Connection).serve_forever()

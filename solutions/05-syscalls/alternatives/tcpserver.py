# Python's plain TCPServer serves one client at a time as well; its ThreadingTCPServer does not.

import errno
import os
import socketserver
import sys


class Echo(socketserver.StreamRequestHandler):
    def handle(self):
        try:
            while received := self.request.recv(65536):
                self.request.sendall(received)
        except ConnectionError:
            pass


class Server(socketserver.TCPServer):
    allow_reuse_address = True
    request_queue_size = 128


try:
    server = Server((os.environ["HOST"], int(os.environ["PORT"])), Echo)
except OSError as error:
    sys.exit(f"bind: {errno.errorcode[error.errno]}")
server.serve_forever()

# Python's socket module is a thin coat over the same calls: recv is read, sendall is writeAll.

import errno
import os
import socket
import sys

listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
try:
    listening.bind((os.environ["HOST"], int(os.environ["PORT"])))
except OSError as error:
    sys.exit(f"bind: {errno.errorcode[error.errno]}")
listening.listen(128)

while True:
    connected, _ = listening.accept()
    with connected:
        try:
            while received := connected.recv(65536):
                connected.sendall(received)
        except OSError as error:
            print(error, file=sys.stderr)

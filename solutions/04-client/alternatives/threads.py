# Blocking calls and no event loop: two threads, so that waiting for the keyboard
# does not keep the other one from waiting for the network.
import contextlib
import os
import socket
import sys
import threading

CHUNK_BYTES = 65536
STDIN, STDOUT = 0, 1


def send(connection):
    with contextlib.suppress(OSError):  # the reading thread is told as well, and reports it
        while chunk := os.read(STDIN, CHUNK_BYTES):
            connection.sendall(chunk)
        connection.shutdown(socket.SHUT_WR)


def receive(connection):
    while chunk := connection.recv(CHUNK_BYTES):
        while chunk:
            chunk = chunk[os.write(STDOUT, chunk) :]


try:
    connection = socket.create_connection((os.environ["HOST"], int(os.environ["PORT"])))
    # daemon: when the server has ended, nobody waits for a thread that waits for the keyboard
    threading.Thread(target=send, args=[connection], daemon=True).start()
    receive(connection)
except OSError as error:
    sys.exit(f"client: {error}")

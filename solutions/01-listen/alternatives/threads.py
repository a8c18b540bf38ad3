# The same calls by their own names: socket, bind and listen are in create_server, then accept,
# read, close. accept waits until a client comes, recv until it says something or leaves: one thread
# a client.

import os
import socket
import sys
import threading

host, port = os.environ["HOST"], int(os.environ["PORT"])


def until_it_leaves(connection):
    with connection:
        try:
            while connection.recv(65536):
                pass
        except OSError:
            pass  # the client has reset the connection


try:
    listener = socket.create_server((host, port), backlog=128)
except OSError as error:
    sys.exit(f"{host}:{port}: {error.strerror}")

with listener:
    while True:
        connection, _ = listener.accept()
        threading.Thread(target=until_it_leaves, args=[connection], daemon=True).start()

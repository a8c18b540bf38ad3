# The system calls by their own names, one thread a client: recv waits, sendall waits, close is FIN.

import os
import socket
import threading


def echo(connection):
    with connection:
        try:
            while chunk := connection.recv(65536):
                connection.sendall(chunk)
        except OSError:
            pass  # the client has reset the connection


with socket.create_server((os.environ["HOST"], int(os.environ["PORT"])), backlog=128) as listener:
    while True:
        connection, _ = listener.accept()
        threading.Thread(target=echo, args=[connection], daemon=True).start()

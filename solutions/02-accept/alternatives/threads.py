# accept returns a new socket and the client's address. shutdown sends FIN and leaves the other
# direction open, so that what the client says can be read to its end: close with bytes unread would
# send RST.

import os
import socket
import threading


def introduce(connection, you):
    me = connection.getsockname()
    with connection:
        try:
            connection.sendall(f"you are {you[0]}:{you[1]}, I am {me[0]}:{me[1]}\n".encode())
            connection.shutdown(socket.SHUT_WR)
            while connection.recv(65536):
                pass
        except OSError:
            pass  # the client has left


with socket.create_server((os.environ["HOST"], int(os.environ["PORT"])), backlog=128) as listener:
    while True:
        connection, you = listener.accept()
        threading.Thread(target=introduce, args=[connection, you], daemon=True).start()

# A byte a read and a write a byte: four million of each for 4 MiB. Slow, and right: nobody asked
# for speed.

import os
import socket
import threading


def serve(client):
    try:
        while byte := client.recv(1):
            client.sendall(byte)
    except OSError:
        pass
    client.close()


listener = socket.create_server((os.environ["HOST"], int(os.environ["PORT"])), backlog=128)
while True:
    client, _ = listener.accept()
    threading.Thread(target=serve, args=(client,), daemon=True).start()

# A thread a connection: recv() gives b'' at the client's FIN, and that this side is still open
# needs no asking for.
import os
import socket
import threading
import time

THINK_S = float(os.environ.get('THINK_MS', '50')) / 1000
WHITE_SPACE = b' \t\n\v\f\r'


def serve(connection):
    lines = words = size = 0
    in_word = False
    try:
        while chunk := connection.recv(65536):
            size += len(chunk)
            lines += chunk.count(b'\n')
            # split() of bytes knows exactly the six: that of a string knows more.
            words += len(chunk.split())
            if in_word and chunk[0] not in WHITE_SPACE:
                words -= 1
            in_word = chunk[-1] not in WHITE_SPACE
        time.sleep(THINK_S)
        connection.sendall(b'%d %d %d\n' % (lines, words, size))
    except ConnectionError:
        pass
    finally:
        connection.close()


listener = socket.create_server((os.environ['HOST'], int(os.environ['PORT'])), backlog=128)
while True:
    accepted, _ = listener.accept()
    threading.Thread(target=serve, args=(accepted,), daemon=True).start()

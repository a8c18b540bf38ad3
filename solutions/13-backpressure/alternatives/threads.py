# A thread a connection, and blocking calls: sendall() returns when the kernel has taken the bytes.
# Backpressure is all there is.
import hashlib
import os
import re
import socket
import threading

PATTERN = bytes(range(251)) * 256


def serve(connection):
    with connection, connection.makefile('rb', 65536) as stream:
        try:
            while line := stream.readline(65):
                if not line.endswith(b'\n') and len(line) < 65:
                    break
                words = re.fullmatch(rb'(gen|sink) ([0-9]{1,16})\n', line)
                if not words or int(words[2]) >= 2**53:
                    refuse(connection)
                    return
                answer = generate if words[1] == b'gen' else sink
                if not answer(connection, stream, int(words[2])):
                    break
        except ConnectionError:
            pass


def generate(connection, _, count):
    while count > 0:
        connection.sendall(PATTERN[:count])
        count -= len(PATTERN)
    return True


def sink(connection, stream, count):
    digest = hashlib.sha256()
    while count > 0:
        chunk = stream.read1(min(count, 65536))
        if not chunk:
            return False
        digest.update(chunk)
        count -= len(chunk)
    connection.sendall(b'sunk %s\n' % digest.hexdigest().encode())
    return True


def refuse(connection):
    connection.sendall(b'error bad command\n')
    connection.shutdown(socket.SHUT_WR)
    while connection.recv(65536):
        pass


listener = socket.create_server((os.environ['HOST'], int(os.environ['PORT'])), backlog=128)
while True:
    accepted, _ = listener.accept()
    threading.Thread(target=serve, args=(accepted,), daemon=True).start()

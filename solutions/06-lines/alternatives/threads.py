# A thread for each client, and blocking reads. split() gives the whole lines and, last, the
# beginning of the next.

import os
import socket
import socketserver

MAX_LINE_BYTES = 65_536


class Lines(socketserver.StreamRequestHandler):
    wbufsize = 65_536  # the answers to what one recv() gave leave together

    def handle(self) -> None:
        try:
            self.serve()
        except ConnectionError:
            pass  # the client has reset the connection

    def serve(self) -> None:
        count = 0
        rest = b''
        while chunk := self.request.recv(65_536):
            *lines, rest = (rest + chunk).split(b'\n')
            for line in lines:
                if len(line) > MAX_LINE_BYTES:
                    return self.refuse()
                count += 1
                self.answer(count, line)
            if len(rest) > MAX_LINE_BYTES:
                return self.refuse()
            self.wfile.flush()
        if rest:
            self.answer(count + 1, rest)

    def answer(self, count: int, line: bytes) -> None:
        self.wfile.write(b'%d %s\n' % (count, line.removesuffix(b'\r')))

    def refuse(self) -> None:
        self.wfile.write(b'error line too long\n')
        self.wfile.flush()
        # FIN now; then read what the client still has to say: to close with unread bytes would be a
        # RST.
        self.request.shutdown(socket.SHUT_WR)
        while self.request.recv(65_536):
            pass


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 128


Server((os.environ['HOST'], int(os.environ['PORT'])), Lines).serve_forever()

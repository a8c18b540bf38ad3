// A process for each client. read(2) may give less than was asked for, so read_exactly() asks until
// it has all: the four lines that every length-prefixed protocol in C begins with.

#include <arpa/inet.h>
#include <endian.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MAX_LENGTH = 1024 * 1024, OPERAND_BYTES = 8 };
enum { SUM = 1, MIN = 2, MAX = 3 };

static void die(const char *what) {
  perror(what);
  exit(1);
}

static int read_exactly(int fd, void *into, size_t length) {
  for (size_t done = 0; done < length;) {
    ssize_t got = read(fd, (char *)into + done, length - done);
    if (got <= 0) return 0; // FIN or RST in the middle of it
    done += got;
  }
  return 1;
}

static int write_all(int fd, const void *from, size_t length) {
  for (size_t done = 0; done < length;) {
    ssize_t put = write(fd, (const char *)from + done, length - done);
    if (put < 0) return 0;
    done += put;
  }
  return 1;
}

static int write_frame(int fd, uint8_t status, const void *payload, size_t length) {
  char frame[64];
  uint32_t header = htonl(1 + length);
  memcpy(frame, &header, 4);
  frame[4] = status;
  memcpy(frame + 5, payload, length);
  return write_all(fd, frame, 5 + length);
}

static int64_t operand(const uint8_t *at) {
  uint64_t bits;
  memcpy(&bits, at, sizeof bits);
  return (int64_t)be64toh(bits);
}

// NULL where the result is good, else what is wrong with the frame.
static const char *evaluate(const uint8_t *body, uint32_t length, int64_t *result) {
  if ((length - 1) % OPERAND_BYTES != 0) return "bad length";
  if (body[0] < SUM || body[0] > MAX) return "unknown op";
  if (length == 1) return "no operands";
  __int128 total = operand(body + 1); // 131,071 operands of 64 bits: the sum needs 81
  for (uint32_t at = 1 + OPERAND_BYTES; at < length; at += OPERAND_BYTES) {
    int64_t next = operand(body + at);
    if (body[0] == SUM) total += next;
    if (body[0] == MIN && next < total) total = next;
    if (body[0] == MAX && next > total) total = next;
  }
  *result = (int64_t)total;
  return *result == total ? NULL : "sum too large";
}

static void refuse(int fd, const char *message) {
  char ignored[4096];
  write_frame(fd, 1, message, strlen(message));
  shutdown(fd, SHUT_WR); // FIN now; a close with unread bytes would be a RST
  while (read(fd, ignored, sizeof ignored) > 0) {
  }
}

static void serve(int fd) {
  static uint8_t body[MAX_LENGTH];
  uint32_t header;
  while (read_exactly(fd, &header, sizeof header)) {
    uint32_t length = ntohl(header);
    if (length == 0) return refuse(fd, "empty frame");
    if (length > MAX_LENGTH) return refuse(fd, "frame too long");
    if (!read_exactly(fd, body, length)) return;
    int64_t result;
    const char *wrong = evaluate(body, length, &result);
    if (wrong) return refuse(fd, wrong);
    uint64_t bits = htobe64((uint64_t)result);
    if (!write_frame(fd, 0, &bits, sizeof bits)) return;
  }
}

int main(void) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(atoi(getenv("PORT")))};
  inet_pton(AF_INET, getenv("HOST"), &address.sin_addr);
  signal(SIGCHLD, SIG_IGN); // the kernel buries the children
  signal(SIGPIPE, SIG_IGN); // a write to a client that is gone fails, and kills nobody

  int listening = socket(AF_INET, SOCK_STREAM, 0);
  int yes = 1;
  setsockopt(listening, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  if (bind(listening, (struct sockaddr *)&address, sizeof address) < 0) die("bind");
  if (listen(listening, 128) < 0) die("listen");

  for (;;) {
    int fd = accept(listening, NULL, NULL);
    if (fd < 0) continue;
    if (fork() == 0) {
      close(listening);
      serve(fd);
      _exit(0);
    }
    close(fd);
  }
}

// A process for each client, read(2) into one fixed buffer: what a line may be long is what the
// buffer holds.

#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MAX_LINE_BYTES = 65536 };

static void die(const char *what) {
  perror(what);
  exit(1);
}

static void answer(FILE *out, long count, const char *line, size_t length) {
  if (length > 0 && line[length - 1] == '\r') length -= 1;
  fprintf(out, "%ld ", count);
  fwrite(line, 1, length, out);
  fputc('\n', out);
}

static void refuse(FILE *out, int fd) {
  char ignored[4096];
  fputs("error line too long\n", out);
  fflush(out);
  shutdown(fd, SHUT_WR); // FIN now; a close with unread bytes would be a RST
  while (read(fd, ignored, sizeof ignored) > 0) {
  }
}

static void serve(int fd) {
  static char buffer[2 * MAX_LINE_BYTES];
  size_t held = 0; // bytes of an unfinished line, at the start of the buffer
  long count = 0;
  FILE *out = fdopen(fd, "w");
  ssize_t got;

  while ((got = read(fd, buffer + held, sizeof buffer - held)) > 0) {
    char *start = buffer;
    char *end = buffer + held + got;
    char *lf;
    while ((lf = memchr(start, '\n', end - start))) {
      if (lf - start > MAX_LINE_BYTES) return refuse(out, fd);
      answer(out, ++count, start, lf - start);
      start = lf + 1;
    }
    held = end - start;
    if (held > MAX_LINE_BYTES) return refuse(out, fd);
    memmove(buffer, start, held);
    fflush(out);
  }
  if (got == 0 && held > 0) answer(out, ++count, buffer, held);
  fclose(out);
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

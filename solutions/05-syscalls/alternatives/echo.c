// The same program in the language that the calls come from: compare it with libc.ts line by line.

#include <arpa/inet.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void fail(const char *call) {
  fprintf(stderr, "%s: %s\n", call, errno == EADDRINUSE ? "EADDRINUSE" : strerror(errno));
  exit(1);
}

static int listen_on(const char *host, const char *port) {
  int on = 1;
  struct sockaddr_in address = {
    .sin_family = AF_INET,
    .sin_port = htons(atoi(port)),
    .sin_addr.s_addr = inet_addr(host),
  };
  int listening = socket(AF_INET, SOCK_STREAM, 0);
  if (listening == -1) fail("socket");
  if (setsockopt(listening, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == -1) fail("setsockopt");
  if (bind(listening, (struct sockaddr *)&address, sizeof address) == -1) fail("bind");
  if (listen(listening, 128) == -1) fail("listen");
  return listening;
}

static void echo(int connected) {
  static char buffer[65536];
  ssize_t received;
  while ((received = read(connected, buffer, sizeof buffer)) > 0) {
    for (ssize_t written = 0; written < received;) {
      ssize_t taken = write(connected, buffer + written, received - written);
      if (taken == -1) return;
      written += taken;
    }
  }
}

int main(void) {
  // Without this, writing to a client that is gone ends the process. Node has done it for you.
  signal(SIGPIPE, SIG_IGN);

  int listening = listen_on(getenv("HOST"), getenv("PORT"));
  for (;;) {
    int connected = accept(listening, NULL, NULL);
    if (connected == -1) fail("accept");
    echo(connected);
    close(connected);
  }
}

// A process a connection. read() returns 0 at the client's FIN; write() goes on working; close()
// sends our FIN.
#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static void serve(int connection, long think_ms) {
  static unsigned char chunk[65536];
  unsigned long long lines = 0, words = 0, bytes = 0;
  int in_word = 0;
  ssize_t length;

  while ((length = read(connection, chunk, sizeof chunk)) > 0) {
    bytes += length;
    for (ssize_t i = 0; i < length; i++) {
      int white = chunk[i] == ' ' || (chunk[i] >= '\t' && chunk[i] <= '\r');
      lines += chunk[i] == '\n';
      words += !white && !in_word;
      in_word = !white;
    }
  }
  if (length < 0) return;  // reset: nobody is left to be told

  struct timespec think = {think_ms / 1000, think_ms % 1000 * 1000000};
  nanosleep(&think, NULL);

  char answer[80];
  int size = snprintf(answer, sizeof answer, "%llu %llu %llu\n", lines, words, bytes);
  if (write(connection, answer, size) < 0) perror("write");
}

int main(void) {
  const char *think = getenv("THINK_MS");
  long think_ms = think ? atol(think) : 50;
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(atoi(getenv("PORT")))};
  inet_pton(AF_INET, getenv("HOST"), &address.sin_addr);

  signal(SIGCHLD, SIG_IGN);  // no zombies
  signal(SIGPIPE, SIG_IGN);  // a write to a client that has reset is an error, not a death
  int listener = socket(AF_INET, SOCK_STREAM, 0);
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int));
  if (bind(listener, (struct sockaddr *)&address, sizeof address) < 0) return perror("bind"), 1;
  listen(listener, 128);

  for (;;) {
    int connection = accept(listener, NULL, NULL);
    if (connection < 0) continue;
    if (fork() == 0) {
      close(listener);
      serve(connection, think_ms);
      _exit(0);
    }
    close(connection);
  }
}

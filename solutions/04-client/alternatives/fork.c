// The system calls themselves, and two processes in place of two threads: after fork() both hold
// the same connection, the child to write to it and the parent to read from it.
#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static char chunk[65536];

// Copies until the end of `from`: 0, or -1 when a read or a write failed.
static int copy(int from, int to) {
  ssize_t count;
  while ((count = read(from, chunk, sizeof chunk)) > 0)
    for (ssize_t done = 0; done < count;) {
      ssize_t written = write(to, chunk + done, count - done);
      if (written < 0) return -1;
      done += written;
    }
  return count < 0 ? -1 : 0;
}

int main(void) {
  struct sockaddr_in server = {.sin_family = AF_INET, .sin_port = htons(atoi(getenv("PORT")))};
  inet_pton(AF_INET, getenv("HOST"), &server.sin_addr);

  int connection = socket(AF_INET, SOCK_STREAM, 0);
  if (connect(connection, (struct sockaddr *)&server, sizeof server) < 0) {
    perror("connect");
    return 1;
  }

  pid_t sender = fork();
  if (sender == 0) {
    if (copy(STDIN_FILENO, connection) == 0) shutdown(connection, SHUT_WR);
    return 0;
  }

  int result = copy(connection, STDOUT_FILENO);
  if (result < 0) perror("read");
  kill(sender, SIGKILL); // it may be waiting for a keyboard
  return result < 0 ? 1 : 0;
}

/* One process a client, as the first internet servers did it. The child serves, the parent
   accepts on. */

#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static void echo(int connection) {
  char buffer[65536];
  ssize_t got;
  while ((got = read(connection, buffer, sizeof buffer)) > 0)
    for (ssize_t sent = 0, n; sent < got; sent += n)
      if ((n = write(connection, buffer + sent, got - sent)) <= 0) return;
}

int main(void) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(atoi(getenv("PORT")))};
  inet_pton(AF_INET, getenv("HOST"), &address.sin_addr);
  signal(SIGCHLD, SIG_IGN); /* nobody waits for the children: let the kernel bury them */
  signal(SIGPIPE, SIG_IGN); /* a write to a client that has left is an error, not the end */

  int listener = socket(AF_INET, SOCK_STREAM, 0);
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int));
  if (bind(listener, (struct sockaddr *)&address, sizeof address) < 0) return 1;
  if (listen(listener, 128) < 0) return 1;

  for (;;) {
    int connection = accept(listener, NULL, NULL);
    if (connection < 0) continue;
    if (fork() == 0) {
      close(listener);
      echo(connection);
      exit(0);
    }
    close(connection);
  }
}

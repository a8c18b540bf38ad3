/* The dance itself, call by call, with nothing in between. One process a client: read waits, and would
   keep all others waiting too. */

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int main(void) {
  const char *host = getenv("HOST"), *port = getenv("PORT");
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(atoi(port))};
  inet_pton(AF_INET, host, &address.sin_addr);
  signal(SIGCHLD, SIG_IGN); /* nobody waits for the children: let the kernel bury them */

  int listener = socket(AF_INET, SOCK_STREAM, 0);
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int));
  if (bind(listener, (struct sockaddr *)&address, sizeof address) < 0 || listen(listener, 128) < 0) {
    fprintf(stderr, "%s:%s: %s\n", host, port, strerror(errno));
    return 1;
  }

  for (;;) {
    int connection = accept(listener, NULL, NULL);
    if (connection < 0) continue;
    if (fork() == 0) {
      char dropped[4096];
      close(listener);
      while (read(connection, dropped, sizeof dropped) > 0) continue;
      exit(0);
    }
    close(connection);
  }
}

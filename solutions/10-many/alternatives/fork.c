// A process for each client. The kernel shares the processors among them, so nothing that one does
// holds up another; between two pieces of a count, and while it sleeps, a process asks with poll()
// whether its client is still there.

#include <arpa/inet.h>
#include <ctype.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MAX_LINE = 4096, MAX_SLEEP_MS = 60000, MAX_PRIMES = 50000000, PIECE = 1 << 20, ROOT = 7072 };

// Waits for so long, or ends the process as soon as its client is gone: reset, not only ended.
static void wait_or_leave(int client, int ms)
{
    struct pollfd watched = {.fd = client, .events = 0};
    if (poll(&watched, 1, ms) > 0 && watched.revents & (POLLERR | POLLHUP))
        _exit(0);
}

static long count_primes(int client, long n)
{
    static char composite[PIECE];
    long found = 0;
    for (long start = 2; start < n; start += PIECE) {
        long end = start + PIECE < n ? start + PIECE : n;
        memset(composite, 0, sizeof composite);
        for (long i = 2; i < ROOT && i * i < end; i++) {
            long first = i * i > start ? i * i : (start + i - 1) / i * i;
            for (long multiple = first; multiple < end; multiple += i)
                composite[multiple - start] = 1;
        }
        for (long i = 0; i < end - start; i++)
            found += !composite[i];
        wait_or_leave(client, 0);
    }
    return found;
}

// The number behind the command, or -1 where there is none, or it is above `max`.
static long number_after(const char *line, const char *command, long max)
{
    size_t length = strlen(command);
    if (strncmp(line, command, length) != 0 || !line[length])
        return -1;
    long number = 0;
    for (const char *digit = line + length; *digit; digit++) {
        if (!isdigit((unsigned char)*digit) || (number = number * 10 + *digit - '0') > max)
            return -1;
    }
    return number;
}

static void answer(int client, const char *line)
{
    char text[64] = "error no such command";
    long ms = number_after(line, "sleep ", MAX_SLEEP_MS);
    long n = number_after(line, "primes ", MAX_PRIMES);
    if (strcmp(line, "ping") == 0) {
        strcpy(text, "pong");
    } else if (ms >= 0) {
        wait_or_leave(client, (int)ms);
        sprintf(text, "slept %ld", ms);
    } else if (n >= 0) {
        sprintf(text, "primes %ld", count_primes(client, n));
    }
    strcat(text, "\n");
    if (write(client, text, strlen(text)) < 0)
        _exit(0);
}

static void serve(int client)
{
    static char line[MAX_LINE];
    FILE *input = fdopen(client, "r");
    while (fgets(line, sizeof line, input)) {
        size_t length = strlen(line);
        if (length == 0 || line[length - 1] != '\n')
            continue;
        line[--length] = 0;
        if (length > 0 && line[length - 1] == '\r')
            line[--length] = 0;
        answer(client, line);
    }
}

int main(void)
{
    int one = 1;
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(atoi(getenv("PORT")))};
    inet_pton(AF_INET, getenv("HOST"), &address.sin_addr);
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (bind(listener, (struct sockaddr *)&address, sizeof address) != 0 || listen(listener, 512) != 0)
        return perror("listen"), 1;
    signal(SIGPIPE, SIG_IGN);
    signal(SIGCHLD, SIG_IGN);
    for (;;) {
        int client = accept(listener, NULL, NULL);
        if (client >= 0 && fork() == 0) {
            close(listener);
            serve(client);
            _exit(0);
        }
        close(client);
    }
}

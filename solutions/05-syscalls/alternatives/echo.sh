# Perl has had the calls under their own names from the beginning.
# needs: perl

exec perl -MSocket -MErrno -e '
  $SIG{PIPE} = "IGNORE";
  socket(my $listening, AF_INET, SOCK_STREAM, 0) or die "socket: $!\n";
  setsockopt($listening, SOL_SOCKET, SO_REUSEADDR, 1) or die "setsockopt: $!\n";
  bind($listening, pack_sockaddr_in($ENV{PORT}, inet_aton($ENV{HOST})))
    or print(STDERR "bind: ", $!{EADDRINUSE} ? "EADDRINUSE" : $!, "\n") && exit 1;
  listen($listening, 128) or die "listen: $!\n";
  while (accept(my $connected, $listening)) {
    client: while (sysread($connected, my $chunk, 65536)) {
      while (length $chunk) {
        my $written = syswrite($connected, $chunk) or last client;
        substr($chunk, 0, $written, "");
      }
    }
    close $connected;
  }
'

# needs: socat
#
# socat forks for every client, tells the child both addresses in its environment and, with nofork,
# gives it the connection itself. A second socat sends the line, then FIN, and reads on for -t
# seconds at most.
exec socat "TCP-LISTEN:$PORT,bind=$HOST,reuseaddr,fork,backlog=128" \
  'SYSTEM:exec 3<&0; echo "you are $SOCAT_PEERADDR\:$SOCAT_PEERPORT\, I am $SOCAT_SOCKADDR\:$SOCAT_SOCKPORT" | socat -t 60 - FD\:3\,shut-down >/dev/null,nofork'

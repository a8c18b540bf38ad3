# needs: socat
#
# socat forks for every client and tells the child both addresses in its environment. A!!B: what the
# client is told comes from A, and what it says goes to B. When A has ended, socat sends FIN; -t: for
# how many seconds it still reads what the client says.
exec socat -t 60 "TCP-LISTEN:$PORT,bind=$HOST,reuseaddr,fork,backlog=128" \
  'SYSTEM:echo "you are $SOCAT_PEERADDR\:$SOCAT_PEERPORT\, I am $SOCAT_SOCKADDR\:$SOCAT_SOCKPORT"!!OPEN:/dev/null'

# needs: socat
#
# socat joins any two streams: here a connection and a pipe that gives back what it takes. -b 4096:
# no write is longer than a pipe takes without waiting, or socat and its own pipe would wait for
# each other, for ever. -t 60: how many seconds the way back may still take after the way there has
# ended.
exec socat -b 4096 -t 60 "TCP-LISTEN:$PORT,bind=$HOST,reuseaddr,fork,backlog=128" PIPE

# socat does the sockets, wc counts: the client's FIN becomes the end of wc's input, the end of its
# output our FIN.
# needs: socat
#
# -t: how long socat waits for the answer once the client has ended (half a second if it is not
# told). tr comes first because many a wc leaves out words that have no printable character.
export LC_ALL=C
export THINK_S="$(awk "BEGIN { print ${THINK_MS:-50} / 1000 }")"
export COUNT='tr -c " \t\n\v\f\r" x | wc -lwc | { read lines words bytes; sleep $THINK_S; echo $lines $words $bytes; }'
exec socat -t 86400 -b 65536 "TCP-LISTEN:$PORT,bind=$HOST,reuseaddr,fork,backlog=128" 'SYSTEM:eval "$COUNT"'

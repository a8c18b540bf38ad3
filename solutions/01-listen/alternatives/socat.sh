# needs: socat
#
# socat -u copies one way: from every client to nowhere, until the client ends.
exec socat -u "TCP-LISTEN:$PORT,bind=$HOST,reuseaddr,fork,backlog=128" OPEN:/dev/null

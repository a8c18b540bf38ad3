# The real one: Redis passes the hidden tests, so what they ask for is what it does.
# needs: redis-server
directory=$(mktemp -d "${TMPDIR:-/tmp}/redis.XXXXXX")
exec redis-server --bind "$HOST" --port "$PORT" --dir "$directory" --save '' --appendonly no --daemonize no

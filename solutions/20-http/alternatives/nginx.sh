# The real one: nginx passes the hidden tests. The configuration adds what it does not do by default.
# needs: nginx
ROOT=$(cd "$ROOT" && pwd -P) || exit 1
mkdir -p "$TMPDIR/nginx-$$"
cd "$TMPDIR/nginx-$$" || exit 1
cat > nginx.conf <<END
daemon off;
master_process off;
pid nginx.pid;
error_log stderr crit;
events { worker_connections 512; }
http {
  access_log off;
  keepalive_timeout 0;
  lingering_close always;
  # A line is one buffer, and four are all: 414 over one, 431 over four.
  large_client_header_buffers 4 16k;
  client_max_body_size 0;
  client_body_temp_path body;
  proxy_temp_path proxy;
  fastcgi_temp_path fastcgi;
  uwsgi_temp_path uwsgi;
  scgi_temp_path scgi;
  default_type application/octet-stream;
  types {
    "text/html; charset=utf-8" html;
    "text/css; charset=utf-8" css;
    "text/javascript; charset=utf-8" js;
    "text/plain; charset=utf-8" txt;
    application/json json;
    image/svg+xml svg;
    image/png png;
  }
  server {
    listen $HOST:$PORT;
    root "$ROOT";
    disable_symlinks on from="$ROOT";
    error_page 494 =431 @too_large;
    location / {
      if (\$request_method !~ ^(GET|HEAD)\$) {
        add_header Allow "GET, HEAD" always;
        return 405;
      }
    }
    location @too_large { return 431; }
  }
}
END
exec nginx -p . -c "$PWD/nginx.conf" -e stderr

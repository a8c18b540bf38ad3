/** One request, and the statuses that the RFCs allow for it; 0 is an end without an answer. */
interface RequestRow {
  section: string
  what: string
  bytes: string
  allowed: readonly number[]
}

const HOST = 'Host: files.example\r\n'
/** A client that says nothing whole may be told so, or not. */
const UNFINISHED = [0, 400, 408]
const OUTSIDE = [400, 403, 404]

/** Kinds of requests. Sections are those of RFC 9112 unless another is named; files are those of `prepare`. */
export const REQUESTS: readonly RequestRow[] = [
  // The message as a whole
  row('2.2', 'a plain request', 'GET /hello.txt HTTP/1.1\r\nHost: a\r\n\r\n', 200),
  row('2.2', 'an empty line before the request', `\r\nGET /hello.txt HTTP/1.1\r\n${HOST}\r\n`, 200, 400),
  row('2.2', 'LF for CR LF', 'GET /hello.txt HTTP/1.1\nHost: a\n\n', 200, ...UNFINISHED),
  row('2.2', 'LF for CR LF in one field', `GET /hello.txt HTTP/1.1\r\nX: y\n${HOST}\r\n`, 200, 400),
  row('2.2', 'a bare CR in the request line', `GET /hello.txt\rHTTP/1.1\r\n${HOST}\r\n`, 400),
  row('2.2', 'a bare CR in a field', `GET /hello.txt HTTP/1.1\r\n${HOST}X: a\rb\r\n\r\n`, 400, 200),
  row('2.2', 'a space before the first field', `GET /hello.txt HTTP/1.1\r\n ${HOST}\r\n`, 400),
  row('2.2', 'a space before the second field', `GET /hello.txt HTTP/1.1\r\n${HOST} X: y\r\n\r\n`, 400, 200),
  row('2.2', 'half a request line', 'GET /hello.t', ...UNFINISHED),
  row('2.2', 'a request line alone', 'GET /hello.txt HTTP/1.1\r\n', ...UNFINISHED),
  row('2.2', 'fields without an empty line', `GET /hello.txt HTTP/1.1\r\n${HOST}`, ...UNFINISHED),
  row('2.2', 'nothing', '', ...UNFINISHED),
  row('2.2', 'an empty line', '\r\n', ...UNFINISHED),
  row('2.2', 'bytes that are not text', '\x16\x03\x01\x02\x00\x01\x00\r\n\r\n', 400, 0),

  // The request line
  row('2.3', 'HTTP/1.0', 'GET /hello.txt HTTP/1.0\r\n\r\n', 200),
  row('2.3', 'a minor version to come', `GET /hello.txt HTTP/1.9\r\n${HOST}\r\n`, 200, 505),
  row('9110 15.6.6', 'HTTP/2.0', `GET /hello.txt HTTP/2.0\r\n${HOST}\r\n`, 505),
  row('9110 15.6.6', 'HTTP/9.9', `GET /hello.txt HTTP/9.9\r\n${HOST}\r\n`, 505),
  row('2.3', 'a version of two digits', `GET /hello.txt HTTP/11.1\r\n${HOST}\r\n`, 400, 505),
  row('2.3', 'a version without a dot', `GET /hello.txt HTTP/1\r\n${HOST}\r\n`, 400, 505),
  row('2.3', 'http in lower case', `GET /hello.txt http/1.1\r\n${HOST}\r\n`, 400),
  row('2.3', 'no version', `GET /hello.txt\r\n${HOST}\r\n`, 400),
  row('3', 'a method alone', `GET\r\n${HOST}\r\n`, 400),
  row('3', 'a target of nothing', `GET  HTTP/1.1\r\n${HOST}\r\n`, 400),
  row('3', 'two spaces', `GET  /hello.txt HTTP/1.1\r\n${HOST}\r\n`, 400, 200),
  row('3', 'a tab for a space', `GET\t/hello.txt\tHTTP/1.1\r\n${HOST}\r\n`, 400, 200),
  row('3', 'a space at the end', `GET /hello.txt HTTP/1.1 \r\n${HOST}\r\n`, 400, 200),
  row('3', 'a space in the target', `GET /hello .txt HTTP/1.1\r\n${HOST}\r\n`, 400),
  row('3', 'a word too many', `GET /hello.txt HTTP/1.1 now\r\n${HOST}\r\n`, 400, 505),
  row('9110 9.1', 'a method in lower case', `get /hello.txt HTTP/1.1\r\n${HOST}\r\n`, 400, 405, 501),
  row('9110 9.1', 'a method that nobody knows', `BREW /hello.txt HTTP/1.1\r\n${HOST}\r\n`, 400, 405, 501),
  row('9110 9.3.6', 'CONNECT', `CONNECT files.example:80 HTTP/1.1\r\n${HOST}\r\n`, 400, 405, 501),
  row('9110 9.3.7', 'OPTIONS of the server', `OPTIONS * HTTP/1.1\r\n${HOST}\r\n`, 200, 204, 400, 405, 501),
  row('9110 9.3.8', 'TRACE', `TRACE / HTTP/1.1\r\n${HOST}\r\n`, 405, 501),
  row('3', 'a request line of 60000 bytes', `GET /${'a'.repeat(60_000)} HTTP/1.1\r\n${HOST}\r\n`, 414),

  // The target
  row('3.2.1', 'a path without a slash', `GET hello.txt HTTP/1.1\r\n${HOST}\r\n`, 400),
  row('3.2.1', 'a query', `GET /hello.txt?a=/../b HTTP/1.1\r\n${HOST}\r\n`, 200),
  row('3.2.2', 'a whole URL', `GET http://files.example/hello.txt HTTP/1.1\r\n${HOST}\r\n`, 200),
  row(
    '3.2.2',
    'a URL of another host',
    `GET http://other.example/hello.txt HTTP/1.1\r\n${HOST}\r\n`,
    200,
    421,
  ),
  row('3.2.2', 'a URL without a path', `GET http://files.example HTTP/1.1\r\n${HOST}\r\n`, 200),
  row('3.2.4', 'GET *', `GET * HTTP/1.1\r\n${HOST}\r\n`, 400, 404),
  row('3.2', 'a fragment', `GET /hello.txt#end HTTP/1.1\r\n${HOST}\r\n`, 200, 400, 404),
  row('3986 2.1', 'a broken %', `GET /% HTTP/1.1\r\n${HOST}\r\n`, 400, 404),
  row('3986 2.1', '%0', `GET /%0 HTTP/1.1\r\n${HOST}\r\n`, 400, 404),
  row('3986 2.1', '%gg', `GET /%gg HTTP/1.1\r\n${HOST}\r\n`, 400, 404),
  row('3986 2.1', '%00', `GET /hello.txt%00 HTTP/1.1\r\n${HOST}\r\n`, 400, 404),
  row('3986 2.1', '%0d%0a', `GET /hello.txt%0d%0aX:%20y HTTP/1.1\r\n${HOST}\r\n`, 400, 404),
  row('9110 17.3', '..', `GET /../secret.txt HTTP/1.1\r\n${HOST}\r\n`, ...OUTSIDE),
  row('9110 17.3', '..%2f', `GET /..%2fsecret.txt HTTP/1.1\r\n${HOST}\r\n`, ...OUTSIDE),
  row('9110 17.3', '%2e%2e', `GET /%2e%2e/secret.txt HTTP/1.1\r\n${HOST}\r\n`, ...OUTSIDE),
  row('9110 17.3', '.. in a folder', `GET /sub/../../secret.txt HTTP/1.1\r\n${HOST}\r\n`, ...OUTSIDE),
  row('9110 17.3', '.. and a backslash', `GET /..\\secret.txt HTTP/1.1\r\n${HOST}\r\n`, ...OUTSIDE),
  row('9110 17.3', '.. in a URL', `GET http://a/../secret.txt HTTP/1.1\r\n${HOST}\r\n`, ...OUTSIDE),
  row(
    '9110 17.3',
    '.. that is encoded twice',
    `GET /%252e%252e/secret.txt HTTP/1.1\r\n${HOST}\r\n`,
    ...OUTSIDE,
  ),

  // Host
  row('3.2', 'no Host', 'GET /hello.txt HTTP/1.1\r\n\r\n', 400),
  row('3.2', 'two Hosts', `GET /hello.txt HTTP/1.1\r\n${HOST}${HOST}\r\n`, 400),
  row('3.2', 'two Hosts of HTTP/1.0', `GET /hello.txt HTTP/1.0\r\n${HOST}Host: b\r\n\r\n`, 400),
  row('3.2', 'a Host with a space', 'GET /hello.txt HTTP/1.1\r\nHost: a b\r\n\r\n', 400),
  row('3.2', 'a Host with a slash', 'GET /hello.txt HTTP/1.1\r\nHost: a/b\r\n\r\n', 400),
  row('3.2', 'a Host with an @', 'GET /hello.txt HTTP/1.1\r\nHost: a@b\r\n\r\n', 400),
  row('3.2', 'an empty Host', 'GET /hello.txt HTTP/1.1\r\nHost:\r\n\r\n', 200, 400),
  row('3.2', 'a Host with a port', 'GET /hello.txt HTTP/1.1\r\nHost: a:8080\r\n\r\n', 200),
  row('3.2', 'a Host that is an address of IPv6', 'GET /hello.txt HTTP/1.1\r\nHost: [::1]:8080\r\n\r\n', 200),

  // Fields
  row('5.1', 'a space before the colon', `GET /hello.txt HTTP/1.1\r\n${HOST}X : y\r\n\r\n`, 400),
  row('5.1', 'a tab before the colon', `GET /hello.txt HTTP/1.1\r\n${HOST}X\t: y\r\n\r\n`, 400),
  row('5', 'a field without a colon', `GET /hello.txt HTTP/1.1\r\n${HOST}X\r\n\r\n`, 400, 200),
  row('5', 'a field without a name', `GET /hello.txt HTTP/1.1\r\n${HOST}: y\r\n\r\n`, 400, 200),
  row('5.2', 'a folded field', `GET /hello.txt HTTP/1.1\r\n${HOST}X: y\r\n z\r\n\r\n`, 400, 200),
  row('9110 5.5', 'a NUL in a value', `GET /hello.txt HTTP/1.1\r\n${HOST}X: a\0b\r\n\r\n`, 400, 200),
  row(
    '9110 5.5',
    'bytes beyond ASCII in a value',
    `GET /hello.txt HTTP/1.1\r\n${HOST}X: \xe9\xff\r\n\r\n`,
    200,
  ),
  row('5', 'spaces and tabs around a value', `GET /hello.txt HTTP/1.1\r\n${HOST}X: \t y \t\r\n\r\n`, 200),
  row(
    '9110 5.1',
    'a name with every sign',
    `GET /hello.txt HTTP/1.1\r\n${HOST}a!#$%&'*+-.^_\`|~9: y\r\n\r\n`,
    200,
  ),
  row(
    '6585 5',
    'fields of 200 KiB',
    `GET /hello.txt HTTP/1.1\r\n${HOST}${`X: ${'y'.repeat(1000)}\r\n`.repeat(200)}\r\n`,
    431,
    400,
  ),

  // Lengths and what comes after the head
  row('6', 'a body', `GET /hello.txt HTTP/1.1\r\n${HOST}Content-Length: 5\r\n\r\nhello`, 200),
  row(
    '6.3',
    'less of a body than announced',
    `GET /hello.txt HTTP/1.1\r\n${HOST}Content-Length: 9\r\n\r\nhello`,
    200,
    400,
  ),
  row('6.3', 'a negative length', `GET /hello.txt HTTP/1.1\r\n${HOST}Content-Length: -1\r\n\r\n`, 200, 400),
  row(
    '9110 10.1.1',
    'Expect: 100-continue',
    `POST /hello.txt HTTP/1.1\r\n${HOST}Expect: 100-continue\r\nContent-Length: 5\r\n\r\n`,
    405,
  ),
  row('9.6', 'a second request', `GET /hello.txt HTTP/1.1\r\n${HOST}\r\nGET / HTTP/1.1\r\n${HOST}\r\n`, 200),
]

function row(section: string, what: string, bytes: string, ...allowed: number[]): RequestRow {
  return { section, what, bytes, allowed }
}

import type { Call } from './call.ts'

/** What the socket options that servers set are for. */
const OPTIONS: Record<string, string> = {
  SO_REUSEADDR: 'bind may take the port although connections of an earlier run are still there in TIME_WAIT.',
  SO_REUSEPORT: 'several sockets may listen on this address and port, and share the clients.',
  SO_KEEPALIVE: 'the kernel checks now and then whether the other end of a silent connection still answers.',
  TCP_NODELAY: 'small writes are sent at once, instead of waiting until those before them are acknowledged.',
  IPV6_V6ONLY: 'whether a socket for IPv6 takes clients by IPv4 as well.',
}

/** The sentence about a setsockopt call. */
export function explainOption({ args }: Call): string {
  const [, , option = '', value = ''] = args
  if (option === 'SO_LINGER' && /l_onoff=1, l_linger=0/.test(value)) {
    return 'SO_LINGER of 0: close will drop the connection, with RST instead of FIN.'
  }
  const known = OPTIONS[option]
  return known ? `${option}: ${known}` : `Sets the option ${option}.`
}

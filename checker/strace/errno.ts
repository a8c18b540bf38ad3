/**
 * What the errors that a server may get mean, about the other side or about the program. Each
 * completes "It failed: ".
 */
const MEANINGS: Record<string, string> = {
  EACCES: 'this user may not. Ports below 1024 are for root.',
  EADDRINUSE: 'another socket has this address and port. ss -ltnp shows whose it is.',
  EADDRNOTAVAIL: 'no interface of this machine has this address.',
  EBADF: 'this descriptor is not open (any more).',
  ECONNABORTED: 'the client had gone before it was accepted.',
  ECONNREFUSED: 'the machine is there, and nobody listens on that port.',
  ECONNRESET: 'the other side has thrown the connection away (RST).',
  EINTR: 'a signal came in between. The call has to be made again.',
  EINVAL: 'the kernel does not accept these arguments here: for example a second bind.',
  EMFILE: 'the program holds as many descriptors as it may (ulimit -n).',
  ENOTCONN: 'there is no connection, or it has ended.',
  ENOTSOCK: 'this descriptor is not a socket.',
  EPIPE: 'the other side has closed the connection and takes no more bytes.',
  ETIMEDOUT: 'the other side has not answered for too long.',
}

/** The sentence about a call that failed. */
export function explainError(errno: string): string {
  return `It failed with ${errno}: ${MEANINGS[errno] ?? 'man 2 has the page of this call, and says when.'}`
}

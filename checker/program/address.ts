import net from 'node:net'

/**
 * True if this machine answers to the address. Linux does for all of 127.0.0.0/8, macOS for
 * 127.0.0.1 only.
 */
export function hasAddress(host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const server = net.createServer()
    server.on('error', () => resolve(false))
    server.listen(0, host, () => server.close(() => resolve(true)))
  })
}

/** `127.0.0.1:4000`. An IPv6 address has colons of its own: `[::]:4000`. */
export function pair(address: string, port: number): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`
}

import net from 'node:net'

/** True if this machine has the address. Linux has all of 127.0.0.0/8, macOS only 127.0.0.1. */
export function hasAddress(host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const server = net.createServer()
    server.on('error', () => resolve(false))
    server.listen(0, host, () => server.close(() => resolve(true)))
  })
}

/** `127.0.0.1:4000`. An IPv6 address contains colons itself: `[::]:4000`. */
export function pair(address: string, port: number): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`
}

// The oldest Node on which the course works. Imported before anything that an older Node cannot
// parse, so it uses nothing new itself.
export const NODE_FLOOR = '20.19'

const floor = NODE_FLOOR.split('.').map(Number)
const own = process.versions.node.split('.').map(Number)

if (own[0] < floor[0] || (own[0] === floor[0] && own[1] < floor[1])) {
  console.error(
    `Accept Loop needs Node ${NODE_FLOOR} or newer; this is ${process.versions.node}. Install a newer one from https://nodejs.org, then: npm ci`,
  )
  process.exit(3)
}

import { up } from './up.js'

const ODD_ONE = 100
let clients = 0

up((socket) => {
  clients += 1
  socket.resume()
  socket.end(clients === ODD_ONE ? 'what?\n' : 'busy\n')
})

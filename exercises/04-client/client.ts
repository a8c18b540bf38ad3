// 04 Client: the other end.
//
// A tiny nc: stdin goes to the server, and what the server says goes to stdout.

const host = process.env.HOST ?? '127.0.0.1'
const port = Number(process.env.PORT ?? 4000)

// TODO: remove the line below, and connect. From then on, two copies run at the same time:
//   stdin to the connection, as it comes. And when stdin ends?
//   the connection to stdout, as it comes. And when the server ends?
// And when there is no server, or it resets the connection?
console.error(`A server waits on ${host}:${port}, and nobody has called it.`)

// 04 Client: the other end.
//
// A tiny nc: stdin goes to the server, what the server says goes to stdout.

const host = process.env.HOST ?? '127.0.0.1'
const port = Number(process.env.PORT ?? 4000)

// TODO: take the line below away, and connect. Two copies go on at the same time from then on:
//   stdin to the connection, as it comes. And when stdin ends?
//   the connection to stdout, as it comes. And when the server ends?
// And when there is no server, or it breaks the connection off?
console.error(`A server waits on ${host}:${port}, and nobody has called it.`)

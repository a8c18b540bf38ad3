// Prints what a program can tell about its own start, and the same for a child process and a
// thread.
import { fork } from 'node:child_process'
import { fstatSync } from 'node:fs'
import { isMainThread, Worker } from 'node:worker_threads'

const { argv, execArgv, env } = process

if (!isMainThread) console.log('a thread', execArgv)
else {
  const child = argv[2] === 'child'
  console.log(
    child ? 'a child' : 'the program',
    argv,
    execArgv,
    env.HOST,
    env.PORT,
    env.MORE,
    Object.keys(env).length,
  )
  if (!child) {
    console.log('a fourth descriptor', isOpen(3), import.meta.url)
    fork(argv[1], ['child']).on('exit', () => new Worker(argv[1]))
  }
}

function isOpen(fd) {
  try {
    return fstatSync(fd).isSocket()
  } catch {
    return false
  }
}

// Preloaded into a program that calls libc through koffi: writes into the trace which line of the
// learner's file makes each call.
import koffi from 'koffi'
import { lineOfCaller, mark } from './marker.ts'

const load = koffi.load
koffi.load = (...args) =>
  new Proxy(load(...args), {
    get(library, property) {
      const value = library[property as keyof typeof library]
      if (property !== 'func') return typeof value === 'function' ? value.bind(library) : value
      return (prototype: string) => {
        const name = /(\w+)\(/.exec(prototype)?.[1] ?? prototype
        return new Proxy(library.func(prototype), {
          apply(func, self, values) {
            mark(name, name === 'socket' ? undefined : (values[0] as number), lineOfCaller())
            return Reflect.apply(func, self, values)
          },
        })
      }
    },
  })

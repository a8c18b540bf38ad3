/** What a test does. */
export type Body = () => Promise<void>

const patient = new WeakSet<object>()

/**
 * The body of a test that waits for time to pass, such as a second until a value is forgotten, or
 * for a program that has much to do, such as 256 MiB to count. It begins when the first test has
 * passed, or another of its kind has ended, with a process of its own as every test, and the others
 * run meanwhile; its verdict is told at its turn. Once a test has failed, none begins early.
 */
export function meanwhile(body: Body): Body {
  patient.add(body)
  return body
}

/** True for the body of a test that mostly waits. */
export function isPatient(body: Body): boolean {
  return patient.has(body)
}

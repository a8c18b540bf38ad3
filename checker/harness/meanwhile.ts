/** What a test does. */
export type Body = () => Promise<void>

const patient = new WeakSet<object>()

/**
 * The body of a test that waits for time to pass, such as a second until a value expires, or for a
 * program that has much to do, such as counting 256 MiB. It begins when the first test has passed,
 * or another of its kind has ended. Like every test it has its own process, and the others run
 * meanwhile; its verdict is reported at its turn. Once a test has failed, none begins early.
 */
export function meanwhile(body: Body): Body {
  patient.add(body)
  return body
}

/** True for the body of a test that mostly waits. */
export function isPatient(body: Body): boolean {
  return patient.has(body)
}

/**
 * Has this many clients come one after the other. `visit` is what each of them does; it gets the
 * client's name, `guest 1`, `guest 2` and so on. For servers that serve only the first few
 * correctly.
 */
export async function oneAfterAnother(count: number, visit: (name: string) => Promise<void>): Promise<void> {
  for (let guest = 1; guest <= count; guest += 1) await visit(`guest ${guest}`)
}

/**
 * Has this many clients come one after the other: `visit` is what each does, told that it is
 * `guest 1`, `guest 2` and so on. For servers that are right for the first few only.
 */
export async function oneAfterAnother(count: number, visit: (name: string) => Promise<void>): Promise<void> {
  for (let guest = 1; guest <= count; guest += 1) await visit(`guest ${guest}`)
}

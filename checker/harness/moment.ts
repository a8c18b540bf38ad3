/**
 * When something happened, on our clock, and for how long a busy machine had kept us and the
 * programs from running up to then; in ms.
 */
export interface Moment {
  at: number
  starved: number
}

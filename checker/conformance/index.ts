/**
 * The types for a solution's `conformance.ts` and `load.ts`: they import these, and nothing else of
 * ours.
 */
export type { Load } from './load.ts'
export type { ConformancePiece } from './pieces.ts'
export type { Prepare, RanProgram, RunningServer } from './running-server.ts'

/**
 * What a solution's `conformance.ts` and `load.ts` are written with: they import types from here,
 * and nothing else of ours.
 */
export type { Load } from './load.ts'
export type { ConformancePiece } from './pieces.ts'
export type { Prepare, RanProgram, RunningServer } from './running-server.ts'

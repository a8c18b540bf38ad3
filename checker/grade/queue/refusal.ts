import { join } from 'node:path'
import { findExercise } from '../../course/course.ts'
import { addressOf, editionOf, hashOfChecker } from '../store/address.ts'
import type { Order } from './order.ts'

/** What a worker grades with. */
export interface Makings {
  root: string
  /** `hashOfChecker` when the worker started. */
  checker: string
  node: string
  sandboxed: boolean
}

/** What this checkout grades with. */
export function makingsOf(root: string, sandboxed: boolean): Makings {
  const checker = hashOfChecker(join(root, 'checker', 'dist'))
  return { root, checker, node: process.versions.node.split('.')[0] ?? '', sandboxed }
}

/**
 * Why a worker must refuse an order: its result would not be the result at the order's address. The
 * address is computed again from what is here; undefined if it is the same.
 */
export function whyNot({ job, ...asked }: Order, here: Makings): string | undefined {
  if (hashOfChecker(join(here.root, 'checker', 'dist')) !== here.checker)
    return 'its checkout has changed since it was started; start it again'
  const exercise = findExercise(here.root, job.exercise)
  if ('near' in exercise) return `its checkout has no ${job.exercise}`
  const edition = editionOf(exercise, job.extraTests, here.checker, here.sandboxed)
  if (addressOf(edition, Buffer.from(job.bytes, 'base64')) === job.hash) return undefined
  if (asked.sandboxed && !here.sandboxed) return 'it runs with --no-sandbox, which was not asked for'
  if (!asked.sandboxed && here.sandboxed) return 'it has a sandbox, and --no-sandbox was asked for'
  if (asked.node !== here.node) return `it runs on Node ${here.node}, and Node ${asked.node} is asked for`
  if (asked.checker !== here.checker) return 'its checkout has another version of the checker'
  return `its checkout has another version of ${exercise.name}`
}

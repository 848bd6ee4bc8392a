import type { State } from '../entities/change.ts'
import { type Fault, invalid, type Problem } from '../errors/problem.ts'
import type { Precondition } from '../records/write/precondition.ts'
import type { WriteContext } from '../records/write/write-context.ts'
import { type Body, shownRecords } from './carry.ts'
import type { TargetName, Targets } from './request.ts'

/** A lead to convert, with the targets and the precondition. */
export interface ConversionItem {
  id: number
  targets: Targets
  ifMatch?: Precondition | undefined
}

/** A conversion under way: the lead, what was made of it so far, and the faults. */
export interface Conversion extends ConversionItem {
  /** The lead before the conversion, and as the caller sees it. */
  state: State
  body: Body
  /** The bodies of the new records, before links are added. */
  bodies: Partial<Record<TargetName, Body>>
  made: Partial<Record<TargetName, { id: number; isNew: boolean }>>
  /** Faults with pointers into the request. */
  faults: Fault[]
  /** The problem that goes before the faults. */
  problem?: Problem
}

/** The outcome of one item. A rejected item may have been written, so its transaction must be rolled back. */
export type ConversionOutcome = Conversion | { problem: Problem }

/** Adds a problem of a target to a conversion: its faults with their place in the request, or itself. */
export function reject(conversion: Conversion, { problem, pointer }: { problem: Problem; pointer: string }): void {
  for (const fault of problem.faults) conversion.faults.push({ ...fault, pointer: pointer + (fault.pointer ?? '') })
  if (!problem.faults.length) conversion.problem ??= problem
}

/** Returns the problem of a rejected conversion, or undefined. */
export function problemOf({ problem, faults }: Conversion): Problem | undefined {
  return problem ?? (faults.length ? invalid(faults) : undefined)
}

/**
 * Returns the write context for records of another type. What the conversions made and what the leads show as their
 * client can be referred to.
 */
export function writingTo(writing: WriteContext, name: TargetName, conversions: readonly Conversion[]): WriteContext {
  const known = new Map<string, Set<number>>()
  const add = (type: string, id: number) => known.set(type, (known.get(type) ?? new Set()).add(id))
  for (const { made, body } of conversions) {
    for (const [type, { id, isNew }] of Object.entries(made)) if (isNew) add(type, id)
    for (const [type, ids] of shownRecords(body, writing.grant)) for (const id of ids) add(type, id)
  }
  const { onCreated: _, isLast: __, addRight: ___, ...rest } = writing
  return { ...rest, grant: writing.grant.of(name), isSilent: true, known }
}

/** Returns the problem of a type that is closed to the caller, or undefined. */
export function closedType({ grant }: WriteContext): Problem | undefined {
  return grant.writable.size ? undefined : grant.refusal('add')
}

import { pointerOf } from '../errors/json-pointer.ts'
import { nearest } from '../errors/nearest.ts'
import { type Fault, invalid } from '../errors/problem.ts'
import { isObject } from '../fields/value.ts'
import { meantId } from '../json/id-text.ts'
import type { Body } from './carry.ts'

/** The types of the records that a lead is converted to, in the order in which they are created. */
export const targetNames = ['company', 'contact', 'deal'] as const
export type TargetName = (typeof targetNames)[number]

/** A target of a conversion: an existing record, or a new one with values that replace those of the lead. */
export type Target = { id: number } | { fields: Body }

/** The targets of a conversion. */
export type Targets = Partial<Record<TargetName, Target>>

/** Returns whether a target is an existing record. */
export function isChosen(target: Target): target is { id: number } {
  return 'id' in target
}

/** Reads the targets from a request body. Throws every fault. */
export function readTargets(body: unknown): Targets {
  const faults: Fault[] = []
  const targets: Targets = {}
  const given = isObject(body) ? body : {}
  if (!isObject(body)) faults.push({ pointer: '', code: 'invalid_type', params: { expected: 'object' } })
  for (const name of Object.keys(given)) {
    if (isTargetName(name)) {
      const target = readTarget(given[name], `/${name}`, faults)
      if (target) targets[name] = target
      continue
    }
    const hint = nearest(name, targetNames)
    faults.push({ pointer: pointerOf([name]), code: 'unknown_field', ...(hint && { hint }) })
  }
  if (!faults.length && !Object.keys(targets).length) {
    faults.push({ pointer: '', code: 'required', allowed: targetNames.toReversed() })
  }
  if (faults.length) throw invalid(faults)
  return targets
}

function isTargetName(name: string): name is TargetName {
  return targetNames.some((known) => known === name)
}

function readTarget(value: unknown, pointer: string, faults: Fault[]): Target | undefined {
  if (value === true) return { fields: {} }
  if (value === false) return
  if (!isObject(value)) {
    faults.push({ pointer, code: 'invalid_type', params: { expected: 'boolean|object' } })
    return
  }
  if (!Object.hasOwn(value, 'id')) return { fields: value }
  const { id: given, ...others } = value
  const id = meantId(given)
  for (const name of Object.keys(others))
    faults.push({ pointer: pointer + pointerOf([name]), code: 'not_allowed_here' })
  if (Number.isSafeInteger(id) && Number(id) > 0) return { id: Number(id) }
  faults.push({ pointer: `${pointer}/id`, code: 'invalid_type', params: { expected: 'integer' } })
  return
}

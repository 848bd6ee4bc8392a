import { nearest } from '../errors/nearest.ts'
import { type Fault, invalid } from '../errors/problem.ts'
import type { Entry } from '../fields/lookups.ts'
import { readLabels } from '../http/labels.ts'
import type { NewDictionaryEntry } from './schemas.ts'

const step = 10

/** Reads the entries of a new dictionary in their order. Throws every fault. */
export function readEntries(bodies: readonly NewDictionaryEntry[]): Entry[] {
  const codes = bodies.map(({ code }) => code)
  const faults = codes.flatMap((code, index): Fault[] =>
    codes.indexOf(code) < index ? [{ pointer: `/entries/${index}/code`, code: 'duplicate_value' }] : [],
  )
  if (faults.length) throw invalid(faults)
  return bodies.map(({ code, label, sort }, index) => ({
    code,
    label: readLabels(label),
    sort: sort ?? (index + 1) * step,
  }))
}

/** Reads an entry to add to the present ones. */
export function readEntry({ code, label, sort }: NewDictionaryEntry, present: readonly Entry[]): Entry {
  return { code, label: readLabels(label), sort: sort ?? Math.max(0, ...present.map((one) => one.sort)) + step }
}

/** Reads the order of all entries, and returns the entries with new positions. Throws every fault. */
export function readOrder(codes: readonly string[], present: readonly Entry[]): Entry[] {
  const known = present.map(({ code }) => code)
  const faults = codes.flatMap((code, index): Fault[] => {
    const pointer = `/codes/${index}`
    if (!known.includes(code)) return [unknownEntry({ pointer }, code, known)]
    return codes.indexOf(code) < index ? [{ pointer, code: 'duplicate_value' }] : []
  })
  const missing = known.filter((code) => !codes.includes(code))
  if (missing.length) faults.push({ pointer: '/codes', code: 'missing_entries', allowed: missing.slice(0, 50) })
  if (faults.length) throw invalid(faults)
  return codes.map((code, index) => ({ ...present.find((one) => one.code === code)!, sort: (index + 1) * step }))
}

/** Reads the entry that replaces a removed one. Throws the fault of the parameter. */
export function readReplacement(code: string, gone: string, present: readonly Entry[]): string {
  const others = present.map((one) => one.code).filter((one) => one !== gone)
  if (others.includes(code)) return code
  throw invalid([unknownEntry({ parameter: 'replaceWith' }, code, others)])
}

function unknownEntry(at: Pick<Fault, 'pointer' | 'parameter'>, code: string, known: readonly string[]): Fault {
  const hint = nearest(code, known)
  return { ...at, code: 'unknown_value', allowed: known.slice(0, 50), ...(hint !== undefined && { hint }) }
}

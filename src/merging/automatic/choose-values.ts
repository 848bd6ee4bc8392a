import { fieldOf } from '../../duplicates/comparing.ts'
import type { Comparison } from '../../duplicates/comparison/comparison.ts'
import type { State } from '../../entities/change.ts'
import type { Field } from '../../fields/field.ts'
import { kindOf } from '../../fields/kinds/kinds.ts'
import { isNothing, isObject, same, type Value } from '../../fields/value.ts'
import { decidingField } from '../merge-request.ts'
import { bestOf, folded, isLarger, joinTexts, withParts } from './joined-values.ts'

/** The values that the survivor of an automatic merge gets, and the fields whose values a person has to choose. */
export interface ChosenValues {
  values: Map<string, Value>
  /** Paths of fields. */
  conflicts: string[]
}

/** The fields of the records, and what was compared of them. */
export interface Choosing {
  fields: readonly Field[]
  comparisons: readonly Comparison[]
}

/**
 * Chooses the values of records that become one. Of values that were compared the more complete ones are kept, those that
 * are joined are joined, and all others must be the same.
 */
export function chooseValues(choosing: Choosing, states: readonly State[]): ChosenValues {
  const { fields } = choosing
  const chosen: ChosenValues = { values: new Map(), conflicts: [] }
  const compared = comparedSets(choosing)
  for (const together of compared) keepBest(choosing, together, states, chosen)
  const done = new Set(compared.flat())
  for (const field of fields) {
    if (field.readOnly || kindOf(field).union?.(field) || done.has(field)) continue
    if (field.prevails !== undefined) continue
    const decider = decidingField(choosing, field)
    if (field.joined === 'largest') keepLargest(choosing, field, states, chosen)
    else if (field.joined === 'texts') keepTexts(field, states, chosen)
    else if (decider.joined === undefined) requireSame(field, decider, states, chosen)
  }
  return chosen
}

/** Returns the fields with one value that were compared. Those that were compared together come from one record. */
function comparedSets({ fields: all, comparisons }: Choosing): Field[][] {
  const sets: Field[][] = []
  for (const { paths } of comparisons) {
    const named = new Set(paths.map(fieldOf))
    const fields = all.filter((field) => named.has(field.path) && !kindOf(field).union?.(field))
    const known = sets.find((set) => set.some((field) => fields.includes(field)))
    if (known) known.push(...fields.filter((field) => !known.includes(field)))
    else if (fields.length) sets.push(fields)
  }
  return sets
}

function keepBest(
  { comparisons }: Choosing,
  fields: readonly Field[],
  states: readonly State[],
  { values, conflicts }: ChosenValues,
): void {
  const rows = states.map((state) => fields.map(({ key }) => state.get(key) ?? null))
  const best = rows[bestOf(rows)]!
  const paths = new Set(comparisons.flatMap((one) => one.paths))
  for (const [at, { key, path }] of fields.entries()) {
    const own = best[at]!
    const others = rows.map((row) => row[at]!)
    if (isObject(own)) {
      if (haveOtherParts(others, (name) => paths.has(`${path}.${name}`))) conflicts.push(path)
      values.set(key, withParts(own as Record<string, Value>, others))
    } else {
      const filled = isNothing(own) ? others.find((value) => !isNothing(value) && !isAmong(value, best)) : own
      values.set(key, filled ?? null)
    }
  }
}

/** A name can stand in the field of another name. Then it is not taken twice. */
function isAmong(value: Value, values: readonly Value[]): boolean {
  return values.some((one) => areAlike(one, value))
}

/** Returns whether objects differ in a part that was not compared. */
function haveOtherParts(objects: readonly Value[], isCompared: (name: string) => boolean): boolean {
  const filled = objects.filter(isObject) as Record<string, Value>[]
  const names = new Set(filled.flatMap(Object.keys))
  return [...names].some((name) => !isCompared(name) && !areAllAlike(filled.map((one) => one[name] ?? null)))
}

function areAllAlike(values: readonly Value[]): boolean {
  const filled = values.filter((value) => !isNothing(value))
  return filled.every((value) => areAlike(value, filled[0]!))
}

function areAlike(a: Value, b: Value): boolean {
  return same(a, b) || (typeof a === 'string' && typeof b === 'string' && folded(a) === folded(b))
}

function keepTexts(field: Field, states: readonly State[], { values, conflicts }: ChosenValues): void {
  const texts = states.flatMap((state) => (state.get(field.key) ?? []) as string | [])
  if (texts.length < 2) return
  const joined = joinTexts(field, texts)
  if (joined === undefined) conflicts.push(field.path)
  else values.set(field.key, joined)
}

/** Keeps the largest amount, with the values that belong to it. Amounts in different currencies are in conflict. */
function keepLargest(
  choosing: Choosing,
  field: Field,
  states: readonly State[],
  { values, conflicts }: ChosenValues,
): void {
  const filled = states.filter((state) => !isNothing(state.get(field.key)))
  const [first, ...others] = filled
  if (!first) return
  const amountOf = (state: State) => String(state.get(field.key))
  const largest = others.reduce((best, one) => (isLarger(amountOf(one), amountOf(best)) ? one : best), first)
  const together = choosing.fields.filter((one) => one !== field && decidingField(choosing, one) === field)
  for (const one of together) {
    const isUnit = kindOf(one).choices !== undefined
    if (isUnit && !areAllAlike(filled.map((state) => state.get(one.key) ?? null))) conflicts.push(one.path)
  }
  for (const { key } of [field, ...together]) values.set(key, largest.get(key) ?? null)
}

function requireSame(field: Field, decider: Field, states: readonly State[], chosen: ChosenValues): void {
  const deciding = decider === field ? states : states.filter((state) => !isNothing(state.get(decider.key)))
  const found = deciding.map((state) => state.get(field.key) ?? null)
  const filled = found.filter((value) => !isNothing(value))
  const isFreeText = kindOf(field).joiner !== undefined
  if (!filled.every((value) => (isFreeText ? areAlike : same)(value, filled[0]!))) chosen.conflicts.push(field.path)
  else if (isFreeText && filled.length > 1) chosen.values.set(field.key, filled[bestOf(filled.map((one) => [one]))]!)
}

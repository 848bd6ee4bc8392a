import { type RawBuilder, sql } from 'kysely'
import type { EntityType } from '../entities/catalogue.ts'
import type { State } from '../entities/change.ts'
import type { Communication } from '../fields/kinds/communication-kinds.ts'
import { isNothing, type Value } from '../fields/value.ts'
import { type Comparing, comparingOf, mostExtras } from './comparing.ts'
import type { ComparedAddress, ComparedRecord } from './comparison/compared-record.ts'
import type { Pass } from './comparison/pass.ts'
import { keysOf } from './comparison/passes.ts'
import { prepareRecord } from './comparison/prepared-record.ts'

/**
 * Returns what of a record is compared. `companies` are the titles of the companies that it is linked to. Fields outside
 * the comparison are empty.
 */
export function comparedRecord(
  { fields, extras }: Comparing,
  id: number,
  state: ReadonlyMap<string, Value>,
  companies: readonly string[] = [],
): ComparedRecord {
  const keys = new Set(fields.map(({ key }) => key))
  const value = (key: string) => (keys.has(key) ? (state.get(key) ?? null) : null)
  const textOf = (key: string) => value(key) as string | null
  const listOf = (key: string) => (value(key) ?? []) as Communication[]
  return {
    id,
    lastName: textOf('lastName'),
    firstName: textOf('firstName'),
    middleName: textOf('middleName'),
    title: textOf('title'),
    companies: [...textsOf(value('companyTitle')), ...companies],
    phones: listOf('phones').map(({ normalized }) => normalized),
    emails: listOf('emails').map(({ normalized }) => normalized),
    websites: listOf('websites').map(({ normalized }) => normalized),
    birthDate: textOf('birthDate'),
    address: addressOf(value('address')),
    extra: extras.map((field) => (field ? textsOf(state.get(field.key)) : [])),
  }
}

function addressOf(value: Value): ComparedAddress | null {
  if (value === null) return null
  const { lines, ...parts } = value as object as Omit<ComparedAddress, 'lines'> & { lines: string[] | null }
  return { ...parts, lines: lines?.join(', ') ?? null }
}

function textsOf(value: Value | undefined): string[] {
  return isNothing(value) ? [] : [value].flat().map(String)
}

/** The lowest bits of a stored key tell its pass. Extra fields have the last numbers, so that a deleted one moves no other. */
const passBits = 5
const firstExtra = 2 ** passBits - mostExtras

/**
 * Returns the keys of a record with these values, in the form that is stored: records with a common key are compared.
 * Linked companies give no keys, so that a change of a company changes no keys of others.
 */
export function keysOfValues(comparing: Comparing, state: State): number[] {
  const { passes, type } = comparing
  const numbers = passes.map((pass) => numberOfPass(type, pass))
  const keys = keysOf(prepareRecord(comparedRecord(comparing, 0, state)), passes)
  return [...new Set(keys.map(({ pass, key }) => ((key >> passBits) << passBits) | numbers[pass]!))]
}

function numberOfPass(type: EntityType, { code }: Pass): number {
  const [, place] = /^extra(\d)$/.exec(code) ?? []
  if (place !== undefined) return firstExtra + Number(place)
  return comparingOf(type).passes.findIndex((pass) => pass.code === code)
}

/** Returns SQL of the most records that a key may have to be compared by it. */
export function largestBlock({ type, passes }: Comparing, key: RawBuilder<unknown>): RawBuilder<number> {
  const limits = Array.from({ length: 2 ** passBits }, () => 0)
  for (const pass of passes) limits[numberOfPass(type, pass)] = pass.largestBlock
  return sql<number>`(array[${sql.join(limits.map((limit) => sql.lit(limit)))}])[(${key} & ${sql.lit(2 ** passBits - 1)}) + 1]`
}

/** Returns the stored keys of a record of a type. */
export function duplicateKeys(type: EntityType, state: State): number[] {
  return keysOfValues(comparingOf(type), state)
}

/** The version of the comparison. Increase it when records get other keys than before. */
const version = 1

/** Returns the version of the keys that records of a type have now. */
export function keysVersion({ comparedFields }: EntityType): string {
  return JSON.stringify([version, ...comparedFields])
}

/** Returns whether a change of these fields changes the keys of a record. */
export function changesKeys(type: EntityType, keys: Iterable<string>): boolean {
  const { fields, extras } = comparingOf(type)
  const compared = new Set([...fields, ...extras].map((field) => field?.key))
  return [...keys].some((key) => compared.has(key))
}

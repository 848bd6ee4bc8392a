import { fieldsOf } from '../../entities/system-fields.ts'
import { soundness } from '../../errors/faulty-body.ts'
import { nearest } from '../../errors/nearest.ts'
import { type Fault, FaultList, invalid } from '../../errors/problem.ts'
import { unknownNameFault } from '../../errors/unknown-name.ts'
import type { FieldsByPath } from '../../fields/field.ts'
import { selects } from '../../fields/operators.ts'
import { isObject } from '../../fields/value.ts'
import type { Condition } from '../../filters/condition.ts'
import { newTally, ownTargets, resolveAt } from '../../filters/resolve.ts'
import { canonicalZone } from '../../http/time-zone.ts'
import { comparedPeriod, type ReportingPeriod } from '../../reporting-period/period.ts'
import { conditionsFor } from '../../reporting-period/read-event.ts'
import type { Access } from '../../rights/access.ts'
import type { Grant } from '../../rights/grant.ts'
import { type QueryReading, readGroup, readMeasure, readPart, unknownKey } from './resolve-parts.ts'
import { readConversion, readQueryPeriod } from './resolve-period.ts'
import type { Group, Measure, Part, ResolvedQuery, RowOrder } from './resolved.ts'
import { type Query, queryLimits } from './schemas.ts'

/** The default number of rows. */
const defaultRows = 100

/** A filter that all records of a query must match besides its own, with the place of its faults. */
export interface FurtherFilter {
  pointer: string
  filter: unknown
  /** Whether it is a condition of a URL, with texts as values. */
  isUrl?: true
}

/** What is known about a query besides its body. */
export interface QueryMore {
  /** Filters that all records must match besides its own. */
  conditions?: readonly FurtherFilter[]
  /** The faults of the schema. Their values are left out. */
  faults?: readonly Fault[]
}

/** The lists of a query, whose valid items are read also if others have faults. */
export const queryLists = ['measures', 'groupBy', 'having', 'sort']

/**
 * Resolves the names of a query in the rights of the caller, and the same query for the period that it is compared with.
 * Throws every fault at once, each with its pointer.
 */
export function resolveQuery(access: Access, query: Query, more: QueryMore = {}): ResolvedQuery {
  const resolved = resolveFor(access, query, more)
  const { period } = resolved
  if (!period || !query.compare) return resolved
  return { ...resolved, earlier: resolveFor(access, query, more, comparedPeriod(period, query.compare)) }
}

/** `given` replaces the period of the query. */
function resolveFor(access: Access, query: Query, more: QueryMore, given?: ReportingPeriod): ResolvedQuery {
  const { conditions = [], faults: known = [] } = more
  const faults = new FaultList()
  faults.push(...known)
  const isSound = soundness(known)
  if (!isSound('/type')) throw invalid(faults)
  const grant = grantOf(access, query.type, faults)
  const timeZone = query.timeZone === undefined ? undefined : canonicalZone(query.timeZone)
  if (query.timeZone !== undefined && !timeZone) faults.push({ pointer: '/timeZone', code: 'invalid_time_zone' })
  const context = access.context(timeZone)
  const period = given ?? readQueryPeriod(query, { context, faults, isSound })
  const names = { grant, targets: conditionsFor(grant), sources: new Map() }
  const reading: QueryReading = { ...names, context, faults, isSound, period }
  const conversion = readConversion(query.currency, reading)
  const filters: FurtherFilter[] = [{ filter: query.filter, pointer: '/filter' }, ...conditions]
  const base = filters.map(({ filter, pointer, isUrl }) => readPart(filter, pointer, { ...reading, isUrl }))
  const groups = itemsOf(query.groupBy).map((one, index) => readGroup(one, index, reading))
  const measures = itemsOf(query.measures).map((one, index) => readMeasure(one, index, reading))
  refuseRepeated(query, reading)
  const areRead = queryLists.every((name) => isSound(`/${name}`)) && ![...groups, ...measures].includes(undefined)
  if (!areRead) {
    refuseUnknownKeys(query, reading)
    throw invalid(faults)
  }
  const named = { groups: groups as Group[], measures: measures as Measure[], conversion }
  const measureFields = fieldsOfMeasures(named.measures)
  const having = readHaving(query, named, measureFields, reading)
  const sort = readOrder(query, named, faults)
  refuseEmptyRows(named.groups, { having, sort }, faults)
  if (faults.length) throw invalid(faults)
  return {
    ...{ grant, context, ...named, measureFields, having, sort, period },
    earlier: null,
    base: base.filter((part): part is Part => part !== null),
    limit: limitOf(query, named.groups),
    labels: query.labels ?? true,
  }
}

/** Returns the most rows of a query. Without a limit, the largest groups and rows without records always fit. */
function limitOf({ limit }: Query, [first, ...others]: readonly Group[]): number {
  if (limit !== undefined) return limit
  const usual = Math.min(queryLimits.rows, defaultRows + (first?.emptyRows?.length ?? 0))
  return Math.max(usual, first && !others.length ? (first.top ?? 0) + 1 : 0)
}

/** Adds the faults of rows without records where it is not known which of them there would be, or in what order. */
function refuseEmptyRows(
  groups: readonly Group[],
  { having, sort }: Pick<ResolvedQuery, 'having' | 'sort'>,
  faults: Fault[],
): void {
  const isPlain = groups.length === 1 && !having && sort.every(({ of }) => of === 'group')
  for (const [index, { emptyRows }] of groups.entries()) {
    if (emptyRows && !isPlain) faults.push({ pointer: `/groupBy/${index}/empty`, code: 'not_allowed_here' })
  }
}

function grantOf(access: Access, type: string, faults: readonly Fault[]): Grant {
  const known = [...access.catalogue.types.keys()]
  if (known.includes(type)) return access.grant(type)
  throw invalid([...faults, unknownNameFault({ pointer: '/type' }, 'unknown_type', type, nearest(type, known))])
}

/** Returns the items of a list. Items that are no objects have a fault of the schema. */
function itemsOf<Item extends object>(list: readonly Item[] = []): Item[] {
  return list.map((item) => (isObject(item) ? item : ({} as Item)))
}

/** Returns the key of a group or a measure. One that is no text has a fault of the schema. */
function keyOf({ as }: { as?: unknown }, name: string, index: number): string {
  return typeof as === 'string' ? as : `${name}${index}`
}

function refuseRepeated({ groupBy, measures }: Query, { faults, isSound }: QueryReading): void {
  const keys = new Set<string>()
  const check = (key: string, pointer: string) => {
    if (keys.has(key) && isSound(pointer)) faults.push({ pointer, code: 'duplicate_value' })
    keys.add(key)
  }
  for (const [index, one] of itemsOf(groupBy).entries()) check(keyOf(one, 'group', index), `/groupBy/${index}/as`)
  for (const [index, one] of itemsOf(measures).entries()) check(keyOf(one, 'measure', index), `/measures/${index}/as`)
}

/** Adds the faults of the keys in conditions and orders of a query whose groups or measures have faults. */
function refuseUnknownKeys(query: Query, { faults, isSound }: QueryReading): void {
  const { groupBy, measures, having, sort = [] } = query
  const check = (name: string, pointer: string, keys: readonly string[]) => {
    if (isSound(pointer) && !keys.includes(name)) faults.push(unknownKey(pointer, name, keys))
  }
  // A list that is left out for its faults has keys that are not known.
  const areKnown = (name: 'groupBy' | 'measures') => isSound(`/${name}`) || query[name] !== undefined
  if (!areKnown('measures')) return
  const ofMeasures = itemsOf(measures).map((one, index) => keyOf(one, 'measure', index))
  for (const [index, { measure }] of itemsOf(having).entries()) check(measure, `/having/${index}/measure`, ofMeasures)
  if (!areKnown('groupBy')) return
  const keys = [...itemsOf(groupBy).map((one, index) => keyOf(one, 'group', index)), ...ofMeasures]
  for (const [index, text] of sort.entries()) check(String(text).replace(/^-/, ''), `/sort/${index}`, keys)
}

/** Returns the measures as fields of the rows of a query. Their columns are `m0`, `m1` and so on. */
function fieldsOfMeasures(measures: readonly Measure[]): FieldsByPath {
  const fields = fieldsOf(
    0,
    measures.map((measure) => ({ code: measure.key, kind: fieldKind(measure), label: measure.label })),
  )
  return new Map(fields.map((field, index) => [field.path, { ...field, column: `m${index}` }]))
}

/** The kinds of fields with values such as those of a column. */
const fieldKinds = { count: 'integer', duration: 'integer', number: 'decimal', money: 'decimal' } as const
const timeKinds = { day: 'date', instant: 'datetime', number: 'decimal' } as const

function fieldKind({ kind, target }: Measure) {
  return kind in fieldKinds ? fieldKinds[kind as keyof typeof fieldKinds] : timeKinds[target?.scalar.scale ?? 'number']
}

function readHaving(
  { having = [] }: Query,
  { measures, conversion }: Named,
  fields: FieldsByPath,
  { context, faults }: QueryReading,
): Condition | null {
  const reading = { targets: ownTargets(fields), context, fromUrl: false, tally: newTally() }
  const conditions = having.flatMap(({ measure: field, op = selects.value, value }, index) => {
    const found: Fault[] = []
    const condition = resolveAt(`/having/${index}`, { field, op, value }, { ...reading, faults: found })
    for (const fault of found) faults.push({ ...fault, pointer: fault.pointer?.replace(/field$/, 'measure') ?? '' })
    const measure = measures.find(({ key }) => key === field)
    if (measure && !conversion && measure.currency) faults.push(byCurrency(`/having/${index}/measure`, field))
    return condition ?? []
  })
  return conditions.length ? { and: conditions } : null
}

/** The groups and measures of a query, and whether amounts can be compared. */
type Named = Pick<ResolvedQuery, 'groups' | 'measures' | 'conversion'>

function byCurrency(pointer: string, name: string): Fault {
  return { pointer, code: 'amounts_by_currency', params: { name } }
}

function readOrder({ sort }: Query, { groups, measures, conversion }: Named, faults: Fault[]): RowOrder[] {
  if (!sort) return usualOrder({ groups, measures, conversion })
  const keys = [...groups, ...measures].map(({ key }) => key)
  return sort.flatMap((text, index): RowOrder[] => {
    const [descending, name] = text.startsWith('-') ? [true, text.slice(1)] : [false, text]
    const group = groups.findIndex(({ key }) => key === name)
    if (group >= 0) return [{ of: 'group', index: group, descending }]
    const measure = measures.findIndex(({ key }) => key === name)
    if (measure < 0) faults.push(unknownKey(`/sort/${index}`, name, keys))
    else if (!conversion && measures[measure]!.currency) faults.push(byCurrency(`/sort/${index}`, name))
    else return [{ of: 'measure', index: measure, descending }]
    return []
  })
}

/** Rows of times are in the order of time, others begin with the largest. */
function usualOrder({ groups: [first], measures, conversion }: Named): RowOrder[] {
  if (first?.bucket) return []
  const index = measures.findIndex(({ currency }) => conversion || !currency)
  return index < 0 ? [] : [{ of: 'measure', index, descending: true }]
}

import type { Labels } from '../../errors/language.ts'
import { nearest } from '../../errors/nearest.ts'
import { type Fault, FaultList } from '../../errors/problem.ts'
import type { Target } from '../../fields/kind.ts'
import { kindOf } from '../../fields/kinds/kinds.ts'
import { nearestPath } from '../../fields/paths.ts'
import type { Context } from '../../fields/value.ts'
import type { Filter } from '../../filters/filter.ts'
import { asInBody, type UrlCondition } from '../../filters/query.ts'
import { newTally, readName, resolveAt, type Targets, targetsOf } from '../../filters/resolve.ts'
import { type ValueSource, valueSource } from '../../records/query/record-values.ts'
import { hopsOf } from '../../records/query/relations.ts'
import type { ReportingPeriod } from '../../reporting-period/period.ts'
import type { Grant } from '../../rights/grant.ts'
import type { ColumnKind } from '../table.ts'
import { type Bucket, buckets, bucketsOf } from './buckets.ts'
import { functionNamed, functionNames, type MeasureFunction } from './functions.ts'
import { withPeriod } from './resolve-period.ts'
import type { Group, Measure, Part } from './resolved.ts'
import { type QueryGroup, type QueryMeasure, queryLimits } from './schemas.ts'

/** The context for reading the parts of a query, and the list that collects their faults. */
export interface QueryReading {
  grant: Grant
  targets: Targets
  context: Context
  faults: Fault[]
  /** Whether the value at a pointer matches the schema. The faults of others are known. */
  isSound(pointer: string): boolean
  /** The period of events that have none of their own. */
  period: ReportingPeriod | null
  /** How the values of fields are read, each once. */
  sources: Map<string, ValueSource>
}

/** Reads a filter, or a condition of a URL. Null without one and after a fault. */
export function readPart(
  given: unknown,
  pointer: string,
  reading: QueryReading & { isUrl?: true | undefined },
): Part | null {
  if (given === undefined) return null
  const { targets, context, faults, period, isUrl = false } = reading
  const filter = withPeriod(given, period)
  const limits = { depth: queryLimits.filterDepth, conditions: queryLimits.conditions }
  const found: Fault[] = new FaultList()
  const condition = resolveAt(pointer, filter, {
    targets,
    context,
    faults: found,
    fromUrl: isUrl,
    tally: newTally(),
    limits,
  })
  faults.push(...found)
  // A filter without faults has the form of one.
  if (!condition || found.length) return null
  return { filter: isUrl ? asInBody(filter as UrlCondition, targets) : (filter as Filter), condition }
}

/** Returns the target with a name. Undefined after a fault, also after one of the schema. */
function targetAt(name: unknown, pointer: string, reading: QueryReading): Target | undefined {
  return reading.isSound(pointer) ? readName(name, pointer, reading) : undefined
}

/** Reads a group. Undefined after a fault. */
export function readGroup(given: QueryGroup, index: number, reading: QueryReading): Group | undefined {
  const { grant, faults, isSound } = reading
  const at = `/groupBy/${index}`
  const before = faults.length
  const target = targetAt(given.field, `${at}/field`, reading)
  if (!target) return
  const { grouping, scale } = target.scalar
  const source = grouping && valueSource(grant, target)
  if (!source) {
    const hint = grouping ? undefined : nearestGroupable(given.field, grant)
    const code = grouping ? 'several_linked' : 'not_groupable'
    faults.push({ pointer: `${at}/field`, code, params: { name: given.field }, ...(hint !== undefined && { hint }) })
    return
  }
  if (!isSound(at)) return
  const allowed = grouping === 'parts' ? bucketsOf(scale) : []
  const bucket = given.bucket ?? (scale === 'day' ? 'day' : undefined)
  if (allowed.length && bucket === undefined) faults.push({ pointer: `${at}/bucket`, code: 'required', allowed })
  else if (given.bucket && !allowed.length) faults.push({ pointer: `${at}/bucket`, code: 'not_allowed_here' })
  else if (given.bucket && !allowed.includes(given.bucket)) {
    faults.push({ pointer: `${at}/bucket`, code: 'unknown_value', allowed })
  }
  if (given.top !== undefined && allowed.length) faults.push({ pointer: `${at}/top`, code: 'not_allowed_here' })
  if (given.other && given.top === undefined) faults.push({ pointer: `${at}/top`, code: 'required' })
  const part: Bucket | null = bucket && allowed.includes(bucket) ? buckets[bucket] : null
  const emptyRows = given.empty ? readEmptyRows(part, `${at}/empty`, reading) : null
  if (faults.length > before) return
  return {
    key: given.as ?? `group${index}`,
    ...{ target, top: given.top ?? null, other: given.other ?? false, ...inBuckets(source, target, part, reading) },
    ...(emptyRows && { emptyRows }),
    label: groupLabel(given.as, labelOf(grant, target), part),
  }
}

/** Returns the parts of time in the period. Undefined after a fault. */
function readEmptyRows(bucket: Bucket | null, pointer: string, { period, context, faults }: QueryReading) {
  const { rows: limit } = queryLimits
  if (!bucket?.keysIn) return void faults.push({ pointer, code: 'not_allowed_here' })
  if (!period) return void faults.push({ pointer: '/period', code: 'required' })
  const keys = bucket.keysIn(period, limit, context)
  if (keys.length <= limit) return keys
  return void faults.push({ pointer, code: 'too_many', params: { limit } })
}

/** Returns the source of a group. Lists are divided into values first. */
function inBuckets(source: ValueSource, { scalar }: Target, bucket: Bucket | null, { context }: QueryReading) {
  const isDivided = bucket && !source.isList
  return { bucket, source: isDivided ? { ...source, value: bucket.key(source.value, scalar, context) } : source }
}

function groupLabel(as: string | undefined, label: Labels, bucket: Bucket | null): Labels {
  if (as !== undefined) return { en: as, ru: as }
  return bucket ? { en: `${label.en}, ${bucket.label.en}`, ru: `${label.ru}, ${bucket.label.ru}` } : label
}

function nearestGroupable(name: string, { readable }: Grant): string | undefined {
  const groupable = [...targetsOf(readable).values()].filter(({ scalar }) => scalar.grouping)
  return nearestPath(
    name,
    groupable.map(({ path }) => path),
  )
}

/** Returns the label of a field, with that of the link to it. */
function labelOf(grant: Grant, { path, field, link }: Target): Labels {
  const own = path.slice(link ? link.name.length + 1 : 0)
  const label =
    kindOf(field)
      .csv(field, 'people')
      .find(({ key }) => key === own)?.label ?? field.label
  const linked = link && hopsOf(grant).find(({ name }) => name === link.name)?.field.label
  return linked ? { en: `${linked.en}: ${label.en}`, ru: `${linked.ru}: ${label.ru}` } : label
}

/** Reads a measure. Undefined after a fault. */
export function readMeasure(given: QueryMeasure, index: number, reading: QueryReading): Measure | undefined {
  const { grant, faults, isSound } = reading
  const at = `/measures/${index}`
  const before = faults.length
  const part = readPart(given.filter, `${at}/filter`, reading)
  if (!isSound(`${at}/fn`)) return refuseNames(given, at, reading)
  const fn = functionNamed(given.fn)
  if (isSound(`${at}/p`)) checkPercent(given, fn, at, faults)
  const of = fn.takes ? readOperands(given, fn, at, reading) : refuseOperands(given, at, reading)
  if (!of || faults.length > before || !isSound(at)) return
  return {
    key: given.as ?? `measure${index}`,
    ...{ fn, part, percent: given.p ?? 0 },
    ...of,
    label: measureLabel(given.as, fn, of.target && labelOf(grant, of.target)),
  }
}

/** Adds the faults of the fields of a measure whose function is unknown. */
function refuseNames(given: QueryMeasure, at: string, reading: QueryReading): undefined {
  for (const name of ['field', 'since'] as const) {
    if (given[name] !== undefined) targetAt(given[name], `${at}/${name}`, reading)
  }
}

function checkPercent({ p }: QueryMeasure, { needsPercent }: MeasureFunction, at: string, faults: Fault[]): void {
  if (needsPercent && p === undefined) faults.push({ pointer: `${at}/p`, code: 'required' })
  if (!needsPercent && p !== undefined) faults.push({ pointer: `${at}/p`, code: 'not_allowed_here' })
}

function measureLabel(as: string | undefined, fn: MeasureFunction, of: Labels | null): Labels {
  if (as !== undefined) return { en: as, ru: as }
  return of ? { en: `${fn.label.en}: ${of.en}`, ru: `${fn.label.ru}: ${of.ru}` } : fn.label
}

type Operands = Pick<Measure, 'value' | 'since' | 'target' | 'currency' | 'kind'>

function refuseOperands({ field, since }: QueryMeasure, at: string, { faults }: QueryReading): Operands {
  if (field !== undefined) faults.push({ pointer: `${at}/field`, code: 'not_allowed_here' })
  if (since !== undefined) faults.push({ pointer: `${at}/since`, code: 'not_allowed_here' })
  return { value: null, since: null, target: null, currency: null, kind: 'count' }
}

/** Reads what a measure calculates with. Undefined after a fault. */
function readOperands(
  given: QueryMeasure,
  fn: MeasureFunction,
  at: string,
  reading: QueryReading,
): Operands | undefined {
  const target = targetAt(given.field, `${at}/field`, reading)
  const from = given.since === undefined ? null : targetAt(given.since, `${at}/since`, reading)
  if (!target || from === undefined) return
  const value = valueAt(`${at}/field`, target, reading)
  const since = from && valueAt(`${at}/since`, from, reading)
  if (!value || since === undefined) return
  if (from) return durationOf({ target, value, from, since }, fn, at, reading)
  const currency = currencyOf(target, reading)
  if (!takes(fn, target) || value.isList || currency === undefined) {
    const allowed =
      value.isList || currency === undefined ? [] : functionNames.filter((name) => takes(functionNamed(name), target))
    const params = { fn: given.fn, name: target.path }
    reading.faults.push({ pointer: `${at}/field`, code: 'not_measurable', params, allowed })
    return
  }
  if (fn.returns === 'count') return { value, since: null, target, currency: null, kind: 'count' }
  const kind: ColumnKind = currency ? 'money' : target.scalar.scale === 'number' ? 'number' : 'date'
  return { value, since: null, target, currency, kind }
}

function takes({ takes }: MeasureFunction, { scalar: { scale, grouping } }: Target): boolean {
  if (takes === 'any') return grouping !== undefined
  return scale !== undefined && (takes ?? []).includes(scale)
}

function valueAt(pointer: string, target: Target, { grant, faults, sources }: QueryReading) {
  const source = sources.get(target.path) ?? valueSource(grant, target)
  if (source) sources.set(target.path, source)
  if (!source) faults.push({ pointer, code: 'several_linked', params: { name: target.path } })
  return source
}

/** Returns the currency of an amount, null for other values. Undefined if the caller does not see it. */
function currencyOf({ currency }: Target, { grant, targets }: QueryReading) {
  if (currency === undefined) return null
  const target = targets.get(currency)
  return target && valueSource(grant, target)
}

function durationOf(
  ends: { target: Target; value: NonNullable<Measure['value']>; from: Target; since: Measure['since'] },
  fn: MeasureFunction,
  at: string,
  { faults }: QueryReading,
): Operands | undefined {
  const { target, value, from, since } = ends
  const scales = [target, from].map(({ scalar }) => scalar.scale)
  const areTimes = scales.every((scale) => scale && scale !== 'number') && !value.isList && !since?.isList
  if (!areTimes || !fn.takes?.includes('number')) {
    faults.push({ pointer: `${at}/since`, code: 'not_allowed_here' })
    return
  }
  if (scales[0] !== scales[1]) {
    faults.push({ pointer: `${at}/since`, code: 'other_scale' })
    return
  }
  return { value, since, target, currency: null, kind: 'duration' }
}

/** Returns the fault of a key that no group and no measure has. */
export function unknownKey(pointer: string, name: string, keys: readonly string[]): Fault {
  const hint = nearest(name, keys)
  return { pointer, code: 'unknown_field', params: { name }, allowed: keys, ...(hint !== undefined && { hint }) }
}

import { operatorNamed, selects } from '../../fields/operators.ts'
import type { Value } from '../../fields/value.ts'
import type { Filter } from '../../filters/filter.ts'
import type { Cell, GroupValue } from '../table.ts'
import type { NumberRow } from './calculate.ts'
import type { TopValues } from './calculation.ts'
import type { Group, ResolvedQuery } from './resolved.ts'

/** Returns the request that lists the records of a type that match all filters. */
export function listOf({ grant, context }: Pick<ResolvedQuery, 'grant' | 'context'>, filters: readonly Filter[]) {
  const all = filters.flatMap((one) => ('and' in one ? one.and : [one]))
  const filter = all.length > 1 ? { and: all } : all[0]
  return {
    method: 'POST',
    path: `/v1${grant.type.path}/search`,
    body: { ...(filter && { filter }), timeZone: context.timeZone },
  } satisfies Cell['list']
}

/** Returns the conditions that a record is in a row. */
export function conditionsOf(
  groups: readonly Group[],
  tops: readonly TopValues[],
  { values, others }: Pick<NumberRow, 'values' | 'others'>,
): Filter[] {
  return groups.flatMap((group, index) =>
    others[index] ? isNoneOf(group, tops[index] ?? []) : isIn(group, values[index] ?? null),
  )
}

function isIn({ target: { path: field, key }, bucket }: Group, value: GroupValue): Filter[] {
  if (value === null) return [bucket?.empty ?? { field, op: selects.empty, value: true }]
  return [bucket ? bucket.condition(field, value) : { field, op: selects.value, value: key?.operand(value) ?? value }]
}

function isNoneOf({ target: { path: field, scalar, key } }: Group, top: readonly Value[]): Filter[] {
  const values = top.filter((value) => value !== null).map((value) => key?.operand(value) ?? value)
  const filled = top.includes(null) ? [{ field, op: selects.empty, value: false }] : []
  const takesSeveral = scalar.operators.some((name) => name === selects.otherThanAny && operatorNamed(name))
  const different = takesSeveral
    ? values.length
      ? [{ field, op: selects.otherThanAny, value: values }]
      : []
    : values.map((value) => ({ field, op: selects.otherThan, value }))
  return [...different, ...filled]
}

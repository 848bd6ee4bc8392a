import { sql } from 'kysely'
import { type Condition, meaningOf } from '../../filters/condition.ts'
import { isAboutRows } from '../../filters/sql.ts'
import { placeIn } from '../../records/query/record-values.ts'
import { type Calculation, metColumn, part, type Sql } from './calculation.ts'
import type { Measure } from './resolved.ts'

/** What is kept of records to calculate measures from. */
export interface Kept {
  /** The conditions of measures, each once. */
  conditions: readonly Condition[]
  /** The parts of measures, each once: a measure that has it, and its place among the parts of its function. */
  parts: readonly { measure: Measure; at: number }[]
  /** For each measure SQL of its parts, null in the rows of records that do not count. */
  ofMeasures: readonly (readonly Sql[])[]
  /** The same for the rows of groups that choose the records themselves. */
  inRows: readonly (readonly Sql[])[]
}

/** Returns what a calculation keeps of records. */
export function keptOf({ base, groups, measures }: Pick<Calculation, 'base' | 'groups' | 'measures'>): Kept {
  const known: Known = { always: base.map(({ condition }) => meaningOf(condition)), conditions: [] }
  const parts: { measure: Measure; name: string; at: number }[] = []
  const all = measures.map((measure) => {
    const { fn, value, since, part: given } = measure
    const counts = given ? metSql(known, given.condition) : yes
    const columns = fn.parts(sql`null`).map(({ name }, at) => {
      const isSame = (one: (typeof parts)[number]) =>
        one.name === name && one.measure.value === value && one.measure.since === since
      const same = parts.findIndex(isSame)
      return part(same < 0 ? parts.push({ measure, name, at }) - 1 : same)
    })
    return {
      columns,
      counting: columns.map((one) => (counts === yes ? one : sql`case when ${counts} then ${one} end`)),
    }
  })
  const ofMeasures = all.map(({ counting }) => counting)
  const inRows = groups.some(({ choosesRecords }) => choosesRecords) ? all.map(({ columns }) => columns) : ofMeasures
  return { conditions: known.conditions, parts, ofMeasures, inRows }
}

/** The meanings of conditions that all records meet, and the conditions of which it is kept whether a record meets them. */
interface Known {
  always: readonly string[]
  conditions: Condition[]
}

const yes = sql`true`

/** Returns SQL of whether the records of a row meet a condition, from what is kept of it or of the conditions it is made of. */
function metSql(known: Known, condition: Condition): Sql {
  const { always, conditions } = known
  if (always.includes(meaningOf(condition))) return yes
  const isKnown = (one: Condition) => [...always, ...conditions.map(meaningOf)].includes(meaningOf(one))
  if (isKnown(condition) || !partsOf(condition).some(isKnown)) {
    return sql`${metColumn} & ${sql.lit(2 ** placeIn(conditions, condition))} <> 0`
  }
  const parts = ownParts(condition).map((one) => metSql(known, one))
  if ('not' in condition) return sql`not (${parts[0]})`
  return sql`(${sql.join(parts, 'and' in condition ? sql` and ` : sql` or `)})`
}

/** Returns the conditions that a condition is made of, at all levels. */
function partsOf(condition: Condition): Condition[] {
  return ownParts(condition).flatMap((one) => [one, ...partsOf(one)])
}

/** Returns the parts of a condition. Some parts of `and` can be about the same row of a list, so they stay together. */
function ownParts(condition: Condition): readonly Condition[] {
  if ('not' in condition) return [condition.not]
  if ('or' in condition) return condition.or
  if (!('and' in condition)) return []
  const aboutRows = condition.and.filter((one) => 'target' in one && isAboutRows(one))
  return aboutRows.length > 1 ? [] : condition.and
}

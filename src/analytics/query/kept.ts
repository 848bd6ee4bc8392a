import { sql } from 'kysely'
import { type Condition, meaningOf } from '../../filters/condition.ts'
import { placeIn } from '../../records/query/record-values.ts'
import { type Calculation, metColumn, part, type Sql } from './calculation.ts'
import type { Measure } from './resolved.ts'

/** What is kept of records to calculate measures from. */
interface Kept {
  /** The conditions of measures, each once. */
  conditions: readonly Condition[]
  /** The parts of measures, each once: a measure that has it, and its place among the parts of its function. */
  parts: readonly { measure: Measure; at: number }[]
  /** For each measure SQL of its parts, null in the rows of records that do not count. */
  ofMeasures: readonly (readonly Sql[])[]
}

/** Returns what a calculation keeps of records. */
export function keptOf({ base, measures }: Pick<Calculation, 'base' | 'measures'>): Kept {
  const always = base.map(({ condition }) => meaningOf(condition))
  const conditions: Condition[] = []
  const parts: { measure: Measure; name: string; at: number }[] = []
  const ofMeasures = measures.map((measure) => {
    const { fn, value, since, part: given } = measure
    const bit = given && !always.includes(meaningOf(given.condition)) ? placeIn(conditions, given.condition) : null
    return fn.parts(sql`null`).map(({ name }, at) => {
      const isSame = (one: (typeof parts)[number]) =>
        one.name === name && one.measure.value === value && one.measure.since === since
      const known = parts.findIndex(isSame)
      const column = part(known < 0 ? parts.push({ measure, name, at }) - 1 : known)
      return bit === null ? column : sql`case when ${metColumn} & ${sql.lit(2 ** bit)} <> 0 then ${column} end`
    })
  })
  return { conditions, parts, ofMeasures }
}

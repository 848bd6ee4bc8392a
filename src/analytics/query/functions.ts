import { type RawBuilder, sql } from 'kysely'
import type { Labels } from '../../errors/language.ts'
import type { Scale } from '../../fields/scalar.ts'

type Sql = RawBuilder<unknown>

/** A number that a measure keeps of each record, and how those of several records become one. */
interface Part {
  /** Parts of the same value with the same name are equal. */
  name: string
  /** SQL of the number of a record. Null if it has none. */
  ofRecord: Sql
  combine: (value: Sql) => Sql
  /** Whether it counts values, so it is no amount if they are. */
  isCount?: true
}

const [count, sum, min, max] = [sql`count`, sql`sum`, sql`min`, sql`max`].map(
  (name) => (value: Sql) => sql`${name}(${value})`,
) as [Part['combine'], Part['combine'], Part['combine'], Part['combine']]

/** How the values of many records become one. */
export interface MeasureFunction {
  label: Labels
  /** The scales of values that it takes. `any` if it takes every value by which records are grouped. */
  takes: readonly Scale[] | 'any' | null
  /** What it returns: a count, or a value like those it takes. */
  returns: 'count' | 'value'
  /** Whether its values have two decimal places at most. Otherwise it returns some of the values, or their exact sum. */
  isRounded?: true
  needsPercent?: true
  /** Its value if there is nothing to calculate it from. Default: none. */
  ofNothing?: string
  /** Returns the parts that it keeps of a record with this value. */
  parts(value: Sql): Part[]
  /** Returns SQL of the value for a group, given its parts and the percentage. Null if there is nothing to calculate. */
  whole(parts: readonly Sql[], percent: number): Sql
  /** Whether it needs the value of each record, so records cannot be added up in advance. */
  needsRecords?: true
}

const inOrder = (fraction: number, value: Sql) =>
  sql`percentile_disc(${sql.lit(fraction)}::double precision) within group (order by ${value})`

/** The last value of the first half and the first value of the second half, which are one if the number is odd. */
const middle = (value: Sql) => sql`(percentile_disc(array[0.5, 0.500000001]) within group (order by ${value}))`

const sumOf = (value: Sql): Part => ({ name: 'sum', ofRecord: sql`${value}::numeric`, combine: sum })

/** The functions of measures. */
export const functions = {
  count: {
    label: { en: 'Count', ru: 'Количество' },
    takes: null,
    returns: 'count',
    parts: () => [{ name: 'records', ofRecord: sql`1`, combine: count, isCount: true }],
    ofNothing: '0',
    whole: ([count]) => sql`sum(${count})`,
  },
  sum: {
    label: { en: 'Sum', ru: 'Сумма' },
    takes: ['number'],
    returns: 'value',
    parts: (value) => [sumOf(value)],
    ofNothing: '0',
    whole: ([sum]) => sql`sum(${sum})`,
  },
  avg: {
    label: { en: 'Average', ru: 'Среднее' },
    takes: ['number'],
    returns: 'value',
    isRounded: true,
    parts: (value) => [
      sumOf(value),
      { name: 'values', ofRecord: sql`case when ${value} is not null then 1 end`, combine: count, isCount: true },
    ],
    whole: ([sum, count]) => sql`sum(${sum}) / nullif(sum(${count}), 0)`,
  },
  min: {
    label: { en: 'Minimum', ru: 'Минимум' },
    takes: ['number', 'day', 'instant'],
    returns: 'value',
    parts: (value) => [{ name: 'min', ofRecord: value, combine: min }],
    whole: ([least]) => sql`min(${least})`,
  },
  max: {
    label: { en: 'Maximum', ru: 'Максимум' },
    takes: ['number', 'day', 'instant'],
    returns: 'value',
    parts: (value) => [{ name: 'max', ofRecord: value, combine: max }],
    whole: ([largest]) => sql`max(${largest})`,
  },
  median: {
    label: { en: 'Median', ru: 'Медиана' },
    takes: ['number'],
    returns: 'value',
    isRounded: true,
    needsRecords: true,
    parts: (value) => [{ ...sumOf(value), name: 'number' }],
    // The middle value, or the mean of the two middle ones. `percentile_cont` would calculate with floats.
    whole: ([value]) => sql`(${middle(value!)}[1] + ${middle(value!)}[2]) / 2`,
  },
  percentile: {
    label: { en: 'Percentile', ru: 'Процентиль' },
    takes: ['number'],
    returns: 'value',
    isRounded: true,
    needsPercent: true,
    needsRecords: true,
    parts: (value) => [{ ...sumOf(value), name: 'number' }],
    whole: ([value], percent) => inOrder(percent / 100, value!),
  },
  distinct: {
    label: { en: 'Distinct', ru: 'Различных' },
    takes: 'any',
    returns: 'count',
    needsRecords: true,
    parts: (value) => [{ name: 'value', ofRecord: value, combine: max }],
    ofNothing: '0',
    whole: ([value]) => sql`count(distinct ${value})`,
  },
} satisfies Record<string, MeasureFunction>

/** The name of a function of measures. */
export type FunctionName = keyof typeof functions
/** The names of the functions. */
export const functionNames = Object.keys(functions) as [FunctionName, ...FunctionName[]]

/** Returns the function with this name. */
export function functionNamed(name: FunctionName): MeasureFunction {
  return functions[name]
}

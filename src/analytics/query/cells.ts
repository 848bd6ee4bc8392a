import { Big } from 'big.js'
import { instantOf } from '../../fields/json-texts.ts'
import type { CellValue, ColumnKind } from '../table.ts'
import type { Numbers } from './calculate.ts'
import type { Measure, ResolvedQuery } from './resolved.ts'
import { currencyPlace } from './statement.ts'

/** Decimal places of averages that are no money. */
const decimalPlaces = 2

/** Rounds half away from zero. */
function rounded(text: string, places: number): string {
  return new Big(text).toFixed(places, Big.roundHalfUp)
}

/** Returns the value of a measure for some records. */
export function cellValue(
  { measures, context }: Pick<ResolvedQuery, 'measures' | 'context'>,
  index: number,
  numbers: Numbers,
): CellValue {
  const measure = measures[index]!
  if (!measure.currency) return plainValue(measure, numbers.measures[index] ?? measure.fn.ofNothing ?? null)
  const { currencies } = context.lookups
  const amounts = numbers.byCurrency.get(currencyPlace(measure, measures)) ?? []
  return amounts
    .flatMap(({ currency, measures }) => {
      const text = measures[index]
      const digits = currencies.get(currency ?? '')?.digits ?? decimalPlaces
      return text == null ? [] : [{ amount: rounded(text, digits), currency }]
    })
    .sort((a, b) => ((a.currency ?? '~') < (b.currency ?? '~') ? -1 : 1))
}

/** How the texts of Postgres become values. */
const readers: Partial<Record<ColumnKind, (text: string, measure: Measure) => CellValue>> = {
  count: Number,
  duration: (text) => Number(rounded(text, 0)),
  date: (text, { target }) => (target?.scalar.scale === 'instant' ? instantOf(text) : text),
  number: (text, { fn }) => (fn.isRounded ? rounded(text, decimalPlaces) : text),
}

function plainValue(measure: Measure, text: string | null): CellValue {
  return text === null ? null : (readers[measure.kind]?.(text, measure) ?? text)
}

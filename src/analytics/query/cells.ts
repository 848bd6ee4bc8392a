import { Big } from 'big.js'
import { instantOf } from '../../fields/json-texts.ts'
import type { CellValue, ColumnKind } from '../table.ts'
import type { Numbers } from './calculate.ts'
import { currencyPlace } from './calculation.ts'
import type { Measure, ResolvedQuery } from './resolved.ts'

/** Decimal places of averages that are no money. */
const decimalPlaces = 2

/** Decimal places of a converted amount before it is rounded, because a rate such as 1/3 is not exact. */
const exactPlaces = 12

/** Rounds half away from zero. */
function rounded(text: string, places: number): string {
  return new Big(text).toFixed(places, Big.roundHalfUp)
}

/** Returns the value of a measure for some records. */
export function cellValue(
  { measures, context, conversion }: Pick<ResolvedQuery, 'measures' | 'context' | 'conversion'>,
  index: number,
  numbers: Numbers,
): CellValue {
  const measure = measures[index]!
  const text = numbers.measures[index] ?? measure.fn.ofNothing ?? null
  if (!measure.currency) return plainValue(measure, text)
  if (conversion) {
    const { code, digits } = conversion
    return text === null ? null : { amount: rounded(rounded(text, exactPlaces), digits), currency: code }
  }
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

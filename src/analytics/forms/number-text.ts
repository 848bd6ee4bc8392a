import type { Language } from '../../errors/language.ts'
import type { Money } from './amounts.ts'

/** How much room a number has: `short` rounds it, as on an axis. */
export type Length = 'full' | 'short'

/** Smaller numbers are short as they are. */
const leastCompact = 10_000
/** Above this there are no words such as million: the number of thousands of billions would be long itself. */
const mostCompact = 1e15

/** Returns a number as people read it. Decimals are not rounded, unless it is short. */
export function numberText(value: string | number, language: Language, length: Length): string {
  return numberFormat(language, length, value).format(exact(value))
}

/** Returns an amount with the symbol of its currency. */
export function moneyText({ amount, currency }: Money, language: Language, length: Length): string {
  if (currency === null) return numberText(amount, language, length)
  try {
    const options = { style: 'currency', currency, currencyDisplay: 'narrowSymbol' } as const
    return numberFormat(language, length, amount, options).format(exact(amount))
  } catch (error) {
    // Instances can have currencies with codes of their own.
    if (error instanceof RangeError) return `${numberText(amount, language, length)}\u00A0${currency}`
    throw error
  }
}

function numberFormat(
  language: Language,
  length: Length,
  value: string | number,
  options: Intl.NumberFormatOptions = {},
) {
  if (length === 'short') {
    const size = Math.abs(Number(value))
    if (size < leastCompact) return formatter(language, { ...options, maximumSignificantDigits: 4 })
    const notation = size < mostCompact ? 'compact' : 'scientific'
    return formatter(language, { ...options, notation, maximumSignificantDigits: 3 })
  }
  const digits = Math.min(100, String(value).split('.')[1]?.length ?? 0)
  return formatter(language, {
    ...{ ...options, minimumFractionDigits: digits, maximumFractionDigits: digits },
    trailingZeroDisplay: 'stripIfInteger',
  })
}

const formatters = new Map<string, Intl.NumberFormat>()

/** Returns the formatter with these options. Cached: creating one costs much more than its use. */
function formatter(language: Language, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = JSON.stringify([language, options])
  const known = formatters.get(key) ?? new Intl.NumberFormat(language, options)
  formatters.set(key, known)
  return known
}

/** Decimals stay strings, so that they are formatted exactly. */
function exact(value: string | number) {
  return value as number | `${number}`
}

const durations = [
  { unit: 'day', seconds: 86_400 },
  { unit: 'hour', seconds: 3_600 },
  { unit: 'minute', seconds: 60 },
  { unit: 'second', seconds: 1 },
] as const

/** Returns a duration in the largest unit of which there are at least two. */
export function durationText(value: number, language: Language): string {
  const { unit, seconds } = durations.find((one) => Math.abs(value) >= 2 * one.seconds) ?? durations.at(-1)!
  const options = { style: 'unit', unit, unitDisplay: 'short', maximumFractionDigits: 1 } as const
  return formatter(language, options).format(value / seconds)
}

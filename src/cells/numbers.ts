import type { DecimalMark } from './format.ts'

/** Characters between thousands, besides points and commas. */
const blanks = /[\s'’]/g
const minus = /[−–—]/g
/** Symbols and words of currencies; the first match counts. `р.` must not take the letter of a word. */
const currencies: readonly (readonly [string, RegExp])[] = [
  ['BYN', /(?<!\p{L})(?:бел\.?\s*руб\.?|br)(?!\p{L})/iu],
  ['USD', /US\$|\$|(?<![\p{L}])(?:долл|долл\.|dollars?)(?!\p{L})/iu],
  ['EUR', /€|(?<!\p{L})(?:евро|euros?)(?!\p{L})/iu],
  ['RUB', /₽|(?<!\p{L})(?:руб(?:\.|лей|ля|ль)?|р\.?|rubles?)(?!\p{L})/iu],
  ['GBP', /£/u],
  ['UAH', /₴|(?<!\p{L})(?:грн\.?)(?!\p{L})/iu],
  ['KZT', /₸|(?<!\p{L})(?:тенге|тг\.?)(?!\p{L})/iu],
  ['PLN', /zł/iu],
  ['INR', /₹/u],
  ['TRY', /₺/u],
  ['ILS', /₪/u],
  ['CHF', /(?<!\p{L})(?:sfr\.?|fr\.)(?!\p{L})/iu],
]
/** Maximum length of a number in a file, in characters. */
const longest = 60
const codes = new Set(Intl.supportedValuesOf('currency'))

/** Returns the currency that a text names by its symbol, a word or its code: `$1,234`, `1234 руб.`, `EUR 5`. */
export function currencyOf(text: string): string | undefined {
  if (!/[^\d\s.,+-]/.test(text)) return undefined
  const code = /(?<!\p{L})[A-Z]{3}(?!\p{L})/u.exec(text)?.[0]
  if (code && codes.has(code)) return code
  return currencies.find(([, pattern]) => pattern.test(text))?.[0]
}

/**
 * Returns the number that a text means if its decimals follow this mark, as plain text (`-1234.50`). Blanks, apostrophes
 * and the other mark separate thousands, which have groups of three digits, or as in India two. Ignores the currency.
 * Returns undefined if the text is not such a number.
 */
export function readNumber(text: string, mark: DecimalMark): string | undefined {
  if (/^-?\d{1,15}$/.test(text)) return text
  if (text.length > longest) return undefined
  const bare = withoutSigns(withoutCurrency(text).trim().replaceAll(blanks, ' ').replaceAll(minus, '-'))
  if (!bare) return undefined
  const [whole = '', decimals = '', ...more] = bare.digits.split(mark)
  if (more.length || !/^\d*$/.test(decimals)) return undefined
  const digits = ungrouped(whole, [' ', mark === '.' ? ',' : '.'])
  if (digits === undefined || !(digits || decimals)) return undefined
  return `${bare.sign}${digits || '0'}${decimals ? `.${decimals}` : ''}`
}

/** Returns the marks with which a text is a number: both for `1,234` and `1234`, none if it is no number. */
export function possibleMarks(text: string): DecimalMark[] {
  return (['.', ','] as const).filter((mark) => readNumber(text, mark) !== undefined)
}

/** Returns whether a number has one mark with three digits after it, which may be decimals or a thousand: `1,234`. */
export function hasAmbiguousMark(text: string): boolean {
  return /^\D*[1-9]\d{0,2}[.,]\d{3}\D*$/.test(text)
}

function withoutCurrency(text: string): string {
  if (!/[^\d\s.,+'()-]/.test(text)) return text
  const code = /(?<!\p{L})[A-Z]{3}(?!\p{L})/u.exec(text)?.[0]
  const left = code && codes.has(code) ? text.replace(code, '') : text
  // The longest expression first: `бел. руб.` contains `руб.`.
  const found = currencies.flatMap(([, pattern]) => pattern.exec(left)?.[0] ?? [])
  const [longest = ''] = found.sort((a, b) => b.length - a.length)
  return left.replace(longest, '')
}

/** Splits off the sign: before or after the digits, or parentheses as accountants write a negative number. */
function withoutSigns(text: string): { sign: '' | '-'; digits: string } | undefined {
  const [, inside] = /^\(([\d., ]+)\)$/.exec(text) ?? []
  if (inside) return { sign: '-', digits: inside.trim() }
  const [, before, digits, after] = /^([+-]?) ?([\d.,][\d., ]*?) ?(-?)$/.exec(text) ?? []
  if (digits === undefined || (before && after)) return undefined
  return { sign: before === '-' || after ? '-' : '', digits }
}

/** Returns the digits of a whole number that may have groups of thousands, or undefined if the groups do not fit. */
function ungrouped(text: string, marks: readonly string[]): string | undefined {
  if (/^\d*$/.test(text)) return text
  const mark = marks.find((one) => text.includes(one))
  if (mark === undefined || !/^\d+$/.test(text.replaceAll(mark, ''))) return undefined
  const [first = '', ...groups] = text.split(mark)
  const last = groups.pop() ?? ''
  const isGrouped = /^[1-9]\d{0,2}$/.test(first) && last.length === 3
  const areEven = groups.every(({ length }) => length === 3) || groups.every(({ length }) => length === 2)
  return isGrouped && areEven ? text.replaceAll(mark, '') : undefined
}

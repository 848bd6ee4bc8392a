/** Phone numbers of a cell. */
export interface WrittenPhones {
  numbers: string[]
  /** Whether the cell shows several numbers in a way that could mean something else: `123-45-06/07`. */
  isGuess: boolean
}

const separator = /[;\n]|:::|,(?=\s*[+\d(])/
/** `7.91656E+10`, `79165550000.0`: a spreadsheet has taken the phone for a number. */
const spoilt = /^\+?\d+(?:[.,]\d+)?[eEеЕ]\+?\d+$|^\+?\d{7,15}[.,]0+$/
/** The most digits that a phone number has (E.164), and the fewest of a number with an area code. */
const [mostDigits, fewestDigits] = [15, 9]

/** Returns whether a spreadsheet has spoilt a phone number: its last digits are lost, or may be. */
export function isSpoilt(text: string): boolean {
  return spoilt.test(text)
}

/**
 * Returns the phone numbers of a cell. Semicolons, line breaks and commas before a number separate them. So do slashes
 * and blanks where one number would be too long. After a slash, few digits replace the last digits of the first number.
 */
export function splitPhones(text: string): WrittenPhones {
  const found: WrittenPhones = { numbers: [], isGuess: false }
  for (const part of text.split(separator)) {
    const trimmed = part.trim()
    if (!trimmed) continue
    const several = atSlash(trimmed) ?? atBlank(trimmed)
    found.numbers.push(...(several ?? [trimmed]))
    found.isGuess ||= several !== undefined
  }
  return found
}

function atSlash(text: string): string[] | undefined {
  const [first = '', ...rest] = text.split('/').map((part) => part.trim())
  const isNumber = (part: string) => /^[+\d][\d\s().-]*$|^\([\d\s().-]+$/.test(part)
  if (!rest.length || ![first, ...rest].every(isNumber) || digitsOf(first).length < fewestDigits) return undefined
  return [first, ...rest.map((part) => completed(part, first))]
}

/** Returns a number with the first digits of another one, if it has fewer digits. */
function completed(part: string, first: string): string {
  const [short, whole] = [digitsOf(part), digitsOf(first)]
  if (part.startsWith('+') || short.length >= fewestDigits) return part
  return `${first.startsWith('+') ? '+' : ''}${whole.slice(0, -short.length)}${short}`
}

/** Splits two numbers of about the same length at the blank between them. */
function atBlank(text: string): string[] | undefined {
  if (digitsOf(text).length <= mostDigits || !/^[+\d(][\d\s().+-]*$/.test(text)) return undefined
  for (const { index } of text.matchAll(/\s+(?=[+\d(])/g)) {
    const [left, right] = [text.slice(0, index).trim(), text.slice(index).trim()]
    const [a, b] = [digitsOf(left).length, digitsOf(right).length]
    const isNumber = a >= fewestDigits && b >= fewestDigits && a <= mostDigits && b <= mostDigits
    if (isNumber && (Math.abs(a - b) < 2 || right.startsWith('+'))) return [left, right]
  }
  return undefined
}

function digitsOf(text: string): string {
  return text.replaceAll(/\D/g, '')
}

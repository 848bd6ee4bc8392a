import {
  AsYouType,
  type CountryCode,
  getCountryCallingCode,
  isSupportedCountry,
  parsePhoneNumberFromString,
} from 'libphonenumber-js/max'
import { isSpoilt, splitPhones } from '../cells/phones.ts'
import { type Place, refuse } from './value.ts'

/** An extension in the Russian form `вн.`, which the library does not know. It does know `доб.`. */
const innerNumber = /[\s,;]*(?<!\p{L})вн\p{L}*\.?\s*\d{1,6}\s*$/iu

/** Digit groupings of national numbers, by country code. */
const groupings = [
  ['1', /^\s*(1[ .-]?)?(\(\d{3}\) ?|\d{3}[ .-])\d{3}[ .-]\d{4}(?!\d)/],
  ['7', /^\s*(8[ .-]?)?(\(\d{3}\) ?|\d{3}[ .-])\d{3}[ .-]\d{2}[ .-]\d{2}(?!\d)/],
] as const

/** Returns whether a national number has the North American grouping. */
export function isAmericanStyle(text: string): boolean {
  return groupings[0][1].test(text)
}

/** Returns the country that a phone number shows by its country code or its grouping. */
export function countryOfPhone(text: string): string | undefined {
  const trimmed = text.trim()
  if (trimmed.startsWith('+')) return parsePhoneNumberFromString(trimmed)?.country
  const code = groupings.find(([, grouping]) => grouping.test(trimmed))?.[0]
  return code && { 1: 'US', 7: 'RU' }[code]
}

/**
 * Returns a phone number in E.164 without extension: `8 (495) 123-45-67 доб. 5` and `+7 495 1234567` become one number.
 * Tries the countries in order, then an international number without its plus. Otherwise returns the digits (an
 * internal number). Returns undefined for fewer than three digits.
 */
export function normalizePhone(written: string, countries: readonly string[]): string | undefined {
  const name = `${countries.join()} ${written}`
  const known = recent.get(name)
  if (known !== undefined || recent.has(name)) return known
  const normalized = readPhone(written, countries)
  if (recent.size >= mostRecent) recent.clear()
  recent.set(name, normalized)
  return normalized
}

/** The last numbers that were read. Files repeat the phones of offices, and a retry reads its rows again. */
const recent = new Map<string, string | undefined>()
const mostRecent = 2_000

function readPhone(written: string, countries: readonly string[]): string | undefined {
  const text = written.replace(innerNumber, '')
  const digits = text.replaceAll(/\D/g, '')
  if (digits.length < 3 || digits.length > 40) return
  for (const country of orderCountries(text, countries)) {
    const number = parsePhoneNumberFromString(text, country)
    if (number?.isValid()) return number.number
  }
  if (!text.trimStart().startsWith('+')) {
    const international = parsePhoneNumberFromString(`+${text.trim()}`)
    if (international?.isValid()) return international.number
  }
  const possible = parsePhoneNumberFromString(text, countries[0] as CountryCode)
  return possible?.isPossible() ? possible.number : digits
}

/** Returns the countries that use the grouping of the number first: ten digits can be valid in several countries. */
function orderCountries(text: string, countries: readonly string[]): CountryCode[] {
  const known = countries.filter((one): one is CountryCode => isSupportedCountry(one))
  if (known.length < 2) return known
  const code = groupings.find(([, grouping]) => grouping.test(text))?.[0]
  const fits = (country: CountryCode) => getCountryCallingCode(country) === code
  return [...known.filter(fits), ...known.filter((country) => !fits(country))]
}

/** Minimum number of digits to search for phone numbers. */
const fewestDigits = 4

/**
 * Returns the fragments by which a search finds a whole or partial number in E.164: its digits and, without a country
 * code, the digits without the national prefix of the first country. Empty for too few digits.
 */
export function phoneFragments(written: string, countries: readonly string[]): string[] {
  const digits = written.replaceAll(/\D/g, '')
  if (digits.length < fewestDigits || digits.length > 40) return []
  if (written.startsWith('+')) return [digits]
  return [...new Set([digits, nationalPart(digits, countries[0])])].filter((part) => part.length >= fewestDigits)
}

/**
 * Returns what `contains` and `startsWith` look for in stored numbers. With a plus: the plus and the digits. Without:
 * the digits (an internal number), a plus and the digits (international), or the code of the first country and the
 * digits without its national prefix. Empty without digits.
 */
export function phoneParts(written: string, [country = '']: readonly string[]): string[] {
  const digits = written.replaceAll(/\D/g, '')
  if (digits === '') return []
  if (written.trimStart().startsWith('+')) return [`+${digits}`]
  const code = isSupportedCountry(country) && getCountryCallingCode(country)
  return [...new Set([digits, `+${digits}`, ...(code ? [`+${code}${nationalPart(digits, country)}`] : [])])]
}

/** Returns the digits without the national prefix of the country. */
function nationalPart(digits: string, country: string | undefined): string {
  // Numbers have at most 15 digits. Skip longer input, which the library would read digit by digit.
  if (digits.length > 40) return digits
  const typed = new AsYouType(country as CountryCode)
  typed.input(digits)
  return typed.getNumber()?.nationalNumber ?? digits
}

/** Returns the phone numbers of a CSV cell. Notes a fault if a spreadsheet has spoilt a number or numbers are unclear. */
export function phonesOf(text: string, place: Place): string[] | undefined {
  const { numbers, isGuess } = splitPhones(text)
  if (numbers.some(isSpoilt)) return refuse(place, 'spoilt_phone')
  if (isGuess) refuse(place, 'several_phones')
  return numbers
}

import {
  AsYouType,
  type CountryCode,
  getCountryCallingCode,
  isSupportedCountry,
  parsePhoneNumberFromString,
} from 'libphonenumber-js/max'

/** An extension as Russians write it, which the library does not know; it does know `доб.`. */
const innerNumber = /[\s,;]*(?<!\p{L})вн\p{L}*\.?\s*\d{1,6}\s*$/iu

/** How the digits of national numbers are grouped, by the code of the countries that do. */
const groupings = [
  ['1', /^\s*(1[ .-]?)?(\(\d{3}\) ?|\d{3}[ .-])\d{3}[ .-]\d{4}(?!\d)/],
  ['7', /^\s*(8[ .-]?)?(\(\d{3}\) ?|\d{3}[ .-])\d{3}[ .-]\d{2}[ .-]\d{2}(?!\d)/],
] as const

/** Whether a national number is grouped as North Americans do. */
export function isAmericanStyle(text: string): boolean {
  return groupings[0][1].test(text)
}

/**
 * A phone number as its digits in E.164, without an extension, so that `8 (495) 123-45-67 доб. 5` and `+7 495 1234567`
 * are one number. Countries are tried in their order; a number of none of them is read as an international one whose
 * plus was left out; what is still no number keeps its digits (an internal number). Undefined without three digits.
 */
export function normalizePhone(written: string, countries: readonly string[]): string | undefined {
  const text = written.replace(innerNumber, '')
  const digits = text.replaceAll(/\D/g, '')
  if (digits.length < 3 || digits.length > 40) return
  for (const country of likelierFirst(text, countries)) {
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

/** Of several countries those first whose way of grouping the number has: ten digits may be a number of either. */
function likelierFirst(text: string, countries: readonly string[]): CountryCode[] {
  const known = countries.filter((one): one is CountryCode => isSupportedCountry(one))
  if (known.length < 2) return known
  const code = groupings.find(([, grouping]) => grouping.test(text))?.[0]
  const fits = (country: CountryCode) => getCountryCallingCode(country) === code
  return [...known.filter(fits), ...known.filter((country) => !fits(country))]
}

/** Fewest digits by which phone numbers are searched. */
const fewestDigits = 4

/**
 * What a number that may be whole or a part of one has in common with numbers in E.164: its digits, and if they are
 * without a country code, those without the prefix that is dialled within the first country. None if they are too few.
 */
export function phoneFragments(written: string, countries: readonly string[]): string[] {
  const digits = written.replaceAll(/\D/g, '')
  if (digits.length < fewestDigits || digits.length > 40) return []
  if (written.startsWith('+')) return [digits]
  return [...new Set([digits, nationalPart(digits, countries[0])])].filter((part) => part.length >= fewestDigits)
}

/**
 * What numbers as they are kept may have in them, or begin with, where a part of one was written: with a plus just that;
 * without one its digits, with which an internal number may begin, an international one behind its plus, or one of the
 * first country behind its code, there without the prefix that is dialled within it. None if there are no digits.
 */
export function phoneParts(written: string, [country = '']: readonly string[]): string[] {
  const digits = written.replaceAll(/\D/g, '')
  if (digits === '') return []
  if (written.trimStart().startsWith('+')) return [`+${digits}`]
  const code = isSupportedCountry(country) && getCountryCallingCode(country)
  return [...new Set([digits, `+${digits}`, ...(code ? [`+${code}${nationalPart(digits, country)}`] : [])])]
}

/** The digits without the prefix that is dialled within the country. */
function nationalPart(digits: string, country: string | undefined): string {
  // The longest numbers have 15 digits; the library would look at each of any more.
  if (digits.length > 40) return digits
  const typed = new AsYouType(country as CountryCode)
  typed.input(digits)
  return typed.getNumber()?.nationalNumber ?? digits
}

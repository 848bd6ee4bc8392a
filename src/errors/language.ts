import Negotiator from 'negotiator'

/** A language of titles, messages and labels. */
export type Language = 'en' | 'ru'

/** A text in every language. */
export interface Labels {
  en: string
  ru: string
}

/** Returns the supported language that the caller prefers; undefined when the header lists none of them. */
export function languageOf(acceptLanguage: string | undefined): Language | undefined {
  if (acceptLanguage === undefined) return undefined
  // Given the supported languages, it would read * as all of them, and prefer en to en-US whatever their qualities.
  const ranges = new Negotiator({ headers: { 'accept-language': acceptLanguage } }).languages()
  return ranges.map((range) => range.split('-', 1)[0]?.toLowerCase()).find(isLanguage)
}

function isLanguage(code: string | undefined): code is Language {
  return code === 'en' || code === 'ru'
}

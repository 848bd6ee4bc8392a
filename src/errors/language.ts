/** A language of titles, messages and labels. */
export type Language = 'en' | 'ru'

/** A text in every language. */
export interface Labels {
  en: string
  ru: string
}

/** Returns the supported language that the caller prefers; undefined when the header lists none of them. */
export function languageOf(acceptLanguage: string | undefined): Language | undefined {
  let best: Language | undefined
  let bestQuality = 0
  for (const part of acceptLanguage?.split(',') ?? []) {
    const [tag = '', ...params] = part.split(';').map((piece) => piece.trim().toLowerCase())
    const language = tag.split('-')[0]
    const quality = qualityOf(params)
    if ((language === 'en' || language === 'ru') && quality > bestQuality) {
      best = language
      bestQuality = quality
    }
  }
  return best
}

function qualityOf(params: readonly string[]): number {
  const given = params.find((param) => param.startsWith('q='))
  if (given === undefined) return 1
  const quality = Number(given.slice(2))
  return quality >= 0 && quality <= 1 ? quality : 0
}

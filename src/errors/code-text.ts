import type { Labels } from './language.ts'

/** The HTTP status, the title and the message of a problem. */
export interface ProblemText {
  status: number
  title: Labels
  detail: Labels
}

/** Returns a text in both languages. The message of a fault can have `{placeholders}`. */
export function say(en: string, ru: string): Labels {
  return { en, ru }
}

/** Returns the texts of a problem. Its message (`detail`) can have `{placeholders}`. */
export function problemOf(
  status: number,
  titleEn: string,
  titleRu: string,
  detailEn: string,
  detailRu: string,
): ProblemText {
  return { status, title: say(titleEn, titleRu), detail: say(detailEn, detailRu) }
}

import { visible } from './markup.ts'

/**
 * Widths of characters in parts of the font size, each at least as wide as in DejaVu Sans, the widest common font: the
 * picture loads no font, so the viewer chooses one.
 */
const widths: readonly (readonly [number, string])[] = [
  [0.36, " ,./:;\\|'IJijl·\u00a0\u2009\u202fІЇії"],
  [0.46, '()-[]ft!r'],
  [0.6, '?csz"*_`–°FLkvxyгзсвтухчьэ'],
  [0.66, '$0123456789EPSTYabdeghnopqu{}€₽«»ГЕЁЗРТУЭабеёийклоря'],
  [0.8, 'ABCKRVXZNU&DGHOQАБВДИЙКЛНОПСХЦЧЬЯднпцмыъ'],
  [0.9, '#+<=>^w~−MМФЪЫфюъ'],
]
const widthOf = new Map(widths.flatMap(([width, chars]) => [...chars].map((char) => [char, width] as const)))

/** The width of letters that are not in the table, and of symbols such as emoji. */
const widest = 1.15
const pictograph = 1.4
const boldness = 1.14

const segmenter = new Intl.Segmenter()

/** A size of text, and whether it is bold. */
export interface Font {
  size: number
  bold?: boolean
}

/** Returns the width of a text in pixels, at most a little too large. */
export function textWidth(text: string, { size, bold = false }: Font): number {
  let width = 0
  for (const char of visible(text)) width += charWidth(char)
  return width * size * (bold ? boldness : 1)
}

function charWidth(char: string): number {
  const known = widthOf.get(char)
  if (known !== undefined) return known
  if (/[\p{M}\p{Cf}]/u.test(char)) return 0
  return /\p{Extended_Pictographic}/u.test(char) ? pictograph : widest
}

/** Returns the text, or its beginning with an ellipsis if it is wider than the room. */
export function shorten(text: string, room: number, font: Font): string {
  const whole = visible(text)
  if (textWidth(whole, font) <= room) return whole
  const space = room - textWidth('…', font)
  let start = ''
  let width = 0
  for (const { segment } of segmenter.segment(whole)) {
    width += textWidth(segment, font)
    if (width > space) break
    start += segment
  }
  return `${start.trimEnd()}…`
}

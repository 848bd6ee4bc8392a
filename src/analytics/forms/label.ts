import { type Element, element, visible } from './markup.ts'
import { type Font, shorten, textWidth } from './text-width.ts'

/** Where a text stands, and how much room it has. */
export interface Place extends Font {
  x: number
  y: number
  room: number
  fill: string
  anchor?: 'start' | 'middle' | 'end'
  /** The color of a border that separates the text from lines behind it. */
  halo?: string
}

/** Returns a text that fits its room. A shortened one has the whole text as its title. */
export function label(text: string, { x, y, room, size, bold, fill, halo, anchor = 'start' }: Place): Element {
  const shown = shorten(text, room, { size, ...(bold && { bold }) })
  return titled(shown, text, {
    ...{ x, y, fill, 'font-size': size },
    ...(bold && { 'font-weight': 'bold' }),
    ...(halo && { stroke: halo, 'stroke-width': 4, 'stroke-linejoin': 'round', 'paint-order': 'stroke' }),
    ...(anchor !== 'start' && { 'text-anchor': anchor }),
  })
}

/** Returns a value that fits its room, in its short form if necessary. */
export function valueLabel({ text, short }: { text: string; short: string }, place: Place): Element {
  return textWidth(text, place) <= place.room ? label(text, place) : titledLabel(short, text, place)
}

/** Returns a short text, with the whole one as its title. */
export function titledLabel(short: string, whole: string, place: Place): Element {
  const { attributes, children } = label(short, place)
  return titled(String(children.at(-1)), whole, attributes)
}

function titled(shown: string, whole: string, attributes: Element['attributes']): Element {
  // Otherwise the ellipsis of a text from right to left would stand at its beginning.
  const direction = rightToLeft.test(shown) ? { 'unicode-bidi': 'plaintext' } : {}
  const title = shown === visible(whole) ? [] : [element('title', {}, whole)]
  return element('text', { ...attributes, ...direction }, ...title, shown)
}

const rightToLeft = /[\p{Script=Arabic}\p{Script=Hebrew}]/u

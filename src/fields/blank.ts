/**
 * Invisible characters: white space, control characters, Unicode default ignorables (zero-width spaces and joiners,
 * soft hyphens, direction marks, Hangul fillers) and the empty Braille pattern.
 */
const invisible = /[\s\p{Cc}\p{Default_Ignorable_Code_Point}\u2800]/u
/** Invisible characters that change the emoji before them: variation selectors and tags. */
const modifier = /[\p{Variation_Selector}\u{e0020}-\u{e007f}]/u
const allInvisible = new RegExp(`^${invisible.source}*$`, 'u')

/** Returns whether a code unit is a visible character of ASCII or a Cyrillic letter, which most texts begin and end with. */
function isPlainlyVisible(unit: number): boolean {
  return (unit > 0x20 && unit < 0x7f) || (unit >= 0x400 && unit <= 0x481)
}

/** Returns whether a text has no visible characters. */
export function isBlank(text: string): boolean {
  if (isPlainlyVisible(text.charCodeAt(0))) return false
  return allInvisible.test(text)
}

/** Returns a text without the invisible characters at its ends. */
export function trimmed(text: string): string {
  if (isPlainlyVisible(text.charCodeAt(0)) && isPlainlyVisible(text.charCodeAt(text.length - 1))) return text
  // Character by character: a regular expression for the end would retry at each inner space.
  let start = 0
  while (start < text.length && invisible.test(letterAt(text, start))) start += letterAt(text, start).length
  let end = text.length
  for (;;) {
    const last = letterBefore(text, end)
    if (end <= start || !invisible.test(last) || modifier.test(last)) return text.slice(start, end)
    end -= last.length
  }
}

function letterAt(text: string, index: number): string {
  return String.fromCodePoint(text.codePointAt(index)!)
}

function letterBefore(text: string, end: number): string {
  const isPair = end > 1 && text.codePointAt(end - 2)! > 0xffff
  return text.slice(end - (isPair ? 2 : 1), end)
}

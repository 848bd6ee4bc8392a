/** Maximum number of consecutive combining marks (Unicode's Stream-Safe Text Format, UAX #15). */
const mostMarks = 30

/** For each code unit of the basic plane, 1 if it is a combining mark. Created on first use. */
let marks: Uint8Array | undefined

function isMark(unit: number): boolean {
  marks ??= Uint8Array.from({ length: 0x10000 }, (_, code) => (/^\p{M}$/u.test(String.fromCharCode(code)) ? 1 : 0))
  return marks[unit] === 1
}

/**
 * Returns whether a text has more consecutive combining marks than any language uses. Normalization sorts them in
 * quadratic time, which takes minutes for the longest values.
 */
export function hasTooManyMarks(text: string): boolean {
  let run = 0
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at)
    if (unit < 0x300) run = 0
    // A mark beyond the basic plane is a surrogate pair. Its second unit does not end the run.
    else if (isMark(unit) || (unit >= 0xd800 && unit < 0xdc00 && /^\p{M}/u.test(text.slice(at, at + 2)))) run++
    else if (unit < 0xdc00 || unit > 0xdfff) run = 0
    if (run > mostMarks) return true
  }
  return false
}

/** A text without combining marks, in the alphabets of most texts. It is in NFC. */
const simpleText = /^[\0-\u02ff\u0400-\u0482]*$/

/** Returns the text in NFC, so that й written as two characters equals й; undefined when it has too many marks. */
export function composedText(text: string): string | undefined {
  if (simpleText.test(text)) return text
  return hasTooManyMarks(text) ? undefined : text.normalize('NFC')
}

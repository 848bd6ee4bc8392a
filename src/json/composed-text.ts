/** The most combining marks that may follow each other (Unicode's Stream-Safe Text Format, UAX #15). */
const mostMarks = 30

/** Which code units of the basic plane are combining marks; made when a text first has any such unit. */
let marks: Uint8Array | undefined

function isMark(unit: number): boolean {
  marks ??= Uint8Array.from({ length: 0x10000 }, (_, code) => (/^\p{M}$/u.test(String.fromCharCode(code)) ? 1 : 0))
  return marks[unit] === 1
}

/**
 * Whether so many combining marks follow each other that no language writes it so: putting them in order takes time by
 * the square of their number, minutes for what fits into one value.
 */
export function hasTooManyMarks(text: string): boolean {
  let run = 0
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at)
    if (unit < 0x300) run = 0
    // Marks beyond the basic plane are two units each; the second is looked at alone and ends no run.
    else if (isMark(unit) || (unit >= 0xd800 && unit < 0xdc00 && /^\p{M}/u.test(text.slice(at, at + 2)))) run++
    else if (unit < 0xdc00 || unit > 0xdfff) run = 0
    if (run > mostMarks) return true
  }
  return false
}

/** The text as it is stored: composed (NFC), so that й written as two characters is the same й. Undefined where it is no text. */
export function composedText(text: string): string | undefined {
  return hasTooManyMarks(text) ? undefined : text.normalize('NFC')
}

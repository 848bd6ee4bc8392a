/** Returns whether an odd number of backslashes precedes a position. */
export function isEscaped(text: string, at: number): boolean {
  let before = at
  while (text[before - 1] === '\\') before--
  return (at - before) % 2 === 1
}

/**
 * Returns whether the rest of a line closes its quoted cell before another quoted cell begins: `Romashka"";x` does,
 * `Ivan;"x"` does not.
 */
export function closesOnItsLine(rest: string, syntax: { delimiter: string; quote: string }): boolean {
  // Cell by cell, not with split: the line may have millions of cells, and this may run for each of them.
  for (let start = 0; start <= rest.length; ) {
    const found = rest.indexOf(syntax.delimiter, start)
    const end = found < 0 ? rest.length : found
    const cell = rest.slice(start, end)
    if (start > 0 && cell.trimStart().startsWith(syntax.quote)) return false
    if (cell.trimEnd().endsWith(syntax.quote)) return true
    start = end + 1
  }
  return false
}

/** Returns whether a text has an odd number of quotes, not counting inch marks and apostrophes. */
export function isUnbalanced(text: string, quote: string): boolean {
  if (quote !== '"') return false
  const inches = text.match(/\d"(?![\p{L}\d$])/gu)?.length ?? 0
  return (text.split(quote).length - 1 - inches) % 2 === 1
}

/** Returns the text of a quoted cell; `kind` is how the cell writes quotes inside. */
export function unquote(raw: string, quote: string, kind: 'doubled' | 'escaped' | 'loose'): string {
  if (kind === 'loose') return raw
  const text = raw.includes(quote) ? raw.replaceAll(quote + quote, quote) : raw
  return kind === 'escaped' ? text.replace(/\\(["'\\])/g, '$1') : text
}

const [lineFeed, carriageReturn] = [10, 13]

/** Counts the line breaks in a part of a text. */
export function lineBreaks(text: string, from: number, to: number): number {
  let count = 0
  for (let at = from; at < to; at++) {
    const code = text.charCodeAt(at)
    if (code === lineFeed || (code === carriageReturn && !(at + 1 < to && text.charCodeAt(at + 1) === lineFeed)))
      count++
  }
  return count
}

/** Returns whether the rest of the line at `from` has at least `count` of a character. */
export function lineHas(text: string, from: number, char: string, count: number): boolean {
  const wanted = char.charCodeAt(0)
  let left = count
  for (let at = from; left > 0 && at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === lineFeed || code === carriageReturn) return false
    if (code === wanted) left--
  }
  return left <= 0
}

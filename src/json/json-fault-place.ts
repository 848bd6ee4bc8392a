/** The place of a fault in a text, counted from 1. */
export interface TextPlace {
  line: number
  column: number
}

const blank = /[ \n\r\t]*/y
// Written so that no part of a long text is matched in two ways.
const quoted = String.raw`"[^"\\\u0000-\u001f]*(?:\\(?:["\\/bfnrt]|u[\da-fA-F]{4})[^"\\\u0000-\u001f]*)*"`
const scalar = new RegExp(`${quoted}|-?(?:0|[1-9]\\d*)(?:\\.\\d+)?(?:[eE][+-]?\\d+)?|true|false|null`, 'y')
const key = new RegExp(`${quoted}[ \\n\\r\\t]*:`, 'y')

/**
 * Returns the place where a text stops being JSON, or undefined if it is JSON. The messages of the engine name it only
 * for some faults.
 */
export function jsonFaultPlace(text: string): TextPlace | undefined {
  const at = firstFault(text)
  if (at === undefined) return
  const lines = text.slice(0, at).split(/\r\n|\n|\r/)
  return { line: lines.length, column: lines.at(-1)!.length + 1 }
}

/** A position in a text that moves over what it matches. */
class Reader {
  readonly text: string
  at = 0

  constructor(text: string) {
    this.text = text
  }

  /** Moves over a match and returns whether there was one. */
  skip(pattern: RegExp): boolean {
    pattern.lastIndex = this.at
    const isFound = pattern.test(this.text)
    if (isFound) this.at = pattern.lastIndex
    return isFound
  }

  /** Moves over blanks and returns the sign after them. */
  next(): string | undefined {
    this.skip(blank)
    return this.text[this.at]
  }
}

function firstFault(text: string): number | undefined {
  const reader = new Reader(text)
  // The closing signs of the open objects and lists. Not recursive: a deeply nested body would overflow the stack.
  const open: string[] = []
  while (readValue(reader, open)) {
    // After a value, lists and objects may end. Then the next value or the end of the text follows.
    while (open.length && reader.next() === open.at(-1)) {
      open.pop()
      reader.at++
    }
    const close = open.at(-1)
    if (close === undefined) return reader.next() === undefined ? undefined : reader.at
    if (reader.next() !== ',') return reader.at
    reader.at++
    reader.next()
    if (close === '}' && !reader.skip(key)) return reader.at
  }
  return reader.at
}

/** Moves to the end of the next scalar or empty list or object. Opens the lists and objects before it. */
function readValue(reader: Reader, open: string[]): boolean {
  for (;;) {
    const sign = reader.next()
    if (sign !== '{' && sign !== '[') return reader.skip(scalar)
    open.push(sign === '{' ? '}' : ']')
    reader.at++
    if (reader.next() === open.at(-1)) return true
    if (sign === '{' && !reader.skip(key)) return false
  }
}

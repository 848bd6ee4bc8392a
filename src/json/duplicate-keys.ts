import { pointerOf } from '../errors/json-pointer.ts'

/** How many members the objects within a parsed value have, all together. */
export function countKeys(value: unknown): number {
  let count = 0
  // No recursion: a body may be nested deeper than the stack is.
  const left = [value]
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    if (typeof next !== 'object' || next === null) continue
    const parts = Object.values(next)
    if (!Array.isArray(next)) count += parts.length
    for (const part of parts) if (typeof part === 'object' && part !== null) left.push(part)
  }
  return count
}

/** JSON pointers to the keys that stand twice in an object of a valid JSON text, up to so many. */
export function duplicateKeys(text: string, most: number): string[] {
  const found: string[] = []
  const path: (string | number)[] = []
  // The keys of each object that is open; null for an array.
  const open: (Set<string> | null)[] = []
  for (let at = 0; at < text.length && found.length < most; at++) {
    const sign = text[at]
    if (sign === '{' || sign === '[') {
      open.push(sign === '{' ? new Set() : null)
      path.push(sign === '{' ? '' : 0)
    } else if (sign === '}' || sign === ']') {
      open.pop()
      path.pop()
    } else if (sign === ',' && open.at(-1) === null) {
      path.push(Number(path.pop()) + 1)
    } else if (sign === '"') {
      const end = closingQuote(text, at)
      const names = open.at(-1)
      if (names && text[afterBlanks(text, end + 1)] === ':') {
        const name: string = JSON.parse(text.slice(at, end + 1))
        path[path.length - 1] = name
        if (names.has(name)) found.push(pointerOf(path))
        names.add(name)
      }
      at = end
    }
  }
  return found
}

function afterBlanks(text: string, start: number): number {
  let at = start
  while (' \n\r\t'.includes(text[at] ?? '-')) at++
  return at
}

function closingQuote(text: string, start: number): number {
  let at = start + 1
  while (text[at] !== '"') at += text[at] === '\\' ? 2 : 1
  return at
}

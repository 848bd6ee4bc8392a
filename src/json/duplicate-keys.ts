import { pointerOf } from '../errors/json-pointer.ts'

/** Returns the total number of members of all objects in a parsed value. */
export function countKeys(value: unknown): number {
  let count = 0
  // Not recursive: a deeply nested body would overflow the stack.
  const left = [value]
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    if (typeof next !== 'object' || next === null) continue
    const parts = Object.values(next)
    if (!Array.isArray(next)) count += parts.length
    for (const part of parts) if (typeof part === 'object' && part !== null) left.push(part)
  }
  return count
}

/** Returns JSON pointers to the duplicate keys of a valid JSON text, up to a maximum number. */
export function duplicateKeys(text: string, most: number): string[] {
  const found: string[] = []
  const path: (string | number)[] = []
  // Keys of each open object; null for an array.
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

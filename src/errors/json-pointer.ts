/** Returns the JSON pointer (RFC 6901) for a path of keys. */
export function pointerOf(keys: readonly (string | number)[]): string {
  let pointer = ''
  for (const key of keys) pointer += `/${escaped(key)}`
  return pointer
}

/** Returns the keys of a JSON pointer. */
export function keysOf(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'))
}

/** Returns whether a JSON pointer is equal to another or points into its value. */
export function isWithin(pointer: string, outer: string): boolean {
  return pointer === outer || pointer.startsWith(`${outer}/`)
}

function escaped(key: string | number): string | number {
  const isSpecial = typeof key === 'string' && /[~/]/.test(key)
  return isSpecial ? key.replaceAll('~', '~0').replaceAll('/', '~1') : key
}

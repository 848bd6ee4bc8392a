/** Characters at which most cells with several values are split. */
export const separators = /[,;\r\n]/

/** Characters at which cells with names of records are split. Many names have commas of their own. */
export const nameSeparators = /[;\r\n]/

/**
 * Writes several values as a cell for people. A value that reading would split, or would read as JSON, is quoted, with
 * its own quotes doubled.
 */
export function joinItems(items: readonly string[], between: RegExp = separators): string {
  return items.map((item) => (needsQuotes(item, between) ? inQuotes(item) : item)).join(', ')
}

/** Writes names of records as a cell for people. A name that reading would split is quoted. */
export function joinNames(names: readonly string[]): string {
  return names.map((name) => (nameSeparators.test(name) || opensQuote(name) ? inQuotes(name) : name)).join('; ')
}

/** Returns whether reading would look for the end of a quote in the next name. */
function opensQuote(name: string): boolean {
  return name.startsWith('"') && name.split('"').length % 2 === 0
}

function inQuotes(text: string): string {
  return `"${text.replaceAll('"', '""')}"`
}

/**
 * Splits a cell with quoted values. The text between them is split by the function. Returns undefined if no value is
 * quoted. Quotes around a value that needs none, such as the name of a company, are part of it.
 */
export function quotedItems(
  text: string,
  split: (text: string) => readonly string[],
  between: RegExp = separators,
): string[] | undefined {
  const [quoted, next] = [/\s*"((?:[^"]|"")*)"[^\S\n]*(?:[,;\n]|$)/y, /[,;\n]|$/g]
  const items: string[] = []
  let from = 0
  for (let at = 0; at < text.length; ) {
    quoted.lastIndex = at
    const item = quoted.exec(text)?.[1]?.replaceAll('""', '"')
    if (item !== undefined && needsQuotes(item, between)) {
      items.push(...split(text.slice(from, at)), item)
      at = quoted.lastIndex
      from = at
    } else {
      next.lastIndex = at
      at = next.exec(text)!.index + 1
    }
  }
  return from ? [...items, ...split(text.slice(from))] : undefined
}

function needsQuotes(item: string, between: RegExp): boolean {
  return /^["[\s]|\s$/.test(item) || between.test(item)
}

/** The kind of a cell, as far as it helps to tell names of columns from values. */
export type RoughKind = 'email' | 'date' | 'number' | 'text'

/** Returns the kind of a cell. */
export function roughKind(cell: string): RoughKind {
  const text = cell.length > 100 ? '' : cell.trim()
  if (/^\S+@\S+\.\S+$/.test(text)) return 'email'
  if (/^\d{1,4}[./-]\d{1,2}[./-]\d{1,4}([ T].*)?$/.test(text)) return 'date'
  // A year can be the name of a column.
  if (/^[+-]?[\d\s(][\d\s.,()-]*%?$/.test(text) && /\d/.test(text) && !/^(19|20)\d\d$/.test(text)) return 'number'
  return 'text'
}

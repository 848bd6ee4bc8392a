import { precompiled } from '../../database/precompiled-sql.ts'
import type { FieldsByPath } from '../../fields/field.ts'
import type { Selection } from '../../fields/selection.ts'

/** The most selections that are kept for the fields of one caller. */
const mostKept = 200

/**
 * Returns a function that makes a selection of some fields and keeps it. Compiling the SQL of a record with sixty fields
 * costs more than sending it.
 */
export function keptByFields<Value, Only extends [only?: readonly string[]]>(
  make: (fields: FieldsByPath, ...only: Only) => Selection<Value>,
): (fields: FieldsByPath, ...only: Only) => Selection<Value> {
  const kept = new WeakMap<FieldsByPath, Map<string, Selection<Value>>>()
  return (fields, ...only) => {
    const known = kept.get(fields) ?? new Map<string, Selection<Value>>()
    kept.set(fields, known)
    const name = only[0]?.join() ?? ''
    const found = known.get(name)
    if (found) return found
    const made = make(fields, ...only)
    const selection = { ...made, columns: precompiled(made.columns) }
    if (known.size >= mostKept) known.clear()
    known.set(name, selection)
    return selection
  }
}

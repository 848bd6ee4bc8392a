import { precompiled } from '../../database/precompiled-sql.ts'
import type { FieldsByPath } from '../../fields/field.ts'
import type { Selection } from '../../fields/selection.ts'
import type { Grant } from '../../rights/grant.ts'

/** The most things of one sort that are kept for one owner. */
const mostKept = 200

/** Returns a function that returns what was made before for an owner and a name, or makes it. */
export function keptPer<Owner extends object, Made>(): (owner: Owner, name: string, make: () => Made) => Made {
  const kept = new WeakMap<Owner, Map<string, Made>>()
  return (owner, name, make) => {
    const known = kept.get(owner) ?? new Map<string, Made>()
    kept.set(owner, known)
    const found = known.get(name)
    if (found) return found
    const made = make()
    if (known.size >= mostKept) known.clear()
    known.set(name, made)
    return made
  }
}

/**
 * Returns a function like `keptPer` for the owner of a grant. Each version of a grant has its own, so what is made may
 * depend on the fields and conditions of the grant.
 */
export function keptPerGrant<Made>() {
  const kept = keptPer<object, Made>()
  return ({ owner }: Pick<Grant, 'owner'>, name: string, make: () => Made) => kept(owner, name, make)
}

/**
 * Returns a function that makes a selection of some fields and keeps it. Compiling the SQL of a record with sixty fields
 * costs more than sending it.
 */
export function keptByFields<Value, Only extends [only?: readonly string[]]>(
  make: (fields: FieldsByPath, ...only: Only) => Selection<Value>,
): (fields: FieldsByPath, ...only: Only) => Selection<Value> {
  const kept = keptPer<FieldsByPath, Selection<Value>>()
  return (fields, ...only) =>
    // An empty choice is not the same as no choice.
    kept(fields, JSON.stringify(only), () => {
      const made = make(fields, ...only)
      return { ...made, columns: precompiled(made.columns) }
    })
}

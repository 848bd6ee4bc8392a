import type { Field } from '../../fields/field.ts'
import type { Access } from '../../rights/access.ts'
import type { Grant } from '../../rights/grant.ts'

/** A field whose values may use a part of the model, with the grant of its record type. */
export interface UsingField {
  grant: Grant
  field: Field
}

/**
 * Returns the fields of all types whose values may use a part of the model. Throws `admin_required` if the caller does
 * not see one of them: otherwise the response would tell whether a hidden field has a value.
 */
export function fieldsUsing(access: Access, uses: (field: Field) => boolean): UsingField[] {
  const found = [...access.catalogue.types.keys()].flatMap((typeCode) => {
    const grant = access.grant(typeCode)
    return grant.type.fields.filter(uses).map((field) => ({ grant, field }))
  })
  if (found.some(({ grant, field }) => !grant.readable.has(field.path))) access.requireAdmin()
  return found
}

import { pointerTo } from '../../entities/change.ts'
import type { Field, FieldsByPath } from '../../fields/field.ts'
import type { Kind } from '../../fields/kind.ts'
import { kindOf } from '../../fields/kinds/kinds.ts'
import type { Value } from '../../fields/value.ts'
import type { Grant } from '../../rights/grant.ts'
import { hasDefault } from './defaults.ts'

/** A field that a body can contain. */
export interface Member {
  field: Field
  pointer: string
  read: Kind['read']
}

/** The fields of a record type, prepared for reading the bodies of one caller. */
export interface Form {
  /** The writable system fields and user fields by their codes. */
  system: ReadonlyMap<string, Member>
  own: ReadonlyMap<string, Member>
  /** The fields that a new record must fill. */
  required: readonly Member[]
  /** The fields that can have a default. */
  defaults: readonly Field[]
  /** The values of a new record before its body is read: the empty lists. Other fields are null, so they are left out. */
  empty: ReadonlyMap<string, Value>
}

const forms = new WeakMap<FieldsByPath, Form>()

/** Returns the form of a grant. It is made once for each version of rights and fields. */
export function formOf({ type, writable }: Grant): Form {
  const known = forms.get(writable)
  if (known) return known
  const members = [...writable.values()].map(
    (field): Member => ({ field, pointer: pointerTo(field), read: kindOf(field).read }),
  )
  const byCode = (list: readonly Member[]) => new Map(list.map((member) => [member.field.code, member]))
  const form: Form = {
    system: byCode(members.filter(({ field }) => field.userFieldId === null)),
    own: byCode(members.filter(({ field }) => field.userFieldId !== null)),
    required: members.filter(({ field }) => field.required),
    defaults: type.fields.filter(hasDefault),
    empty: new Map(
      type.fields
        .map((field) => [field.key, kindOf(field).empty(field)] as const)
        .filter(([, value]) => value !== null),
    ),
  }
  forms.set(writable, form)
  return form
}

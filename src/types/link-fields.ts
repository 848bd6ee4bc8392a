import type { Static } from 'typebox'
import type { EntityType } from '../entities/catalogue.ts'
import type { FieldUse } from '../errors/documents.ts'
import type { UsedField } from '../fields/field-use.ts'
import type { Access } from '../rights/access.ts'

/** A user field of another type that can link to the records of a type. */
export interface LinkField extends UsedField {
  path: string
  /** Whether it can link to no other type. */
  isOnly: boolean
}

/** Returns the user fields of other types that can link to the records of a type. */
export function linkFieldsTo(code: string, types: ReadonlyMap<string, EntityType>): LinkField[] {
  const others = [...types.values()].filter((type) => type.code !== code)
  return others.flatMap((type) =>
    type.fields.flatMap(({ userFieldId, settings, key, path, code: field, typeId }): LinkField[] => {
      if (userFieldId === null || !settings.types?.includes(code)) return []
      const isOnly = settings.types.length === 1
      return [{ userFieldId, key, path, code: field, typeId, typeCode: type.code, isOnly }]
    }),
  )
}

/** Returns the fields in the form of responses, without those that the caller does not see. */
export function usesOf(fields: readonly LinkField[], access: Access): Static<typeof FieldUse>[] {
  const seen = fields.filter(({ typeCode, path }) => access.grant(typeCode).readable.has(path))
  return seen.map(({ typeCode, path, isOnly }) => ({ type: typeCode, field: path, deleted: isOnly }))
}

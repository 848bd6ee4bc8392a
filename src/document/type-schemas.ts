import type { TSchema } from 'typebox'
import { bulkSchemas } from '../bulk/schemas.ts'
import { copyRequest } from '../conversion/copy-routes.ts'
import type { FieldsByPath } from '../fields/field.ts'
import { batchSchemas } from '../records/api/batch-schemas.ts'
import { listBodySchemas } from '../records/api/list-bodies.ts'
import { nameSchemas } from '../records/api/name-schemas.ts'
import { anyRecordOf, recordSchemas } from '../records/api/schemas.ts'
import { type DescribedType, userFieldSchemas } from '../records/api/user-field-schemas.ts'
import type { Components } from './api-document.ts'
import { toComponent } from './references.ts'

/** Returns the named schemas that depend on the record types and their fields. */
export function typeSchemas(types: readonly DescribedType[], people: FieldsByPath): Components {
  const schemas = [
    ...types.flatMap((type) => schemasOf(type, types)),
    ...nameSchemas(types, people),
    ...batchSchemas(types),
    ...bulkSchemas(types),
    anyRecordOf(types),
  ] as (TSchema & { $id: string })[]
  return Object.fromEntries(schemas.map((schema) => [schema.$id, toComponent(schema)]))
}

function schemasOf(type: DescribedType, types: readonly DescribedType[]): TSchema[] {
  return [
    ...userFieldSchemas(type),
    ...Object.values(recordSchemas(type)),
    ...listBodySchemas(type),
    copyRequest(type, types),
  ]
}

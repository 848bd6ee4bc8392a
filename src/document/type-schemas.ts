import type { TSchema } from 'typebox'
import { bulkSchemas } from '../bulk/schemas.ts'
import { copyRequest } from '../conversion/copy-routes.ts'
import { duplicateCheck } from '../duplicates/api/match-schemas.ts'
import { exportSchemas } from '../exports/body.ts'
import type { FieldsByPath } from '../fields/field.ts'
import { pacer } from '../json/pace.ts'
import { mergeResult } from '../merging/api/schemas.ts'
import { querySchemas } from '../queries/schemas.ts'
import { batchSchemas } from '../records/api/batch-schemas.ts'
import { listBodySchemas } from '../records/api/list-bodies.ts'
import { nameSchemas } from '../records/api/name-schemas.ts'
import { anyRecordOf, recordSchemas } from '../records/api/schemas.ts'
import { type DescribedType, userFieldSchemas } from '../records/api/user-field-schemas.ts'
import type { Components } from './api-document.ts'
import { toComponent } from './references.ts'

/**
 * Returns the named schemas that depend on the record types and their fields. Other requests can run meanwhile, because
 * hundreds of fields take a tenth of a second.
 */
export async function typeSchemas(types: readonly DescribedType[], people: FieldsByPath): Promise<Components> {
  const components: Record<string, object> = {}
  const pace = pacer()
  for (const make of makersOf(types, people)) {
    for (const schema of make()) components[schema.$id] = toComponent(schema)
    await pace()
  }
  return components
}

/** Returns the names of these schemas. */
export function typeSchemaNames(types: readonly DescribedType[]): string[] {
  return makersOf(types, new Map()).flatMap((make) => make().map(({ $id }) => $id))
}

type NamedSchema = TSchema & { $id: string }

function makersOf(types: readonly DescribedType[], people: FieldsByPath): (() => NamedSchema[])[] {
  const makers: (() => TSchema[])[] = [
    ...types.map((type) => () => schemasOf(type, types)),
    () => nameSchemas(types, people),
    () => batchSchemas(types),
    () => querySchemas(types),
    () => bulkSchemas(types),
    () => exportSchemas(types),
    () => [anyRecordOf(types)],
  ]
  return makers as (() => NamedSchema[])[]
}

function schemasOf(type: DescribedType, types: readonly DescribedType[]): TSchema[] {
  return [
    ...userFieldSchemas(type),
    ...Object.values(recordSchemas(type)),
    ...listBodySchemas(type),
    copyRequest(type, types),
    mergeResult(type),
    duplicateCheck(type),
  ]
}

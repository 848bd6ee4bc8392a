import { type Static, type TProperties, type TSchema, type TUnsafe, Type } from 'typebox'
import { enumOf, nullable, ref } from '../schema/build.ts'

/** The accuracy of a total. */
export const TotalKind = enumOf(['exact', 'atLeast', 'estimated'], {
  $id: 'TotalKind',
  description: 'Accuracy of a total: exact, a lower bound, or an estimate of the query planner.',
})

/** Cursors of the next and previous pages. */
export const Page = Type.Object(
  {
    next: nullable(Type.String({ description: 'Cursor of the next page. Null on the last page.' })),
    prev: nullable(Type.String({ description: 'Cursor of the previous page. Null on the first page.' })),
  },
  { $id: 'Page', description: 'Cursors of the next and previous pages.' },
)

/** Schemas that lists refer to. */
export const listSchemas: readonly TSchema[] = [TotalKind, Page]

/** Returns the schema for a page of a list of these items. */
export function listOf<T extends TSchema & { $id?: string }>(schema: T, $id: string) {
  return Type.Object(pageOf(schema), { $id, description: 'A page of a list.' })
}

/** Returns the schema for a page of a list that supports `count`. */
export function countedListOf<T extends TSchema & { $id?: string }>(schema: T, $id: string, more: TProperties = {}) {
  const total = nullable(Type.Integer(), { description: 'Total number of items. Null if counting took too long.' })
  return Type.Object(
    { ...pageOf(schema), total: Type.Optional(total), totalKind: Type.Optional(ref(TotalKind)), ...more },
    { $id, description: 'A page of a list. `total` and `totalKind` are present when the request has `count`.' },
  )
}

function pageOf<T extends TSchema & { $id?: string }>(schema: T) {
  const item: TUnsafe<Static<T>> = schema.$id === undefined ? Type.Unsafe<Static<T>>(schema) : ref(schema)
  return { data: Type.Array(item, { description: 'Items of the page.' }), page: ref(Page) }
}

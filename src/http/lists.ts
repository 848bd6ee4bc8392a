import { type Static, type TProperties, type TSchema, type TUnsafe, Type } from 'typebox'
import { enumOf, nullable, ref } from '../schema/build.ts'

/** How a total is meant. */
export const TotalKind = enumOf(['exact', 'atLeast', 'estimated'], {
  $id: 'TotalKind',
  description: 'How a total is meant: exactly, as a lower bound, or as the estimate of the planner.',
})

/** The cursors of a list's neighbouring pages. */
export const Page = Type.Object(
  {
    next: nullable(Type.String({ description: 'Cursor of the next page; null on the last one.' })),
    prev: nullable(Type.String({ description: 'Cursor of the previous page; null on the first one.' })),
  },
  { $id: 'Page', description: 'Neighbouring pages of a list.' },
)

/** The schemas that lists refer to. */
export const listSchemas: readonly TSchema[] = [TotalKind, Page]

/** One page of a list of these. */
export function listOf<T extends TSchema & { $id?: string }>(schema: T, $id: string) {
  return Type.Object(pageOf(schema), { $id, description: 'A page of a list.' })
}

/** The same of a list that may be counted. */
export function countedListOf<T extends TSchema & { $id?: string }>(schema: T, $id: string, more: TProperties = {}) {
  const total = nullable(Type.Integer(), { description: 'How many there are; null when counting took too long.' })
  return Type.Object(
    { ...pageOf(schema), total: Type.Optional(total), totalKind: Type.Optional(ref(TotalKind)), ...more },
    { $id, description: 'A page of a list. `total` and `totalKind` are there for requests with `count`.' },
  )
}

function pageOf<T extends TSchema & { $id?: string }>(schema: T) {
  const item: TUnsafe<Static<T>> = schema.$id === undefined ? Type.Unsafe<Static<T>>(schema) : ref(schema)
  return { data: Type.Array(item, { description: 'The page.' }), page: ref(Page) }
}

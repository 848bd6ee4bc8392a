import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
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

/** Some proxies and clients reject longer headers. The body has the cursors as well. */
const longestLinks = 4000

/**
 * Sets the header `Link` (RFC 8288) with the next and previous pages. Their URLs have the parameters of the request that the
 * cursors do not include.
 */
export function linkPages(
  request: FastifyRequest,
  reply: FastifyReply,
  { next, prev }: Static<typeof Page>,
  isInCursor: (parameter: string) => boolean = () => false,
): void {
  if (!next && !prev) return
  const { pathname, searchParams } = new URL(request.url, 'http://localhost')
  const kept = [...searchParams].filter(([name]) => name !== 'cursor' && !isInCursor(name))
  const links = Object.entries({ next, prev }).flatMap(([rel, cursor]) =>
    cursor ? [`<${pathname}?${new URLSearchParams([...kept, ['cursor', cursor]])}>; rel="${rel}"`] : [],
  )
  const header = links.join(', ')
  if (header.length <= longestLinks) reply.header('link', header)
}

/** Links the pages of the lists whose bodies are documents. Lists of records are sent as text, with their own links. */
export function addPageLinks(app: FastifyInstance): void {
  app.addHook('preSerialization', async (request, reply, body: { page?: Static<typeof Page> } | null) => {
    if (request.method === 'GET' && body?.page) linkPages(request, reply, body.page)
    return body
  })
}

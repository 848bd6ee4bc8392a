import type { FastifyReply, FastifyRequest } from 'fastify'
import Type from 'typebox'
import { linkPages } from '../http/lists.ts'
import { sendJson } from '../http/send-json.ts'
import type { List } from '../records/list/find-records.ts'

/** The headers of a response about a list. */
export const listHeaders = {
  'Unindexed-Fields': Type.String({
    description:
      'Fields that the request filters or sorts by without an index, separated by commas. Such requests are slow, and their time is limited. Absent if there are none.',
    examples: ['userFields.delivery_city'],
  }),
}

/** Sends a page with links to its neighbours, without the parameters that the cursors include. */
export function sendList(request: FastifyRequest, reply: FastifyReply, list: List): never {
  linkPages(request, reply, list, (name) => /^(filter|q$|sort$|page$|timeZone$)/.test(name))
  return sendPage(reply, list)
}

/** Sends a page without links. */
export function sendPage(reply: FastifyReply, list: List): never {
  tellUnindexed(reply, list.unindexed)
  return sendJson(reply, listJson(list))
}

/** Sets the header `Unindexed-Fields`. */
export function tellUnindexed(reply: FastifyReply, names: readonly string[]): void {
  if (names.length) reply.header('unindexed-fields', names.join(', '))
}

/** Returns a page as JSON. */
export function listJson({ records, next, prev, count, facets, missing }: List): string {
  const total = count ? `,"total":${count.total},"totalKind":"${count.totalKind}"` : ''
  const values = facets ? `,"facets":${JSON.stringify(facets)}` : ''
  return `{"data":[${records.join()}],"page":${JSON.stringify({ next, prev })}${total}${values}${missing ? `,"missing":${JSON.stringify(missing)}` : ''}}`
}

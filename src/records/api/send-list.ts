import type { FastifyReply, FastifyRequest } from 'fastify'
import type { List } from '../list/find-records.ts'
import { sendJson } from './send-record.ts'

/** Sends a page, with links to the next and previous pages in the `Link` header. */
export function sendList(request: FastifyRequest, reply: FastifyReply, list: List): never {
  linkPages(request, reply, list)
  return sendJson(reply, listJson(list))
}

/** Returns a page as JSON. */
export function listJson({ records, next, prev, count, facets }: List): string {
  const total = count ? `,"total":${count.total},"totalKind":"${count.totalKind}"` : ''
  const values = facets ? `,"facets":${JSON.stringify(facets)}` : ''
  return `{"data":[${records.join()}],"page":${JSON.stringify({ next, prev })}${total}${values}}`
}

/** Some proxies and clients reject longer headers. The body has the cursors as well. */
const longestLinks = 4000

/** Sets the `Link` header (RFC 8288), without the parameters that the cursors include. */
function linkPages(request: FastifyRequest, reply: FastifyReply, { next, prev }: List): void {
  if (!next && !prev) return
  const { pathname, searchParams } = new URL(request.url, 'http://localhost')
  const left = [...searchParams].filter(([name]) => !/^(filter|q$|sort$|timeZone$|cursor$)/.test(name))
  const links = Object.entries({ next, prev }).flatMap(([rel, cursor]) =>
    cursor ? [`<${pathname}?${new URLSearchParams([...left, ['cursor', cursor]])}>; rel="${rel}"`] : [],
  )
  const header = links.join(', ')
  if (header.length <= longestLinks) reply.header('link', header)
}

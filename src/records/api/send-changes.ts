import type { FastifyReply, FastifyRequest } from 'fastify'
import { linkPages } from '../../http/lists.ts'
import { sendJson } from '../../http/send-json.ts'
import type { Changes } from '../changes/find-changes.ts'

/** Sends a page of changes. `page.next` is null when there are no more now. */
export function sendChanges(request: FastifyRequest, reply: FastifyReply, changes: Changes): never {
  const { records, deleted, changedSince, isMore } = changes
  const page = { next: isMore ? changedSince : null, prev: null }
  linkPages(request, reply, page)
  const members = JSON.stringify({ page, deleted, changedSince })
  return sendJson(reply, `{"data":[${records.join()}],${members.slice(1)}`)
}

import { randomBytes } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

/** The header in which every answer tells its trace id. */
export const traceHeader = 'x-trace-id'

/**
 * The id under which a request is logged and which its answer carries in `X-Trace-Id` (problems also in `traceId`): that
 * of a valid W3C `traceparent` header, so that it is the same in every system the request passed, or else a new one.
 */
export function traceIdOf(request: Pick<IncomingMessage, 'headers'>): string {
  const { traceparent } = request.headers
  const [, version, traceId, parentId, rest] =
    /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}(-.*)?$/.exec(String(traceparent ?? '')) ?? []
  // Version 00 ends after the flags, later ones may go on; ff and ids of zeros only are invalid.
  const isKnown = version !== undefined && version !== 'ff' && (version !== '00' || rest === undefined)
  const isValid = isKnown && /[^0]/.test(traceId ?? '') && /[^0]/.test(parentId ?? '')
  return isValid && traceId !== undefined ? traceId : randomBytes(16).toString('hex')
}

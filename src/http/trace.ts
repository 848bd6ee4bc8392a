import { randomBytes } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

/** The header in which every answer tells its trace id. */
export const traceHeader = 'x-trace-id'

/** What a W3C `traceparent` header tells of the caller's own work. */
export interface TraceParent {
  traceId: string
  spanId: string
  isSampled: boolean
}

/** The caller's work that a request belongs to; undefined without a valid `traceparent`. */
export function traceParentOf({ headers: { traceparent } }: Pick<IncomingMessage, 'headers'>): TraceParent | undefined {
  if (traceparent === undefined) return undefined
  const [, version, traceId = '', spanId = '', flags = '', rest] =
    /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/.exec(String(traceparent)) ?? []
  // Version 00 ends after the flags, later ones may go on; ff and ids of zeros only are invalid.
  const isKnown = version !== undefined && version !== 'ff' && (version !== '00' || rest === undefined)
  if (!isKnown || !/[^0]/.test(traceId) || !/[^0]/.test(spanId)) return undefined
  return { traceId, spanId, isSampled: (Number.parseInt(flags, 16) & 1) === 1 }
}

/**
 * The id under which a request is logged and which its answer carries in `X-Trace-Id` (problems also in `traceId`): that
 * of a valid W3C `traceparent` header, so that it is the same in every system the request passed, or else a new one.
 */
export function traceIdOf(request: Pick<IncomingMessage, 'headers'>): string {
  return traceParentOf(request)?.traceId ?? randomBytes(16).toString('hex')
}

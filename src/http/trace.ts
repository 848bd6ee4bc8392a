import { randomFillSync } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

/** The response header with the trace id. */
export const traceHeader = 'x-trace-id'

/** The contents of a W3C `traceparent` header. */
export interface TraceParent {
  traceId: string
  spanId: string
  isSampled: boolean
}

/** Returns the caller's span that a request belongs to; undefined without a valid `traceparent`. */
export function traceParentOf({ headers: { traceparent } }: Pick<IncomingMessage, 'headers'>): TraceParent | undefined {
  if (traceparent === undefined) return undefined
  const [, version, traceId = '', spanId = '', flags = '', rest] =
    /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/.exec(String(traceparent)) ?? []
  // Version 00 ends after the flags, later versions can continue. Version ff and all-zero ids are invalid.
  const isKnown = version !== undefined && version !== 'ff' && (version !== '00' || rest === undefined)
  if (!isKnown || !/[^0]/.test(traceId) || !/[^0]/.test(spanId)) return undefined
  return { traceId, spanId, isSampled: (Number.parseInt(flags, 16) & 1) === 1 }
}

/** Random bytes for the next trace ids, so that a request does not wait for its own. */
const drawn = Buffer.alloc(16 * 256)
let used = drawn.length

function newTraceId(): string {
  if (used === drawn.length) {
    randomFillSync(drawn)
    used = 0
  }
  used += 16
  return drawn.toString('hex', used - 16, used)
}

/**
 * Returns the trace id of a request, for the log, the header `X-Trace-Id` and the `traceId` of problems. It is that of
 * a valid W3C `traceparent` header, so that it is the same in every system, or a new one.
 */
export function traceIdOf(request: Pick<IncomingMessage, 'headers'>): string {
  return traceParentOf(request)?.traceId ?? newTraceId()
}

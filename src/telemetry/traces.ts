import type { Statement, WorkLog } from './work.ts'

/** A span of a request or job in a trace. */
export interface Span {
  /** Adds a statement that has just ended. */
  statement(statement: Statement): void
  end(attributes: Attributes, failure?: string): void
}

/** Attributes of a span: names and numbers, never values of records. */
export type Attributes = Record<string, string | number>

/** The trace of a span, and the caller's span as its parent if there is one. */
export interface SpanParent {
  traceId: string
  parent?: { spanId: string; isSampled: boolean } | undefined
}

/** Sends spans to a trace collector. */
export interface Traces {
  begin(kind: 'request' | 'job', name: string, place: SpanParent, attributes: Attributes): Span
  /** Sends the remaining spans. */
  close(): Promise<void>
}

/** Returns traces for this endpoint of OTLP over HTTP. The library is loaded only when an endpoint is given. */
export async function openTraces(endpoint: string | undefined, log: WorkLog): Promise<Traces | undefined> {
  if (endpoint === undefined) return undefined
  const { OtlpTraces } = await import('./otlp.ts')
  return new OtlpTraces(endpoint, log)
}

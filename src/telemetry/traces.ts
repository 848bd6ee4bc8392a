import type { Statement, WorkLog } from './work.ts'

/** What a piece of work is told of to whoever collects traces. */
export interface Span {
  /** Adds a statement that has just ended. */
  statement(statement: Statement): void
  end(attributes: Attributes, failure?: string): void
}

/** What a span says of itself: names and numbers, never a value of a record. */
export type Attributes = Record<string, string | number>

/** Where a piece of work stands: in its trace, and below the caller's own work when the caller told it. */
export interface Place {
  traceId: string
  parent?: { spanId: string; isSampled: boolean } | undefined
}

/** Sends what is done to a collector of traces. */
export interface Traces {
  begin(kind: 'request' | 'job', name: string, place: Place, attributes: Attributes): Span
  /** Sends what is not sent yet. */
  close(): Promise<void>
}

/** Opens traces to this endpoint of OTLP over HTTP; its library is loaded only when there is one. */
export async function openTraces(endpoint: string | undefined, log: WorkLog): Promise<Traces | undefined> {
  if (endpoint === undefined) return undefined
  const { OtlpTraces } = await import('./otlp.ts')
  return new OtlpTraces(endpoint, log)
}

import { type Context, ROOT_CONTEXT, SpanKind, SpanStatusCode, type Tracer, trace } from '@opentelemetry/api'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources'
import { BatchSpanProcessor, RandomIdGenerator, type SpanExporter, TracerProvider } from '@opentelemetry/sdk-trace'
import type { Attributes, Span, SpanParent, Traces } from './traces.ts'
import type { Statement, WorkLog } from './work.ts'

/** Maximum number of queued spans: one busy second. Further spans are dropped while the collector is unavailable. */
const mostSpans = 10_000
/** Timeout of a batch including retries, and of sending the last batches at shutdown. In milliseconds. */
const [batchPatience, patience] = [3_000, 5_000]
const kinds = { request: SpanKind.SERVER, job: SpanKind.INTERNAL }

/** Sends traces by OTLP over HTTP, as JSON. */
export class OtlpTraces implements Traces {
  readonly #provider: TracerProvider
  readonly #tracer: Tracer
  readonly #ids = new TraceIds()

  constructor(endpoint: string, log: WorkLog) {
    const url = `${endpoint}/v1/traces`
    const exporter = withWarnings(new OTLPTraceExporter({ url, timeoutMillis: batchPatience }), log)
    this.#provider = new TracerProvider({
      // OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES identify this server.
      resource: resourceFromAttributes({ 'service.name': 'kartoteka' }).merge(
        detectResources({ detectors: [envDetector] }),
      ),
      idGenerator: this.#ids,
      spanProcessors: [
        new BatchSpanProcessor({
          exporter,
          maxQueueSize: mostSpans,
          maxExportBatchSize: 1_000,
          scheduledDelayMillis: 1_000,
        }),
      ],
    })
    this.#tracer = this.#provider.getTracer('kartoteka')
  }

  begin(kind: 'request' | 'job', name: string, { traceId, parent }: SpanParent, attributes: Attributes): Span {
    this.#ids.next = traceId
    const above = parent && {
      traceId,
      spanId: parent.spanId,
      traceFlags: parent.isSampled ? 1 : 0,
      isRemote: true,
    }
    const context = above ? trace.setSpanContext(ROOT_CONTEXT, above) : ROOT_CONTEXT
    const span = this.#tracer.startSpan(name, { kind: kinds[kind], attributes }, context)
    const inside = trace.setSpan(ROOT_CONTEXT, span)
    return {
      statement: (statement) => statementSpan(this.#tracer, inside, statement),
      end: (attributes, failure) => {
        span.setAttributes(attributes)
        if (failure) span.setAttribute('error.type', failure).setStatus({ code: SpanStatusCode.ERROR })
        span.end()
      },
    }
  }

  async close(): Promise<void> {
    const ended = this.#provider.shutdown().catch(() => {})
    const { promise: late, resolve } = Promise.withResolvers<void>()
    const timer = setTimeout(resolve, patience)
    await Promise.race([ended, late])
    clearTimeout(timer)
  }
}

/** Generates the trace ids. A trace has the id that its request has in the log and in the response. */
class TraceIds extends RandomIdGenerator {
  next = ''
  // The library asks for an id synchronously in `startSpan`, so `next` belongs to that span.
  override generateTraceId = () => this.next
}

function statementSpan(tracer: Tracer, inside: Context, { sql, milliseconds, error }: Statement): void {
  if (!trace.getSpan(inside)?.isRecording()) return
  const endTime = performance.timeOrigin + performance.now()
  const verb = /^\W*(\w+)/.exec(sql)?.[1]?.toUpperCase() ?? 'SQL'
  const span = tracer.startSpan(
    verb,
    {
      kind: SpanKind.CLIENT,
      startTime: endTime - milliseconds,
      attributes: { 'db.system.name': 'postgresql', 'db.operation.name': verb, 'db.query.text': sql },
    },
    inside,
  )
  if (error) {
    const { code } = error as { code?: unknown }
    span.setAttribute('error.type', String(code ?? 'error')).setStatus({ code: SpanStatusCode.ERROR })
  }
  span.end(endTime)
}

/** Logs failed exports, at most once a minute. The library itself does not log them. */
function withWarnings(exporter: SpanExporter, log: WorkLog): SpanExporter {
  let warnedAt = 0
  return {
    export: (spans, done) =>
      exporter.export(spans, (result) => {
        if (result.error && Date.now() - warnedAt > 60_000) {
          warnedAt = Date.now()
          log.warn({ reason: result.error.message }, 'traces cannot be sent')
        }
        done(result)
      }),
    shutdown: () => exporter.shutdown(),
  }
}

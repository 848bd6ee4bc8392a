import { type Context, ROOT_CONTEXT, SpanKind, SpanStatusCode, type Tracer, trace } from '@opentelemetry/api'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources'
import { BatchSpanProcessor, RandomIdGenerator, type SpanExporter, TracerProvider } from '@opentelemetry/sdk-trace'
import type { Attributes, Place, Span, Traces } from './traces.ts'
import type { Statement, WorkLog } from './work.ts'

/** A busy second of requests and their statements; what is beyond it while the collector is away is dropped. */
const mostSpans = 10_000
/** How long one batch may take with all its tries, and how long a stop waits for the last ones. */
const [batchPatience, patience] = [3_000, 5_000]
const kinds = { request: SpanKind.SERVER, job: SpanKind.INTERNAL }

/** Traces by OTLP over HTTP, as JSON. */
export class OtlpTraces implements Traces {
  readonly #provider: TracerProvider
  readonly #tracer: Tracer
  readonly #ids = new TraceIds()

  constructor(endpoint: string, log: WorkLog) {
    const url = `${endpoint}/v1/traces`
    const exporter = telling(new OTLPTraceExporter({ url, timeoutMillis: batchPatience }), log)
    this.#provider = new TracerProvider({
      // OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES tell one server from another.
      resource: resourceFromAttributes({ 'service.name': 'kartoteka' }).merge(
        detectResources({ detectors: [envDetector] }),
      ),
      idGenerator: this.#ids,
      spanProcessors: [
        new BatchSpanProcessor({
          ...{ exporter, maxQueueSize: mostSpans, maxExportBatchSize: 1_000, scheduledDelayMillis: 1_000 },
        }),
      ],
    })
    this.#tracer = this.#provider.getTracer('kartoteka')
  }

  begin(kind: 'request' | 'job', name: string, { traceId, parent }: Place, attributes: Attributes): Span {
    this.#ids.next = traceId
    const above = parent && {
      ...{ traceId, spanId: parent.spanId, traceFlags: parent.isSampled ? 1 : 0, isRemote: true },
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

/** Gives a trace the id that its request has in the log and in its answer. */
class TraceIds extends RandomIdGenerator {
  next = ''
  // The library makes an id while a span begins, hence of the work that has just been told.
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

/** Tells, once a minute at most, that spans do not arrive; the library itself is silent about it. */
function telling(exporter: SpanExporter, log: WorkLog): SpanExporter {
  let told = 0
  return {
    export: (spans, done) =>
      exporter.export(spans, (result) => {
        if (result.error && Date.now() - told > 60_000) {
          told = Date.now()
          log.warn({ reason: result.error.message }, 'traces cannot be sent')
        }
        done(result)
      }),
    shutdown: () => exporter.shutdown(),
  }
}

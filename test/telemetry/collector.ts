import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A span as received. */
export interface CollectedSpan {
  name: string
  traceId: string
  spanId: string
  parentSpanId?: string
  kind: number
  status: { code: number }
  attributes: Record<string, unknown>
  service: unknown
  nanoseconds: bigint
}

interface Sent {
  resourceSpans: {
    resource: { attributes: Attribute[] }
    scopeSpans: { spans: (Omit<CollectedSpan, 'attributes'> & SentTimes & { attributes: Attribute[] })[] }[]
  }[]
}
interface SentTimes {
  startTimeUnixNano: string
  endTimeUnixNano: string
}
interface Attribute {
  key: string
  value: Record<string, unknown>
}

/** Starts a trace collector: OTLP over HTTP, as JSON. */
export async function startCollector() {
  const spans: CollectedSpan[] = []
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const isRight = request.url === '/v1/traces' && request.headers['content-type'] === 'application/json'
    if (isRight) spans.push(...read(JSON.parse(Buffer.concat(chunks).toString()) as Sent))
    response.writeHead(isRight ? 200 : 404, { 'content-type': 'application/json' }).end('{}')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans,
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

function read({ resourceSpans }: Sent): CollectedSpan[] {
  return resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans.flatMap(({ spans }) =>
      spans.map(({ startTimeUnixNano, endTimeUnixNano, attributes, ...span }) => ({
        ...span,
        attributes: values(attributes),
        service: values(resource.attributes)['service.name'],
        nanoseconds: BigInt(endTimeUnixNano) - BigInt(startTimeUnixNano),
      })),
    ),
  )
}

function values(attributes: Attribute[]): Record<string, unknown> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]))
}

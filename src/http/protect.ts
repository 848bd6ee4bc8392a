import { IncomingMessage, type OutgoingHttpHeaders, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import cors from '@fastify/cors'
import type { FastifyInstance } from 'fastify'
import helmet from 'helmet'
import { traceHeader } from './trace.ts'

// Response headers that pages of other origins can read.
const exposedHeaders = [
  ...['ETag', 'Location', 'Link', 'Retry-After', 'Content-Disposition', 'Content-Range', 'Content-Language', 'Allow'],
  ...['Export-Omitted', 'Idempotency-Replayed', 'RateLimit', 'RateLimit-Policy', 'Server-Timing'],
  ...['Unindexed-Fields', traceHeader],
]

const security = helmet({
  contentSecurityPolicy: {
    useDefaults: false,
    // Only the reference page under /docs needs sources: its own files and inline styles.
    directives: {
      defaultSrc: ["'none'"],
      scriptSrc: ["'self'"],
      styleSrc: ["'self'", "'unsafe-inline'"],
      imgSrc: ["'self'", 'data:'],
      fontSrc: ["'self'", 'data:'],
      connectSrc: ["'self'"],
      baseUri: ["'none'"],
      formAction: ["'none'"],
      frameAncestors: ["'none'"],
    },
  },
})

/** Returns the security headers. They are the same in each response, so they are composed once. */
function securityHeaders(): OutgoingHttpHeaders {
  const response = new ServerResponse(new IncomingMessage(new Socket()))
  security(response.req, response, () => {})
  return response.getHeaders()
}

/** Sets security headers, and allows pages of the given origins to call the API. */
export async function protect(
  app: FastifyInstance,
  { corsOrigins }: { corsOrigins: readonly string[] | '*' },
): Promise<void> {
  const headers = securityHeaders()
  app.addHook('onRequest', (_request, reply, done) => {
    reply.headers(headers)
    done()
  })
  if (corsOrigins.length === 0) return
  await app.register(cors, {
    origin: corsOrigins === '*' ? '*' : [...corsOrigins],
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
    exposedHeaders,
    maxAge: 600,
    // The strict mode responds in plain text.
    strictPreflight: false,
  })
}

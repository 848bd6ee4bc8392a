import cors from '@fastify/cors'
import helmet from '@fastify/helmet'
import type { FastifyInstance } from 'fastify'
import { traceHeader } from './trace.ts'

// Response headers that pages of other origins can read.
const exposedHeaders = [
  ...['ETag', 'Location', 'Link', 'Retry-After', 'Content-Disposition', 'Content-Range', 'Content-Language', 'Allow'],
  ...['Export-Omitted', 'Idempotency-Replayed', 'RateLimit', 'RateLimit-Policy', traceHeader],
]

/** Sets security headers, and allows pages of the given origins to call the API. */
export async function protect(
  app: FastifyInstance,
  { corsOrigins }: { corsOrigins: readonly string[] | '*' },
): Promise<void> {
  await app.register(helmet, {
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

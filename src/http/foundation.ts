import type { IncomingMessage, ServerResponse } from 'node:http'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import {
  type FastifyBaseLogger,
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  fastify,
  type RawServerDefault,
} from 'fastify'
import { problemSchemas } from '../errors/documents.ts'
import { errorPages } from '../errors/error-pages.ts'
import { type Language, languageOf } from '../errors/language.ts'
import { Problem } from '../errors/problem.ts'
import { readBlanksAsNull } from './blanks.ts'
import { answerClientError } from './client-errors.ts'
import { compressResponses } from './compress.ts'
import { addEntityTags, rejectUnsupportedConditions } from './entity-tags.ts'
import { answerError, answerErrors } from './error-handler.ts'
import { parseJsonBodies, refuseCompressed } from './json-body.ts'
import { Label, LabelsInput } from './labels.ts'
import { addPageLinks, listSchemas } from './lists.ts'
import { RequestLog } from './log.ts'
import { type OverloadLimits, refuseOverload } from './overload.ts'
import { protect } from './protect.ts'
import { addSchemas, sharedSchemas } from './shared-schemas.ts'
import { traceHeader, traceIdOf } from './trace.ts'
import { answerUnknownRoutes } from './unknown-routes.ts'
import { composeParameters, refuseBrokenEncoding, withoutEndingSlash } from './url/encoding.ts'
import { readListParameters } from './url/lists.ts'
import { readPlusSigns } from './url/plus-signs.ts'
import { refuseUnknownParameters } from './validation.ts'
import { addServerTiming, type RequestWatch, type Watch, watcher, watchRequests } from './watch.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** The language of the response: that of Accept-Language, English by default. */
    language: Language
    /** Digest of the JSON body as sent. Set when the request has an Idempotency-Key. */
    bodyDigest: string | null
    /**
     * Checks the caller of a request that started before the check, unless a statement did so. No answer may be sent
     * before. Throws the problem of a caller who must not be answered.
     */
    confirm: (() => Promise<void>) | undefined
  }
}

/** Options of the server without its routes. */
export interface FoundationOptions extends RequestWatch, OverloadLimits {
  trustProxy: boolean | string[] | ((address: string, hop: number) => boolean)
  bodyLimit: number
  corsOrigins: readonly string[] | '*'
  log: FastifyBaseLogger
}

/** A Fastify instance whose routes infer their types from TypeBox schemas. */
export type App = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>

/** Creates the server without its routes, with validation, logging, protection and error handling. */
export async function createApp(options: FoundationOptions): Promise<App> {
  const watch = watcher(options)
  const app = fastify(serverOptions(options, watch)).withTypeProvider<TypeBoxTypeProvider>()
  app.server.maxConnections = mostConnections
  // Other expectations than 100-continue can be ignored. Node would respond with an empty 417.
  app.server.on('checkExpectation', (request, response) => app.server.emit('request', request, response))
  addSchemas(app, [...problemSchemas, ...listSchemas, Label, LabelsInput])
  answerErrors(app)
  refuseBrokenEncoding(app)
  composeParameters(app)
  readPlusSigns(app)
  readListParameters(app)
  refuseUnknownParameters(app)
  addServerTiming(app)
  parseJsonBodies(app)
  refuseCompressed(app)
  readBlanksAsNull(app)
  watchRequests(app, watch)
  addPageLinks(app)
  receive(app)
  addEntityTags(app)
  await compressResponses(app)
  rejectUnsupportedConditions(app)
  refuseOverload(app, options)
  await protect(app, options)
  answerUnknownRoutes(app)
  errorPages(app)
  return app
}

// Slow clients must not keep a connection forever. A long poll sends nothing for a minute.
const timeouts = {
  http: { headersTimeout: 20_000, connectionsCheckingInterval: 5_000 },
  server: { requestTimeout: 3_600_000, connectionTimeout: 150_000 },
}
/** Maximum number of open connections, to limit memory. */
const mostConnections = 10_000

function serverOptions({ log, trustProxy, bodyLimit }: FoundationOptions, watch: Watch) {
  return {
    trustProxy,
    bodyLimit,
    loggerInstance: log,
    schemaController: sharedSchemas(),
    logController: new RequestLog(),
    genReqId: traceIdOf,
    rewriteUrl: ({ url = '' }: IncomingMessage) => withoutEndingSlash(url),
    // Requests that fail before routing do not run hooks.
    frameworkErrors: (error: FastifyError, request: FastifyRequest, reply: FastifyReply) => {
      watch(request, reply)
      answerError(error, request, reply)
    },
    clientErrorHandler: answerClientError,
    // `receive` rejects a missing host and requests during shutdown with problems. Node and Fastify would not.
    http: { requireHostHeader: false, ...timeouts.http },
    ...timeouts.server,
    return503OnClosing: false,
    // External keys can be long. Node's limit for headers also limits the URL.
    routerOptions: { maxParamLength: 1000 },
  }
}

function receive(app: App): void {
  let isClosing = false
  app.addHook('preClose', async () => {
    isClosing = true
  })
  app.decorateRequest('language', 'en')
  app.decorateRequest('confirm')
  app.addHook('onRequest', (request, reply, done) => {
    const { headers } = request
    reply.header(traceHeader, request.id)
    reply.header('vary', 'Accept-Language')
    request.language = languageOf(headers['accept-language']) ?? 'en'
    if (isClosing) return done(new Problem('server_closing', {}, { headers: { 'retry-after': '2' } }))
    if (headers.host === undefined && request.raw.httpVersion === '1.1') {
      return done(new Problem('malformed_request', {}, { faults: [{ parameter: 'host', code: 'required' }] }))
    }
    done()
  })
}

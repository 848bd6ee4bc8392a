import { type FastifyReply, type FastifyRequest, LogController } from 'fastify'
import { pathOf } from './error-handler.ts'

/** How the server logs: never a token, a body, or the query of an address. */
export function logOptions(level: string) {
  return {
    level,
    // A driver's error repeats the rejected row, an OIDC client's the token.
    redact: [
      'req.headers',
      'err.detail',
      'err.where',
      'err.internalQuery',
      'err.parameters',
      'err.config',
      '*.authorization',
    ],
    serializers: {
      req: (request: FastifyRequest) => ({ method: request.method, path: pathOf(request), remoteAddress: request.ip }),
    },
  }
}

/** One line per request, when it is answered, under its trace id. */
export class RequestLog extends LogController {
  constructor() {
    super({ requestIdLogLabel: 'traceId' })
  }

  override incomingRequest(): void {}

  override requestCompleted(error: Error | null | undefined, request: FastifyRequest, reply: FastifyReply): void {
    const line = { req: request, res: reply, responseTime: Math.round(reply.elapsedTime * 10) / 10 }
    if (error) reply.log.error({ ...line, err: error }, 'answer not sent')
    else reply.log.info(line, 'answered')
  }
}

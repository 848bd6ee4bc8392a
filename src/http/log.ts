import { type FastifyReply, type FastifyRequest, LogController } from 'fastify'
import { type DestinationStream, type Logger, pino } from 'pino'

/** The outcome of a request. */
export interface RequestOutcome {
  operation: string
  method: string
  /** Undefined when the caller disconnected before the response was sent. */
  status: number | undefined
  milliseconds: number
  problem: string | undefined
}

/** Returns the log of a process. It never contains tokens, bodies, addresses or any text from a caller. */
export function openLog(level: string, to: DestinationStream = process.stdout): Logger {
  const options = {
    level,
    // Errors of the driver contain the rejected row, errors of an OIDC client the token.
    redact: ['err.detail', 'err.where', 'err.internalQuery', 'err.parameters', 'err.config', '*.authorization'],
    serializers: { req: ({ method, id }: FastifyRequest) => ({ method, id }) },
  }
  return pino(options, to)
}

/** Writes the lines of one event loop turn in one system call. A call per line costs a few percent of a request. */
export function batchLines(write: (lines: string) => void): DestinationStream {
  let lines = ''
  const flush = () => {
    const waiting = lines
    lines = ''
    if (waiting) write(waiting)
  }
  process.on('exit', flush)
  return {
    write(line) {
      if (!lines) setImmediate(flush)
      lines += line
    },
  }
}

/** Logs a finished request as one line. */
export function logRequest(
  request: FastifyRequest,
  { operation, method, status, milliseconds, problem }: RequestOutcome,
) {
  const { id } = (request.params ?? {}) as { id?: unknown }
  const line = {
    operation,
    method,
    status,
    ms: Math.round(milliseconds * 10) / 10,
    ...request.work.caller,
    // Other parts of the path can contain names; a number cannot.
    ...(typeof id === 'number' && { id }),
    ...(problem !== undefined && { code: problem }),
  }
  if (status === undefined) request.log.info(line, 'client disconnected')
  else request.log.info(line, 'request completed')
}

/** Disables Fastify's own request lines, which `logRequest` replaces. */
export class RequestLog extends LogController {
  constructor() {
    super({ requestIdLogLabel: 'traceId' })
  }

  override incomingRequest(): void {}

  override requestCompleted(): void {}

  override streamError(error: Error, request: FastifyRequest, reply: FastifyReply): void {
    const { code } = error as { code?: string }
    if (code !== 'ERR_STREAM_PREMATURE_CLOSE') super.streamError(error, request, reply)
  }
}

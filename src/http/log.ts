import fastify, { type FastifyBaseLogger, type FastifyReply, type FastifyRequest, LogController } from 'fastify'

/** How a request ended. */
export interface RequestOutcome {
  operation: string
  method: string
  /** Undefined when the caller left before the answer was sent. */
  status: number | undefined
  milliseconds: number
  problem: string | undefined
}

/** How the server logs: never a token, a body, an address, or anything that a caller has written. */
export function logOptions(level: string) {
  return {
    level,
    // A driver's error repeats the rejected row, an OIDC client's the token.
    redact: ['err.detail', 'err.where', 'err.internalQuery', 'err.parameters', 'err.config', '*.authorization'],
    serializers: { req: ({ method, id }: FastifyRequest) => ({ method, id }) },
  }
}

/** The log of a process that serves no requests: the same lines. */
export function logAlone(level: string, stream: { write(line: string): void }): FastifyBaseLogger {
  return fastify({ logger: { ...logOptions(level), stream } }).log
}

/** Writes the lines of one turn of the event loop together: a system call for each costs a request some per cent. */
export function byTurns(write: (lines: string) => void): { write(line: string): void } {
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

/** The one line of a request. */
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
    // Of what stands in the path only a number is sure to be no name.
    ...(typeof id === 'number' && { id }),
    ...(problem !== undefined && { code: problem }),
  }
  if (status === undefined) request.log.info(line, 'caller left')
  else request.log.info(line, 'answered')
}

/** Leaves the lines about requests to the one that tells how they ended. */
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

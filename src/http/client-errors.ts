import { randomBytes } from 'node:crypto'
import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import { type Fault, Problem, problemDocument } from '../errors/problem.ts'
import { problemType } from './error-handler.ts'
import { traceHeader } from './trace.ts'

const codes: Readonly<Record<string, Problem['code']>> = {
  HPE_HEADER_OVERFLOW: 'headers_too_large',
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 'malformed_request',
  ERR_HTTP_REQUEST_TIMEOUT: 'request_timeout',
}

/** Responds to invalid HTTP. Writes to the socket, because there is no request to reply to. */
export function answerClientError(error: Error & { code?: string }, socket: Socket): void {
  // The peer has disconnected.
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  const faults: Fault[] = error.code === 'HPE_INVALID_URL' ? [{ parameter: 'url', code: 'unencoded_url' }] : []
  const problem = new Problem(codes[error.code ?? ''] ?? 'malformed_request', {}, { faults })
  const traceId = randomBytes(16).toString('hex')
  const body = JSON.stringify(problemDocument(problem, 'en', { instance: '', traceId }))
  socket.end(
    [
      `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}`,
      `content-type: ${problemType}`,
      'content-language: en',
      `content-length: ${Buffer.byteLength(body)}`,
      `${traceHeader}: ${traceId}`,
      'connection: close',
      '',
      body,
    ].join('\r\n'),
  )
}

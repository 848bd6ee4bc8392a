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

const utf8 = new TextDecoder('utf-8', { fatal: true })

/** Returns the fault of a URL with letters beyond ASCII. If they are UTF-8, the hint is the encoded URL. */
function unencodedUrl(packet: unknown): Fault {
  const fault: Fault = { parameter: 'url', code: 'unencoded_url' }
  const start = Buffer.isBuffer(packet) ? packet.toString('latin1', 0, 9000) : ''
  const [, url] = /^[A-Z]+ (\S{1,8000}) HTTP\/1\.1\r\n/.exec(start) ?? []
  if (url === undefined) return fault
  try {
    const hint = utf8.decode(Buffer.from(url, 'latin1')).replaceAll(/[^\x21-\x7e]+/g, encodeURIComponent)
    return { ...fault, hint }
  } catch {
    return fault
  }
}

/** Responds to invalid HTTP. Writes to the socket, because there is no request to reply to. */
export function answerClientError(error: Error & { code?: string; rawPacket?: unknown }, socket: Socket): void {
  // The peer has disconnected.
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  const faults = error.code === 'HPE_INVALID_URL' ? [unencodedUrl(error.rawPacket)] : []
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

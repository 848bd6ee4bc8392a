import type { ProblemCode } from '../codes.ts'
import { invalid, type Params, Problem } from './problem.ts'

const codes: Readonly<Record<string, ProblemCode>> = {
  FST_ERR_CTP_INVALID_JSON_BODY: 'malformed_json',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'malformed_json',
  FST_ERR_CTP_BODY_TOO_LARGE: 'payload_too_large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported_media_type',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'malformed_request',
  FST_ERR_MAX_PARAM_LENGTH: 'uri_too_long',
  FST_ERR_NOT_FOUND: 'not_found',
  FST_ERR_HANDLER_TIMEOUT: 'timeout',
  FST_INVALID_MULTIPART_CONTENT_TYPE: 'unsupported_media_type',
  FST_REQ_FILE_TOO_LARGE: 'payload_too_large',
  FST_PARTS_LIMIT: 'payload_too_large',
  FST_FILES_LIMIT: 'payload_too_large',
  FST_FIELDS_LIMIT: 'payload_too_large',
  FST_PROTO_VIOLATION: 'malformed_multipart',
  FST_INVALID_JSON_FIELD_ERROR: 'malformed_multipart',
  FST_MP_PREMATURE_CLOSE: 'malformed_multipart',
}

const statuses: Readonly<Record<number, ProblemCode>> = {
  400: 'malformed_request',
  404: 'not_found',
  406: 'not_acceptable',
  408: 'request_timeout',
  413: 'payload_too_large',
  414: 'uri_too_long',
  415: 'unsupported_media_type',
  429: 'too_many_requests',
  431: 'headers_too_large',
}

// Errors that the form parser throws without a code.
const formMessages = ['Multipart: Boundary not found', 'Unexpected end of multipart data', 'Part terminated early']

/** Returns the problem for an error that Fastify or one of its plugins threw; undefined for other errors. */
export function problemOfFramework(error: unknown, params: Params): Problem | undefined {
  if (!(error instanceof Error)) return undefined
  const { code = '', statusCode = 0, message } = error as Error & { code?: string; statusCode?: number }
  if (formMessages.some((start) => message.startsWith(start))) return new Problem('malformed_multipart')
  // Errors of clients for other services have a status too, but it is not the status of this request.
  const isOwn = code.startsWith('FST_') || (code === 'ECONNRESET' && statusCode === 400)
  if (code === 'FST_ERR_BAD_URL') return invalid([{ parameter: 'path', code: 'broken_encoding' }])
  const known = codes[code] ?? (isOwn ? statuses[statusCode] : undefined)
  return known === undefined ? undefined : new Problem(known, params)
}

import { Readable } from 'node:stream'
import multipart, { type MultipartFile, type MultipartValue } from '@fastify/multipart'
import type { FastifyReply, FastifyRequest } from 'fastify'
import Type, { type TSchema } from 'typebox'
import { pointerOf } from '../errors/json-pointer.ts'
import { type Fault, invalid, Problem } from '../errors/problem.ts'
import type { App } from '../http/foundation.ts'
import { bytes } from '../schema/build.ts'
import { mediaType } from './content-type.ts'
import { type FileContext, type NewFile, removeBytes, storeBytes } from './file-lifecycle.ts'
import { safeName } from './name.ts'

/** The context of routes that receive files. */
export interface UploadContext extends FileContext {
  /** Maximum size of a file, in bytes. */
  uploadLimit: number
}

/** Options for receiving the file of a request. */
export interface UploadOptions {
  /** File name. It overrides the name in the form part. */
  name?: string | undefined
  /** File name when the request has none. */
  fallback: string
  /** Other form parts, each with a function that reads its text and throws when it is invalid. */
  parts?: Record<string, (text: unknown) => Promise<void>>
}

/** Maximum size of a form part that is not the file, in bytes. */
const longestPart = 1_000_000

/** Makes all routes of a scope accept any media type. The type of a file is detected from its content. */
export async function acceptAnyMediaType(app: App): Promise<void> {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', (_request, payload, done) => done(null, payload))
  await app.register(multipart)
}

/**
 * Returns the body schema and the options of a route that receives a file. `types` is the media type of a body that is
 * the file itself.
 */
export function fileBody(app: App, uploadLimit: number, types: string, parts: Record<string, TSchema> = {}) {
  // The compiler of the server is known when the route is compiled.
  const validatorCompiler: NonNullable<App['validatorCompiler']> = (part) =>
    part.httpPart === 'body' ? (value: unknown) => ({ value }) : app.validatorCompiler!(part)
  const file = bytes('The bytes of the file.')
  const body = {
    description: 'The file itself, or a form with the part `file`.',
    content: {
      [types]: { schema: file },
      'multipart/form-data': { schema: Type.Object({ file, ...parts }, { additionalProperties: false }) },
    },
  }
  return { body, options: { bodyLimit: uploadLimit, validatorCompiler, config: { runsOnce: true } } }
}

/** Receives and stores the file of a request. Removes the stored bytes when the request is rejected. */
export async function receiveFile(
  request: FastifyRequest,
  reply: FastifyReply,
  receiving: UploadContext,
  expected: UploadOptions,
): Promise<NewFile> {
  // If the body is not read to its end, the connection cannot be reused.
  reply.header('connection', 'close')
  const received = request.isMultipart()
    ? await receiveForm(request, receiving, expected)
    : await receiveBody(request, receiving, expected)
  reply.removeHeader('connection')
  return received
}

async function receiveBody(
  request: FastifyRequest,
  receiving: UploadContext,
  { name = '', fallback }: UploadOptions,
): Promise<NewFile> {
  const { headers, body } = request
  const limit = receiving.uploadLimit
  // Rejected before reading, so that the client does not send a too large file in vain.
  if (Number(headers['content-length']) > limit) throw new Problem('payload_too_large', { limit })
  // Not destroyed when it is too large: the response uses the same socket.
  const bytes = body instanceof Readable ? body.iterator({ destroyOnReturn: false }) : Readable.from([])
  const file = { name: safeName(name, fallback), declaredType: mediaType(headers['content-type']) }
  return await requireContent(receiving, { ...file, ...(await storeBytes(receiving, bytes, limit)) }, '')
}

async function receiveForm(
  request: FastifyRequest,
  receiving: UploadContext,
  expected: UploadOptions,
): Promise<NewFile> {
  const { parts = {} } = expected
  let file: NewFile | undefined
  try {
    // One byte and one file more, so that the limits are detected here. The parser would truncate the file silently.
    const limits = { fileSize: receiving.uploadLimit + 1, files: 2, fields: 10, fieldSize: longestPart }
    const seen = new Set<string>()
    for await (const part of request.parts({ limits })) {
      const { fieldname } = part
      if (seen.has(fieldname)) throw refused(pointerOf([fieldname]), 'duplicate_part')
      seen.add(fieldname)
      if (fieldname === 'file' && part.type === 'file') file = await receivePart(part, receiving, expected)
      else if (fieldname === 'file') throw refused('/file', 'invalid_type', { params: { expected: 'file' } })
      else if (part.type === 'field' && Object.hasOwn(parts, fieldname)) await parts[fieldname]?.(textOf(part))
      else throw refused(pointerOf([fieldname]), 'unknown_field', { allowed: ['file', ...Object.keys(parts)] })
    }
    if (!file) throw refused('/file', 'required')
    return file
  } catch (error) {
    if (file) await removeBytes(receiving, file.location)
    throw isMalformedPart(error) ? new Problem('malformed_part') : error
  }
}

/** The parser reads parts of the type `application/json` itself. */
function isMalformedPart(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'FST_INVALID_JSON_FIELD_ERROR'
}

/** Returns the value of a part: a text, or what its JSON says. Throws `too_long`. */
function textOf({ fieldname, value, valueTruncated }: MultipartValue): unknown {
  if (valueTruncated) throw refused(pointerOf([fieldname]), 'too_long', { params: { limit: longestPart } })
  return value
}

async function receivePart(
  part: MultipartFile,
  receiving: UploadContext,
  { name, fallback }: UploadOptions,
): Promise<NewFile> {
  // A part of this media type is a file even without a name. Browsers encode quotes in names as `%22`.
  const filename: string | undefined = part.filename
  const givenName = name ?? filename?.replaceAll('%22', '"') ?? ''
  const file = { name: safeName(givenName, fallback), declaredType: mediaType(part.mimetype) }
  return await requireContent(
    receiving,
    { ...file, ...(await storeBytes(receiving, part.file, receiving.uploadLimit)) },
    '/file',
  )
}

/** Throws `empty_file` for an empty file, which clients send when they fail to read it. */
async function requireContent(receiving: UploadContext, file: NewFile, pointer: string): Promise<NewFile> {
  if (file.size > 0) return file
  await removeBytes(receiving, file.location)
  throw refused(pointer, 'empty_file')
}

function refused(pointer: string, code: Fault['code'], more: Partial<Fault> = {}): Problem {
  return invalid([{ pointer, code, ...more }])
}

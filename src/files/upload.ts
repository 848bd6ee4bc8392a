import { Readable } from 'node:stream'
import multipart, { type MultipartFile } from '@fastify/multipart'
import type { FastifyReply, FastifyRequest } from 'fastify'
import Type, { type TSchema } from 'typebox'
import { type Fault, invalid, Problem } from '../errors/problem.ts'
import type { App } from '../http/foundation.ts'
import { bytes } from '../schema/build.ts'
import { mediaType } from './content-type.ts'
import { clear, type FileKeeping, type NewFile, storeBytes } from './file-lifecycle.ts'
import { safeName } from './name.ts'

/** What receiving files stands on. */
export interface Receiving extends FileKeeping {
  /** The largest file, in bytes. */
  uploadLimit: number
}

/** How one request's file is received. */
export interface Expected {
  /** The file's name, whatever its part of a form says. */
  name?: string | undefined
  /** Its name where none is told. */
  fallback: string
  /** What else the form may have: readers of the parts' texts, which throw what is wrong with them. */
  parts?: Record<string, (text: unknown) => Promise<void>>
}

/** Has every route of a scope take bodies as they come: whatever they are said to be, their content shows what they are. */
export async function acceptFiles(app: App): Promise<void> {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', (_request, payload, done) => done(null, payload))
  await app.register(multipart)
}

/** What a route that receives files has instead of a body that is validated; `types` are those of the body itself. */
export function fileBody(app: App, uploadLimit: number, types: string, parts: Record<string, TSchema> = {}) {
  const strict = app.validatorCompiler!
  const validatorCompiler: typeof strict = (part) =>
    part.httpPart === 'body' ? (value: unknown) => ({ value }) : strict(part)
  const file = bytes('The file.')
  const body = {
    description: 'The file, or a form with the file.',
    content: {
      [types]: { schema: file },
      'multipart/form-data': { schema: Type.Object({ file, ...parts }, { additionalProperties: false }) },
    },
  }
  return { body, options: { bodyLimit: uploadLimit, validatorCompiler, config: { runsOnce: true } } }
}

/** Receives the file of a request and stores it. What is stored of a request that is refused is removed. */
export async function receiveFile(
  request: FastifyRequest,
  reply: FastifyReply,
  receiving: Receiving,
  expected: Expected,
): Promise<NewFile> {
  // Where the body is not read to its end, no other request can follow it.
  reply.header('connection', 'close')
  const received = request.isMultipart()
    ? await receiveForm(request, receiving, expected)
    : await receiveBody(request, receiving, expected)
  reply.removeHeader('connection')
  return received
}

async function receiveBody(
  request: FastifyRequest,
  receiving: Receiving,
  { name = '', fallback }: Expected,
): Promise<NewFile> {
  const { headers, body } = request
  const limit = receiving.uploadLimit
  // Not even begun: whoever sends a gigabyte too much should not have to wait for the answer.
  if (Number(headers['content-length']) > limit) throw new Problem('payload_too_large', { limit })
  // Left open when it is too large, since the answer goes the same way.
  const bytes = body instanceof Readable ? body.iterator({ destroyOnReturn: false }) : Readable.from([])
  const file = { name: safeName(name, fallback), declaredType: mediaType(headers['content-type']) }
  return await filled(receiving, { ...file, ...(await storeBytes(receiving, bytes, limit)) }, '')
}

async function receiveForm(request: FastifyRequest, receiving: Receiving, expected: Expected): Promise<NewFile> {
  const { parts = {} } = expected
  let file: NewFile | undefined
  try {
    // One byte more, so that the store meets the limit and not the parser, which would cut the file without a word.
    const limits = { fileSize: receiving.uploadLimit + 1, files: 1, fields: 10, fieldSize: 100_000 }
    for await (const part of request.parts({ limits })) {
      const { fieldname } = part
      if (fieldname === 'file' && part.type === 'file') file = await receivePart(part, receiving, expected)
      else if (fieldname === 'file') throw refused('/file', 'invalid_type', { params: { expected: 'file' } })
      else if (part.type === 'field' && Object.hasOwn(parts, fieldname)) await parts[fieldname]?.(part.value)
      else throw refused(`/${fieldname}`, 'unknown_field', { allowed: ['file', ...Object.keys(parts)] })
    }
    if (!file) throw refused('/file', 'required')
    return file
  } catch (error) {
    if (file) await clear(receiving, file.location)
    throw error
  }
}

async function receivePart(part: MultipartFile, receiving: Receiving, { name, fallback }: Expected): Promise<NewFile> {
  // A part of this media type is a file without a name, too. A quote in a name is written as browsers do.
  const filename: string | undefined = part.filename
  const told = name ?? filename?.replaceAll('%22', '"') ?? ''
  const file = { name: safeName(told, fallback), declaredType: mediaType(part.mimetype) }
  return await filled(
    receiving,
    { ...file, ...(await storeBytes(receiving, part.file, receiving.uploadLimit)) },
    '/file',
  )
}

/** A file that holds something: an empty one is what remains where its sender failed to read it. */
async function filled(receiving: Receiving, file: NewFile, pointer: string): Promise<NewFile> {
  if (file.size > 0) return file
  await clear(receiving, file.location)
  throw refused(pointer, 'empty_file')
}

function refused(pointer: string, code: Fault['code'], more: Partial<Fault> = {}): Problem {
  return invalid([{ pointer, code, ...more }])
}

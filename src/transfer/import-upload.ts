import type { MultipartFile } from '@fastify/multipart'
import type { FastifyRequest } from 'fastify'
import type { FileStore, StoredFile } from '../files/store.ts'
import { type Fault, invalid, Problem } from '../http/problem.ts'
import { checked } from './import-options.ts'
import type { ImportOptions } from './import-plan.ts'

/** A file that was received and stored, with what was said about it. */
export interface Upload {
  file: StoredFile & { name: string }
  options: ImportOptions
}

/** Where an upload goes and what it may be. */
export interface Receiving {
  files: FileStore
  limit: number
  /** Checks the part `options` of a form; throws what is wrong with it. */
  checkOptions(value: unknown): ImportOptions
}

/** Receives a file, which is the body itself. Throws payload_too_large. */
export async function receiveBody(
  body: AsyncIterable<Buffer>,
  name: string,
  { files, limit }: Receiving,
): Promise<Upload> {
  return { file: { name, ...(await files.write(body, limit)) }, options: {} }
}

/** Receives a form with the parts `file` and `options`. What is stored of a form that is refused is removed. */
export async function receiveForm(request: FastifyRequest, receiving: Receiving): Promise<Upload> {
  const { files, limit } = receiving
  let file: Upload['file'] | undefined
  let options: ImportOptions = {}
  try {
    // One byte more, so that the store meets the limit and not the parser, which would cut the file without a word.
    const limits = { fileSize: limit + 1, files: 1, fields: 10, fieldSize: 100_000 }
    for await (const part of request.parts({ limits })) {
      if (part.fieldname === 'file' && part.type === 'file') file = await storePart(part, files, limit)
      else if (part.fieldname === 'options' && part.type === 'field') options = readOptions(part.value, receiving)
      else throw refused({ pointer: `/${part.fieldname}`, code: 'unknown_field', allowed: ['file', 'options'] })
    }
    if (!file) throw refused({ pointer: '/file', code: 'required' })
    return { file, options }
  } catch (error) {
    if (file) await files.remove(file.location)
    throw error
  }
}

async function storePart(part: MultipartFile, files: FileStore, limit: number): Promise<Upload['file']> {
  return { name: part.filename.replaceAll('\0', '').slice(0, 255), ...(await files.write(part.file, limit)) }
}

function readOptions(text: unknown, { checkOptions }: Receiving): ImportOptions {
  let value: unknown
  try {
    value = typeof text === 'string' ? JSON.parse(text) : text
  } catch {
    throw new Problem('malformed_json')
  }
  return checked(checkOptions(value), (name) => ({ pointer: `/${name}` }))
}

function refused(fault: Fault): Problem {
  return invalid([fault])
}

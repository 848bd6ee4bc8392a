import { addAbortSignal, Readable } from 'node:stream'
import { create as contentDisposition } from 'content-disposition'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Problem } from '../errors/problem.ts'
import { allowsRange, isKnownIfValid } from '../http/entity-tags.ts'
import type { FoundFile } from './find.ts'
import { rangeOf } from './range.ts'
import { type ByteRange, BytesMissing, type FileStore, storeUnavailable } from './store.ts'

/** The part of a file in a response: nothing, a range or all of it. */
interface Selection {
  status: 200 | 206 | 304
  range?: ByteRange
}

/** Sends the file or the requested range. Throws `file_not_found`, `range_not_satisfiable`. */
export async function sendFile(
  request: FastifyRequest,
  reply: FastifyReply,
  { files, find, closing }: { files: FileStore; find(): Promise<FoundFile>; closing: AbortSignal },
): Promise<FastifyReply> {
  const file = await find()
  const tag = `"${file.sha256}"`
  const { status, range } = choose(request.headers, file, tag)
  const bytes = status === 304 || request.method === 'HEAD' ? undefined : await open(files, file, { range, find })
  reply.code(status).headers({
    etag: tag,
    'accept-ranges': 'bytes',
    // Clients must revalidate a cached copy, since the caller's rights may have changed.
    'cache-control': 'private, no-cache',
    // Browsers save the file instead of displaying it, and run nothing in it.
    'content-disposition': contentDisposition(file.name),
    'content-security-policy': "default-src 'none'; sandbox",
    'x-content-type-options': 'nosniff',
  })
  if (status === 304) return reply.send()
  const length = range ? range.end - range.start + 1 : file.size
  reply.headers({ 'content-type': file.contentType, 'content-length': length })
  if (range) reply.header('content-range', `bytes ${range.start}-${range.end}/${file.size}`)
  // An early end breaks the connection, so that a partial file does not look complete.
  return reply.send(bytes ? addAbortSignal(closing, bytes) : Readable.from([]))
}

function choose(headers: FastifyRequest['headers'], { size }: FoundFile, tag: string): Selection {
  if (isKnownIfValid(headers['if-none-match'], tag)) return { status: 304 }
  const range = allowsRange(headers['if-range'], tag) ? rangeOf(headers.range, size) : undefined
  if (range === undefined) return { status: 200 }
  if (range) return { status: 206, range }
  throw new Problem('range_not_satisfiable', { size }, { headers: { 'content-range': `bytes */${size}` } })
}

async function open(
  files: FileStore,
  { location }: FoundFile,
  { range, find }: { range: ByteRange | undefined; find(): Promise<FoundFile> },
): Promise<Readable> {
  try {
    return await files.open(location, range)
  } catch (error) {
    if (!(error instanceof BytesMissing)) throw error
    // Either the file was just deleted, and `find` throws `file_not_found`, or the store has lost it.
    await find()
    throw storeUnavailable(error)
  }
}

import { addAbortSignal, Readable } from 'node:stream'
import { create as contentDisposition } from 'content-disposition'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Problem } from '../errors/problem.ts'
import type { FoundFile } from './find.ts'
import { isNamed, rangeOf } from './range.ts'
import { type ByteRange, BytesMissing, type FileStore, storeUnavailable } from './store.ts'

/** What of a file an answer has: nothing new, a part, or all. */
interface Chosen {
  status: 200 | 206 | 304
  range?: ByteRange
}

/** Answers with the bytes of a file, or with those that the request asks for. Throws file_not_found, range_not_satisfiable. */
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
    // Kept by whoever asked, and asked about anew: rights may have gone meanwhile.
    'cache-control': 'private, no-cache',
    // Whatever it is, it is saved and not shown, and nothing in it is run.
    'content-disposition': contentDisposition(file.name),
    'content-security-policy': "default-src 'none'; sandbox",
    'x-content-type-options': 'nosniff',
  })
  if (status === 304) return reply.send()
  const length = range ? range.end - range.start + 1 : file.size
  reply.headers({ 'content-type': file.contentType, 'content-length': length })
  if (range) reply.header('content-range', `bytes ${range.start}-${range.end}/${file.size}`)
  // Whatever ends it early breaks the connection: half a file must not look like a whole one.
  return reply.send(bytes ? addAbortSignal(closing, bytes) : Readable.from([]))
}

function choose(headers: FastifyRequest['headers'], { size }: FoundFile, tag: string): Chosen {
  if (isNamed(headers['if-none-match'], tag)) return { status: 304 }
  const asked = headers['if-range'] === undefined || headers['if-range'] === tag
  const range = asked ? rangeOf(headers.range, size) : undefined
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
    // Either the file was deleted a moment ago, which this tells, or the store has lost it.
    await find()
    throw storeUnavailable(error)
  }
}

import { pipeline, Readable } from 'node:stream'
import { createGzip } from 'node:zlib'

/** Returns the bytes as a stream, compressed if `gzip` is set. An error of the source breaks the stream. */
export function streamOf(bytes: AsyncIterable<Buffer>, { gzip }: { gzip: boolean }): Readable {
  const source = Readable.from(bytes, { objectMode: false })
  return gzip ? pipeline(source, createGzip(), () => {}) : source
}

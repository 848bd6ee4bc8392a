import compress from '@fastify/compress'
import type { FastifyInstance } from 'fastify'
import { weakTag } from './entity-tags.ts'

/** Size in bytes from which responses are compressed. Reads of one record are usually smaller and gain no time. */
const threshold = 2048
/** Size in bytes up to which compressing takes about a millisecond, less than handing the work to another thread. */
const syncThreshold = 262_144

/**
 * Compresses responses with Brotli or gzip if the client accepts it. Makes their ETags weak, because the bytes differ.
 * Must be called before routes are added. A route whose file clients fetch in ranges has `compress: false`.
 */
export async function compressResponses(app: FastifyInstance): Promise<void> {
  await app.register(compress, {
    // Compressed requests are refused: a small body must not become a large one.
    globalDecompression: false,
    encodings: ['br', 'gzip'],
    threshold,
    syncThreshold,
    customTypes: /^(?:text\/(?!event-stream)|application\/(?:[\w.-]+\+)?(?:json|javascript|xml)|image\/svg)/u,
  })
  app.addHook('onRoute', (route) => {
    if (route.compress === false) return
    // Added after the hook of the plugin, so that it runs after it.
    route.onSend = [route.onSend ?? []].flat()
    route.onSend.push((_request, reply, payload, done) => {
      const etag = reply.getHeader('etag')
      if (etag !== undefined && reply.hasHeader('content-encoding')) reply.header('etag', weakTag(String(etag)))
      done(null, payload)
    })
  })
}

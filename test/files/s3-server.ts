import { createServer, type IncomingMessage, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { startFauxqs } from 'fauxqs'

/** An S3 service with a bucket. */
export interface S3Server {
  options: { s3Bucket: string; s3Endpoint: string; s3AccessKeyId: string; s3SecretAccessKey: string }
  /** Keys of complete objects, in alphabetical order. */
  keys(): Promise<string[]>
  /** Keys of multipart uploads that are neither completed nor aborted. */
  unfinished(): string[]
  close(): Promise<void>
}

const bucket = 'kartoteka'

/**
 * Starts an S3 emulator. The emulator cannot list multipart uploads, so a proxy in front of it keeps the list: it
 * watches which uploads begin and which end.
 */
export async function startS3(): Promise<S3Server> {
  const emulator = await startFauxqs({ port: 0, logger: false, init: { buckets: [bucket] } })
  const uploads = new Map<string, string>()
  const proxy = createServer((incoming, answer) => {
    const url = new URL(incoming.url ?? '', 'http://s3')
    const key = decodeURIComponent(url.pathname.slice(bucket.length + 2))
    const uploadId = url.searchParams.get('uploadId')
    if (incoming.method === 'GET' && url.searchParams.has('uploads')) {
      const prefix = url.searchParams.get('prefix') ?? ''
      answer.end(listOf([...uploads].filter(([, key]) => key.startsWith(prefix))))
      return
    }
    if (uploadId && incoming.method !== 'PUT') uploads.delete(uploadId)
    const onward = request(
      { port: emulator.port, path: incoming.url, method: incoming.method, headers: incoming.headers },
      async (reply) => {
        const hasBegun = incoming.method === 'POST' && url.searchParams.has('uploads')
        answer.writeHead(reply.statusCode ?? 500, reply.headers)
        if (!hasBegun) return reply.pipe(answer)
        const text = await textOf(reply)
        uploads.set(/<UploadId>(.+?)<\/UploadId>/.exec(text)?.[1] ?? '', key)
        answer.end(text)
      },
    )
    onward.on('error', () => answer.destroy())
    answer.on('close', () => onward.destroy())
    incoming.pipe(onward)
  })
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
  const { port } = proxy.address() as AddressInfo
  const listing = `http://127.0.0.1:${emulator.port}/${bucket}?list-type=2`
  return {
    options: {
      ...{ s3Bucket: bucket, s3Endpoint: `http://127.0.0.1:${port}` },
      ...{ s3AccessKeyId: 'test', s3SecretAccessKey: 'secret' },
    },
    async keys() {
      const text = await (await fetch(listing)).text()
      return [...text.matchAll(/<Key>(.+?)<\/Key>/g)].map(([, key = '']) => key).sort()
    },
    unfinished: () => [...uploads.values()],
    async close() {
      proxy.closeAllConnections()
      await new Promise((resolve) => proxy.close(resolve))
      await emulator.stop()
    },
  }
}

function listOf(uploads: readonly [id: string, key: string][]): string {
  const items = uploads.map(([id, key]) => `<Upload><Key>${key}</Key><UploadId>${id}</UploadId></Upload>`)
  return `<?xml version="1.0"?><ListMultipartUploadsResult><Bucket>${bucket}</Bucket>${items.join('')}</ListMultipartUploadsResult>`
}

async function textOf(message: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of message) text += chunk
  return text
}

import type { IncomingMessage } from 'node:http'
import { get } from 'node:http'
import type { AddressInfo } from 'node:net'
import type request from 'supertest'
import type { Api } from '../api.ts'

/** A file as received. */
export interface Exported {
  status: number
  headers: Record<string, string>
  trailers: Record<string, string>
  bytes: Buffer
}

/** Downloads an export, in the given language if any. */
export async function exported(call: Api['call'], path: string, language = 'en'): Promise<Exported> {
  const { status, headers, body } = await call('get', `/v1/${path}`)
    .set('accept-language', language)
    .buffer(true)
    .parse(bytesOf)
  return { status, headers, ...body }
}

/** Returns the text of an export in UTF-8, including its byte order mark. */
export async function exportedText(call: Api['call'], path: string, language?: string): Promise<string> {
  const { status, bytes } = await exported(call, path, language)
  if (status !== 200) throw new Error(`${path}: ${status} ${bytes}`)
  return new TextDecoder('utf-8', { ignoreBOM: true, fatal: true }).decode(bytes)
}

function bytesOf(
  answer: request.Response & { trailers?: Exported['trailers'] },
  done: (error: Error | null, body: Pick<Exported, 'bytes' | 'trailers'>) => void,
): void {
  const chunks: Buffer[] = []
  answer.on('data', (chunk: Buffer) => chunks.push(chunk))
  answer.on('end', () => done(null, { bytes: Buffer.concat(chunks), trailers: answer.trailers ?? {} }))
}

/** Starts a download from a listening server. Nothing of the body is read until the caller reads it. */
export function startDownload(api: Pick<Api, 'app' | 'key'>, path: string): Promise<IncomingMessage> {
  const { port } = api.app.server.address() as AddressInfo
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${api.key}` }
    get({ port, path: `/v1/${path}`, headers, agent: false }, resolve).on('error', reject)
  })
}

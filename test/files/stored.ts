import { readdir } from 'node:fs/promises'
import type { Test } from 'supertest'
import type { JobApi } from '../jobs.ts'

/** A file as the API returns it. */
export interface SavedFile {
  id: number
  name: string
  size: number
  [member: string]: unknown
}

/** Uploads a file through the API and returns it. */
export async function aFile(
  { call }: Pick<JobApi, 'call'>,
  content: string | Buffer = 'content',
  name = 'a.txt',
): Promise<SavedFile> {
  const { status, body } = await call('post', '/v1/files').attach('file', Buffer.from(content), name)
  if (status !== 201) throw new Error(`${status} ${JSON.stringify(body)}`)
  return body
}

/** A file as records reference it. */
export const fileReference = ({ id, name, size }: SavedFile) => ({ id, name, size })

/** Returns the names in the folder of files, including unfinished uploads. */
export async function storedNames({ dataDir }: Pick<JobApi, 'dataDir'>): Promise<string[]> {
  const entries = await readdir(dataDir, { recursive: true, withFileTypes: true })
  return entries.filter((entry) => entry.isFile()).map(({ name }) => name)
}

/** Returns the bytes of a response. */
export async function bytesOf(test: Test): Promise<Buffer> {
  const { body } = await test.buffer(true).parse((answer, done) => {
    const chunks: Buffer[] = []
    answer.on('data', (chunk) => chunks.push(chunk))
    answer.on('end', () => done(null, Buffer.concat(chunks)))
  })
  return body
}

import { readdirSync } from 'node:fs'
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { openStore } from '../../src/files/open-store.ts'
import { BytesMissing, type FileStore, newLocation } from '../../src/files/store.ts'
import { type S3Server, startS3 } from './s3-server.ts'

let s3: S3Server
let folder: string
beforeAll(async () => {
  s3 = await startS3()
  folder = await mkdtemp(join(tmpdir(), 'kartoteka-files-'))
  await writeFile(join(folder, 'no-folder'), '')
})
afterAll(async () => {
  await s3.close()
  await rm(folder, { recursive: true })
})

/** A stream of megabytes, each filled with its number. */
async function* megabytes(count: number, error?: Error) {
  for (let n = 0; n < count; n++) yield Buffer.alloc(1_000_000, n)
  if (error) throw error
}

describe.each(['a folder', 'a bucket'])('A store in %s', (kind) => {
  let files: FileStore
  beforeAll(() => {
    const options = { dataDir: folder, uploadLimit: 100_000_000 }
    files = openStore(kind === 'a bucket' ? { ...options, ...s3.options } : options)
  })

  /** Returns the keys of everything stored, including unfinished uploads. */
  async function stored(): Promise<string[]> {
    if (kind === 'a bucket') return [...(await s3.keys()), ...s3.unfinished()]
    const entries = await readdir(join(folder, 'files'), { recursive: true, withFileTypes: true })
    return entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name))
  }

  it('returns what was stored until it is removed', async () => {
    const location = newLocation()
    await files.write(location, Readable.from([Buffer.from('ab'), Buffer.from('c')]))
    expect((await buffer(await files.open(location))).toString()).toBe('abc')
    expect(await stored()).toEqual([expect.stringMatching(`${location}$`)])
    await files.remove(location)
    await files.remove(location)
    expect(await stored()).toEqual([])
  })

  it('returns parts of large files', async () => {
    const location = newLocation()
    await files.write(location, megabytes(12))
    const part = await buffer(await files.open(location, { start: 10_999_998, end: 11_000_001 }))
    expect([...part]).toEqual([10, 10, 11, 11])
    expect((await buffer(await files.open(location))).length).toBe(12_000_000)
    await files.remove(location)
  })

  it('can remove what an interrupted stream has left', async () => {
    const location = newLocation()
    const writing = files.write(location, megabytes(12, new Error('cut')))
    await expect(writing).rejects.toMatchObject({ code: 'file_store_unavailable', cause: { message: 'cut' } })
    await files.remove(location)
    expect(await stored()).toEqual([])
  })

  it('reports what is missing if the store does not work', async () => {
    await expect(files.open(newLocation())).rejects.toThrow(BytesMissing)
    const broken = brokenStore(kind)
    for (const work of [
      () => broken.open(newLocation()),
      () => broken.write(newLocation(), megabytes(1)),
      () => broken.remove(newLocation()),
    ]) {
      await expect(work()).rejects.toMatchObject({ code: 'file_store_unavailable', status: 503 })
    }
  })

  it('never overwrites', async () => {
    if (kind === 'a bucket') return
    const location = newLocation()
    await files.write(location, megabytes(1))
    await expect(files.write(location, megabytes(1))).rejects.toMatchObject({ code: 'file_store_unavailable' })
    await files.remove(location)
  })
})

/** A bucket whose server is unavailable, or a folder that is a file. */
function brokenStore(kind: string): FileStore {
  const options = { dataDir: join(folder, 'no-folder'), uploadLimit: 1 }
  return kind === 'a bucket'
    ? openStore({ ...options, ...s3.options, s3Endpoint: 'http://127.0.0.1:9' })
    : openStore(options)
}

it('distinguishes a full disk from a store that does not work', async () => {
  const files = openStore({ dataDir: folder, uploadLimit: 1_000_000 })
  for (const code of ['ENOSPC', 'EDQUOT']) {
    const writing = files.write(newLocation(), megabytes(1, Object.assign(new Error('full'), { code })))
    await expect(writing).rejects.toMatchObject({ code: 'storage_full', status: 503, cause: { code } })
  }
})

it('protects files in a folder from other users of the machine', async () => {
  const dataDir = join(folder, 'private')
  const files = openStore({ dataDir, uploadLimit: 1_000 })
  const location = newLocation()
  await files.write(location, Readable.from([Buffer.from('secret')]))
  const modes = ['files', join('files', location, '..'), join('files', location)].map(async (path) => {
    const { mode } = await stat(join(dataDir, path))
    return (mode & 0o777).toString(8)
  })
  expect(await Promise.all(modes)).toEqual(['700', '700', '600'])
})

it('creates the file in a folder before it reads bytes, so that a later removal always finds it', async () => {
  const files = openStore({ dataDir: folder, uploadLimit: 1_000 })
  const location = newLocation()
  const broken = async function* (): AsyncGenerator<Buffer> {
    yield* []
    throw new Error(readdirSync(join(folder, 'files'), { recursive: true }).join())
  }
  await expect(files.write(location, broken())).rejects.toMatchObject({
    cause: { message: expect.stringContaining(location) },
  })
  await files.remove(location)
})

it('removes what a killed process has left in a bucket', async () => {
  const { client, CreateMultipartUploadCommand } = await connected()
  const location = newLocation()
  await client.send(new CreateMultipartUploadCommand({ Bucket: s3.options.s3Bucket, Key: location }))
  expect(s3.unfinished()).toEqual([location])
  await openStore({ dataDir: folder, uploadLimit: 1, ...s3.options }).remove(location)
  expect(s3.unfinished()).toEqual([])
})

async function connected() {
  const { S3Client, CreateMultipartUploadCommand } = await import('@aws-sdk/client-s3')
  const { s3Endpoint: endpoint, s3AccessKeyId: accessKeyId, s3SecretAccessKey: secretAccessKey } = s3.options
  const credentials = { accessKeyId, secretAccessKey }
  const client = new S3Client({ region: 'us-east-1', endpoint, forcePathStyle: true, credentials })
  return { client, CreateMultipartUploadCommand }
}

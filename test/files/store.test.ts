import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { type FileStore, localFiles } from '../../src/files/store.ts'

let folder: string
let files: FileStore
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kartoteka-files-'))
  files = localFiles(folder)
})
afterAll(() => rm(folder, { recursive: true }))

/** Everything that lies in the store, unfinished uploads included. */
async function stored(): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries.filter((entry) => entry.isFile()).map(({ name }) => name)
}

it('gives back what was stored, until it is removed', async () => {
  const file = await files.write(Readable.from([Buffer.from('ab'), Buffer.from('c')]), 3)
  expect(file).toEqual({
    location: expect.stringMatching(/^[0-9a-f]{2}\/[0-9a-f-]{36}$/),
    size: 3,
    sha256: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
  })
  expect((await buffer(files.open(file.location))).toString()).toBe('abc')
  await files.remove(file.location)
  await files.remove(file.location)
  expect(await stored()).toEqual([])
})

it('refuses what is larger than the limit, and keeps nothing of it', async () => {
  const stream = Readable.from([Buffer.alloc(100_000), Buffer.alloc(100_000)])
  await expect(files.write(stream, 150_000)).rejects.toMatchObject({
    code: 'payload_too_large',
    params: { limit: 150_000 },
  })
  expect(await stored()).toEqual([])
})

it('keeps nothing of a stream that breaks', async () => {
  async function* broken() {
    yield Buffer.from('half')
    throw new Error('aborted')
  }
  await expect(files.write(broken(), 100)).rejects.toThrow('aborted')
  expect(await stored()).toEqual([])
})

it('removes what a process that was killed has left, and nothing younger', async () => {
  const again = await mkdtemp(join(tmpdir(), 'kartoteka-files-'))
  await localFiles(again).write(Readable.from([Buffer.from('x')]), 1)
  const [old, young] = ['old', 'young'].map((name) => join(again, 'incoming', name))
  await writeFile(old!, 'half')
  await writeFile(young!, 'half')
  const longAgo = new Date(Date.now() - 25 * 3_600_000)
  await utimes(old!, longAgo, longAgo)
  await localFiles(again).write(Readable.from([Buffer.from('y')]), 1)
  expect(await readdir(join(again, 'incoming'))).toEqual(['young'])
  await rm(again, { recursive: true })
})

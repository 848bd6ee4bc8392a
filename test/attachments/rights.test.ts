import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { Caller } from '../../src/people/caller.ts'
import { aUser } from '../api.ts'
import { aFile, type SavedFile } from '../files/stored.ts'
import { type JobApi, startJobApi } from '../jobs.ts'
import { aContact, aDeal, limitsByName, limitsFor, own, read } from '../seed.ts'
import { attach, attachedTo } from './attached.ts'

let admin: JobApi
beforeAll(async () => {
  Object.assign(limitsByName, {
    Own: (caller: Caller) => ({ rows: { read: own(caller), update: own(caller) } }),
    Reader: (caller: Caller) => ({ rows: { update: own(caller) } }),
  })
  admin = await startJobApi({
    limitsOf: (caller, type) => (caller.lastName === 'Half' && type.code === 'deal' ? null : limitsFor(caller)),
  })
})
afterAll(() => admin.close())

/** The API as a user who is not an administrator. */
async function someone(lastName = 'User'): Promise<JobApi> {
  const { userId, key } = await aUser(admin.db, { lastName })
  return { ...admin, userId, key, call: admin.as(key) }
}

/** Returns whether a caller can read a file and its bytes. */
async function sees({ call }: JobApi, { id }: Pick<SavedFile, 'id'>): Promise<boolean> {
  const [about, content] = [await call('get', `/v1/files/${id}`), await call('get', `/v1/files/${id}/content`)]
  expect(content.status).toBe(about.status)
  return about.status === 200
}

describe('The files of a record', () => {
  it('are visible to everyone who may read the record, and to nobody else', async () => {
    const [caller, uploader] = [await someone('Own'), await someone()]
    const file = await aFile(uploader)
    const contact = await aContact(uploader)
    const path = `contacts/${contact.id}`
    await attach(uploader, path, file)
    const { body } = await caller.call('get', `/v1/${path}/files`).expect(404)
    const missing = await caller.call('get', '/v1/contacts/99999/files').expect(404)
    const { detail, instance, traceId, ...problem } = body
    expect(missing.body).toEqual({
      ...problem,
      detail: detail.replace(contact.id, '99999'),
      instance: instance.replace(path, 'contacts/99999'),
      traceId: expect.any(String),
    })
    expect([await sees(caller, file), await sees(uploader, file), await sees(admin, file)]).toEqual([false, true, true])
    await uploader.call('patch', `/v1/${path}`, { responsibleId: caller.userId }).expect(200)
    expect(await attachedTo(caller, path)).toEqual([file.id])
    expect(await sees(caller, file)).toBe(true)
    await caller.call('delete', `/v1/${path}/files/${file.id}`).expect(204)
    expect([await sees(caller, file), await sees(uploader, file)]).toEqual([false, true])
  })

  it('are hidden while the record is in the recycle bin or its type is closed to the caller', async () => {
    const [half, other, uploader] = [await someone('Half'), await someone(), await someone()]
    const file = await aFile(uploader)
    const deal = await aDeal(uploader)
    await attach(uploader, `deals/${deal.id}`, file)
    expect([await sees(half, file), await sees(other, file)]).toEqual([false, true])
    await half.call('get', `/v1/deals/${deal.id}/files`).expect(403)
    await uploader.call('delete', `/v1/deals/${deal.id}`).expect(204)
    expect(await sees(other, file)).toBe(false)
    await other.call('get', `/v1/deals/${deal.id}/files`).expect(404)
    await uploader.call('get', `/v1/deals/${deal.id}/files`).expect(404)
  })

  it('can be changed only by those who may change the record', async () => {
    const [reader, hidden, uploader] = [await someone('Reader'), await someone('Own'), await someone()]
    const contact = await aContact(uploader)
    const [mine, theirs] = [await aFile(reader), await aFile(uploader)]
    const path = `/v1/contacts/${contact.id}/files`
    await attach(uploader, `contacts/${contact.id}`, theirs)
    for (const [caller, status, code] of [
      [reader, 403, 'forbidden'],
      [hidden, 404, 'record_not_found'],
    ] as const) {
      const refused = [
        await caller.call('post', path, { files: [{ id: mine.id }] }),
        await caller.call('post', path).attach('file', Buffer.from('a'), 'a.txt'),
        await caller.call('delete', `${path}/${theirs.id}`),
        await caller.call('delete', `${path}/${theirs.id}?dryRun=true`),
      ]
      expect(refused.map(({ status, body }) => [status, body.code])).toEqual(refused.map(() => [status, code]))
    }
    expect(await attachedTo(reader, `contacts/${contact.id}`)).toEqual([theirs.id])
    expect((await read(uploader, `contacts/${contact.id}`)).version).toBe(2)
  })

  it('can be attached only by users who may read them', async () => {
    const [caller, uploader] = [await someone('Own'), await someone()]
    const [file, inField] = [await aFile(uploader), await aFile(uploader)]
    const contact = await aContact(uploader, { responsibleId: caller.userId })
    const secret = await aContact(uploader, { photo: { id: inField.id } })
    await attach(uploader, `contacts/${secret.id}`, file)
    const files = [{ id: file.id }, { id: inField.id }]
    const { body } = await caller.call('post', `/v1/contacts/${contact.id}/files`, { files }).expect(422)
    expect(body.errors).toEqual(
      files.map(({ id }, index) => ({
        ...{ pointer: `/files/${index}/id`, code: 'not_found_reference', message: `There is no file ${id}.` },
      })),
    )
    await uploader.call('patch', `/v1/contacts/${secret.id}`, { responsibleId: caller.userId }).expect(200)
    expect(await attach(caller, `contacts/${contact.id}`, file, inField)).toHaveLength(2)
    // A user who sees an attached file may also refer to it in a field.
    await caller.call('patch', `/v1/contacts/${contact.id}`, { photo: { id: file.id } }).expect(200)
  })
})

it('a key that only reads attaches nothing', async () => {
  const contact = await aContact(admin)
  const file = await aFile(admin)
  const made = await admin
    .call('post', '/v1/api-keys', { name: 'reads', scopes: [{ type: 'contact', operations: ['read'] }] })
    .expect(201)
  const call = admin.as(made.body.key)
  await call('get', `/v1/contacts/${contact.id}/files`).expect(200)
  const { body } = await call('post', `/v1/contacts/${contact.id}/files`, { files: [{ id: file.id }] }).expect(403)
  expect(body.code).toBe('insufficient_scope')
})

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { Caller } from '../../src/people/caller.ts'
import { type Api, aUser } from '../api.ts'
import { type JobApi, startJobApi } from '../jobs.ts'
import { aCompany, aContact, limitsByName, limitsFor, own } from '../seed.ts'
import { aFile, fileReference, type SavedFile } from './stored.ts'

let admin: JobApi
beforeAll(async () => {
  Object.assign(limitsByName, {
    Own: (caller: Caller) => ({ rows: { read: own(caller), update: own(caller) } }),
    Blind: () => ({ hidden: ['photo', 'userFields.papers'] }),
  })
  admin = await startJobApi({
    limitsOf: (caller, type) => (caller.lastName === 'Half' && type.code === 'company' ? null : limitsFor(caller)),
  })
  for (const field of [{ code: 'papers', multiple: true }, { code: 'scan' }]) {
    await admin.call('post', '/v1/types/contact/fields', { ...field, kind: 'file', label: 'Files' }).expect(201)
  }
})
afterAll(() => admin.close())

/** The API as a user who is not an administrator. */
async function someone(lastName = 'User'): Promise<JobApi> {
  const { userId, key } = await aUser(admin.db, { lastName })
  return { ...admin, userId, key, call: admin.as(key) }
}

/** Returns the statuses for reading a file, reading its bytes and deleting it. */
async function sight({ call }: Pick<Api, 'call'>, { id }: SavedFile) {
  const [about, content] = [await call('get', `/v1/files/${id}`), await call('get', `/v1/files/${id}/content`)]
  return [about.status, content.status, about.status === 404 ? about.body.code : about.body.id]
}
const [seen, unseen] = [(file: SavedFile) => [200, 200, file.id], () => [404, 404, 'file_not_found']]

describe('A file without references', () => {
  it('is visible to its uploader and to administrators', async () => {
    const [uploader, other] = [await someone(), await someone()]
    const file = await aFile(uploader)
    expect(await sight(uploader, file)).toEqual(seen(file))
    expect(await sight(admin, file)).toEqual(seen(file))
    expect(await sight(other, file)).toEqual(unseen())
    await other.call('delete', `/v1/files/${file.id}`).expect(404)
  })

  it('can be referenced by no other user', async () => {
    const [uploader, other] = [await someone(), await someone()]
    const file = await aFile(uploader)
    const contact = await aContact(other)
    for (const id of [file.id, 4_000_001]) {
      const body = { photo: { id }, userFields: { papers: [{ id }] } }
      const { body: answer } = await other.call('patch', `/v1/contacts/${contact.id}`, body).expect(422)
      const fault = { code: 'not_found_reference', message: `There is no file ${id}.` }
      expect(answer.errors).toEqual([
        { pointer: '/photo/id', ...fault },
        { pointer: '/userFields/papers/0/id', ...fault },
      ])
    }
    await uploader.call('patch', `/v1/contacts/${contact.id}`, { photo: { id: file.id } }).expect(200)
  })
})

describe('A file referenced by a record', () => {
  it('is visible to everyone who may read the record', async () => {
    const [own, uploader] = [await someone('Own'), await someone()]
    const [file, paper] = [await aFile(uploader), await aFile(uploader)]
    const contact = await aContact(uploader, { photo: { id: file.id }, userFields: { papers: [{ id: paper.id }] } })
    expect(await sight(own, file)).toEqual(unseen())
    expect(await sight(own, paper)).toEqual(unseen())
    await uploader.call('patch', `/v1/contacts/${contact.id}`, { responsibleId: own.userId }).expect(200)
    expect(await sight(own, file)).toEqual(seen(file))
    expect(await sight(own, paper)).toEqual(seen(paper))
    // Users who may see a file may also reference it.
    const other = await aContact(uploader, { responsibleId: own.userId })
    await own.call('patch', `/v1/contacts/${other.id}`, { photo: { id: paper.id } }).expect(200)
  })

  it('is hidden from users who may read the record but not the field', async () => {
    const [blind, other, uploader] = [await someone('Blind'), await someone(), await someone()]
    const [file, paper] = [await aFile(uploader), await aFile(uploader)]
    const body = { photo: { id: file.id }, userFields: { papers: [{ id: paper.id }] } }
    const contact = await aContact(uploader, body)
    expect(await sight(other, file)).toEqual(seen(file))
    expect(await sight(blind, file)).toEqual(unseen())
    expect(await sight(blind, paper)).toEqual(unseen())
    const shown = await blind.call('get', `/v1/contacts/${contact.id}`).expect(200)
    expect(shown.body).not.toHaveProperty('photo')
    // Their changes keep the files.
    await blind.call('patch', `/v1/contacts/${contact.id}`, { lastName: 'Kept' }).expect(200)
    const kept = await other.call('get', `/v1/contacts/${contact.id}`).expect(200)
    expect(kept.body).toMatchObject({ photo: fileReference(file), userFields: { papers: [fileReference(paper)] } })
    await aContact(uploader, { userFields: { scan: { id: paper.id } } })
    await aCompany(uploader, { logo: { id: file.id } })
    expect(await sight(blind, file)).toEqual(seen(file))
    expect(await sight(blind, paper)).toEqual(seen(paper))
  })

  it('is hidden if its type is closed to the caller or its record is in the recycle bin', async () => {
    const [half, other, uploader] = [await someone('Half'), await someone(), await someone()]
    const file = await aFile(uploader)
    const company = await aCompany(uploader, { logo: { id: file.id } })
    expect(await sight(half, file)).toEqual(unseen())
    expect(await sight(other, file)).toEqual(seen(file))
    await uploader.call('delete', `/v1/companies/${company.id}`).expect(204)
    expect(await sight(other, file)).toEqual(unseen())
    expect(await sight(uploader, file)).toEqual(seen(file))
  })

  it('stays referenced if a user repeats it who may not see it otherwise', async () => {
    const [own, uploader] = [await someone('Own'), await someone()]
    const [file, hidden] = [await aFile(uploader), await aFile(uploader)]
    const body = { responsibleId: own.userId, userFields: { papers: [{ id: file.id }] } }
    const contact = await aContact(uploader, body)
    const change = { userFields: { papers: [fileReference(file), { id: hidden.id }] } }
    const { body: answer } = await own.call('patch', `/v1/contacts/${contact.id}`, change).expect(422)
    expect(answer.errors).toMatchObject([
      { pointer: '/userFields/papers/1/id', message: `There is no file ${hidden.id}.` },
    ])
    await own
      .call('patch', `/v1/contacts/${contact.id}`, { lastName: 'A', userFields: { papers: [fileReference(file)] } })
      .expect(200)
  })
})

describe('A file can be deleted', () => {
  it('by its uploader or an administrator', async () => {
    const [uploader, other] = [await someone(), await someone()]
    const [file, second] = [await aFile(uploader), await aFile(uploader)]
    await uploader.call('delete', `/v1/files/${file.id}`).expect(204)
    expect(await sight(uploader, file)).toEqual(unseen())
    await uploader.call('delete', `/v1/files/${file.id}`).expect(404)
    const contact = await aContact(uploader, { photo: { id: second.id } })
    const { body } = await other.call('delete', `/v1/files/${second.id}`).expect(403)
    expect(body).toMatchObject({ code: 'forbidden', detail: 'You need the permission "delete" for "file".' })
    await uploader.call('patch', `/v1/contacts/${contact.id}`, { photo: null }).expect(200)
    await admin.call('delete', `/v1/files/${second.id}`).expect(204)
  })

  it('only if no record references it, not even one in the recycle bin', async () => {
    const uploader = await someone()
    const file = await aFile(uploader, 'a', 'contract.pdf')
    const contact = await aContact(uploader, { photo: { id: file.id } })
    await uploader.call('delete', `/v1/contacts/${contact.id}`).expect(204)
    const { body } = await uploader.call('delete', `/v1/files/${file.id}`).expect(409)
    expect(body).toMatchObject({
      code: 'in_use',
      detail: 'contract.pdf is in use and cannot be deleted. Remove it from all records first.',
    })
    expect(await sight(uploader, file)).toEqual(seen(file))
  })
})

it('A file of an import is not available as a file', async () => {
  await admin.call('post', '/v1/contacts/import').set('content-type', 'text/csv').send('firstName\nA').expect(202)
  const { id } = await admin.db
    .selectFrom('file')
    .select('id')
    .where('purpose', '=', 'import')
    .executeTakeFirstOrThrow()
  await admin.call('get', `/v1/files/${id}`).expect(404)
  await admin.call('delete', `/v1/files/${id}`).expect(404)
  const { body } = await admin.call('post', '/v1/contacts', { firstName: 'A', photo: { id } }).expect(422)
  expect(body.errors).toMatchObject([{ pointer: '/photo/id', code: 'not_found_reference' }])
})

import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { everyRow } from '../every-row.ts'
import { aFile, type SavedFile } from '../files/stored.ts'
import { type JobApi, startJobApi } from '../jobs.ts'
import { aContact, read, type Saved } from '../seed.ts'
import { attach, attachedTo } from './attached.ts'

let api: JobApi
beforeAll(async () => {
  api = await startJobApi()
})
afterAll(() => api.close())

/** Makes a contact with these files. */
async function withFiles(...files: SavedFile[]): Promise<Saved> {
  const contact = await aContact(api)
  for (const file of files) await attach(api, `contacts/${contact.id}`, file)
  return contact
}

async function merge([survivor, ...others]: readonly Saved[], query = ''): Promise<number> {
  const body = { survivorId: survivor!.id, ids: others.map(({ id }) => id) }
  return (await api.call('post', `/v1/contacts/merge${query}`, body).expect(200)).body.id
}

const undo = async (id: number) => (await api.call('post', `/v1/merges/${id}/revert`).expect(200)).body
const filesOf = ({ id }: Saved) => attachedTo(api, `contacts/${id}`)
const ids = (...files: SavedFile[]) => files.map(({ id }) => id)

it('the survivor gets the files of the merged records, each once, and undoing gives them back', async () => {
  const [a, b, c] = [await aFile(api), await aFile(api), await aFile(api)]
  const contacts = [await withFiles(a), await withFiles(a, b), await withFiles(b, c)]
  const lists = await Promise.all(contacts.map(({ id }) => read(api, `contacts/${id}/files`)))
  const before = await everyRow(api)
  await merge(contacts, '?dryRun=true')
  expect(await everyRow(api)).toEqual(before)
  const id = await merge(contacts)
  const [survivor, other] = contacts
  expect(await filesOf(survivor!)).toEqual(ids(c, b, a))
  const old = await api.call('get', `/v1/contacts/${other!.id}/files`).expect(200)
  expect(old.headers['content-location']).toBe(`/v1/contacts/${survivor!.id}/files`)
  expect(old.body).toEqual(await read(api, `contacts/${survivor!.id}/files`))
  const refused = await api.call('post', `/v1/contacts/${other!.id}/files`, { files: [{ id: a.id }] }).expect(409)
  expect(refused.body).toMatchObject({ code: 'record_merged', survivorId: survivor!.id })
  expect(await undo(id)).toEqual({ restoredIds: contacts.slice(1).map((one) => one.id), kept: [] })
  expect(await everyRow(api)).toEqual(before)
  expect(await Promise.all(contacts.map(({ id }) => read(api, `contacts/${id}/files`)))).toEqual(lists)
})

it('undoing reports files that were attached or detached since', async () => {
  const [a, b, c] = [await aFile(api), await aFile(api), await aFile(api)]
  const contacts = [await withFiles(a), await withFiles(b)]
  const [survivor, other] = contacts
  const id = await merge(contacts)
  await attach(api, `contacts/${survivor!.id}`, c)
  await api.call('delete', `/v1/contacts/${survivor!.id}/files/${b.id}`).expect(204)
  expect((await undo(id)).kept).toEqual([
    {
      ...{ type: 'contact', id: survivor!.id, field: 'files', code: 'changed_since' },
      message: 'This was changed later, so it was not reverted.',
    },
  ])
  expect([await filesOf(survivor!), await filesOf(other!)]).toEqual([ids(c, a), []])
})

it('merges can be undone in any order unless one has the same file from another', async () => {
  const [a, b] = [await aFile(api), await aFile(api)]
  const [survivor, first, second, third] = [
    await withFiles(),
    await withFiles(a),
    await withFiles(b),
    await withFiles(a),
  ]
  const [one, two] = [await merge([survivor, first]), await merge([survivor, second])]
  expect(await filesOf(survivor)).toEqual(ids(b, a))
  await undo(one)
  expect([await filesOf(survivor), await filesOf(first)]).toEqual([ids(b), ids(a)])
  await undo(two)
  const [again, same] = [await merge([survivor, first]), await merge([survivor, third])]
  const { body } = await api.call('post', `/v1/merges/${again}/revert`).expect(409)
  expect(body).toMatchObject({ code: 'later_merge', firstId: same })
  await undo(same)
  await undo(again)
  expect([await filesOf(survivor), await filesOf(first), await filesOf(third)]).toEqual([[], ids(a), ids(a)])
})

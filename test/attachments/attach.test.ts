import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { aFile, bytesOf, fileReference, storedNames } from '../files/stored.ts'
import { type JobApi, startJobApi } from '../jobs.ts'
import { changes, presentPlace } from '../records/changes.ts'
import { aContact, aDeal, aRecord, read } from '../seed.ts'
import { attach, attachedTo, fileChanges } from './attached.ts'

let api: JobApi
beforeAll(async () => {
  api = await startJobApi({ bodyLimit: 20_000 })
  await api.call('post', '/v1/types', { code: 'delivery', title: 'Delivery', features: [] }).expect(201)
})
afterAll(() => api.close())

const instant = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z$/)
const detach = (path: string, { id }: { id: number }, query = '') =>
  api.call('delete', `/v1/${path}/files/${id}${query}`)

describe('Attaching uploaded files', () => {
  it('answers with the files in the order of the request', async () => {
    const { id } = await aContact(api)
    const [a, b] = [await aFile(api, 'first', 'a.txt'), await aFile(api, 'second file', 'b.csv')]
    const { headers, body } = await api
      .call('post', `/v1/contacts/${id}/files`, { files: [b.id, fileReference(a)] })
      .expect(201)
    expect(headers.location).toBe(`/v1/contacts/${id}/files`)
    const shown = ({ id, name, size, contentType, createdBy, createdAt, links }: typeof a) => ({
      ...{ id, name, size, contentType, createdBy, createdAt, links },
      ...{ attachedBy: api.userId, attachedAt: instant },
    })
    expect(body).toEqual({ data: [shown(b), shown(a)] })
    expect(await read(api, `contacts/${id}/files`)).toEqual({
      data: [shown(b), shown(a)],
      page: { next: null, prev: null },
    })
  })

  it.each(['leads', 'deals', 'contacts', 'companies', 'quotes', 'invoices', 'types/delivery/items'])(
    'works for %s, changes their version and is in their history',
    async (plural) => {
      const names: Record<string, Record<string, unknown>> = {
        contacts: { firstName: 'Ivan' },
        companies: { title: 'Vector' },
      }
      const record = await aRecord(api, plural, names[plural] ?? {})
      const path = `${plural}/${record.id}`
      const file = await aFile(api)
      const before = await api.call('get', `/v1/${path}`).expect(200)
      await attach(api, path, file)
      const after = await api.call('get', `/v1/${path}`).set('if-none-match', String(before.headers.etag)).expect(200)
      expect(after.body).toEqual({ ...record, version: 2, updatedAt: expect.any(String) })
      expect(after.body.updatedAt > record.updatedAt).toBe(true)
      await detach(path, file).expect(204)
      expect((await read(api, path)).version).toBe(3)
      expect(await attachedTo(api, path)).toEqual([])
      expect(await fileChanges(api, path)).toEqual([[{ old: [file.id], new: [] }], [{ old: [], new: [file.id] }]])
    },
  )

  it('of files that are attached already changes nothing', async () => {
    const contact = await aContact(api)
    const [a, b] = [await aFile(api), await aFile(api)]
    const path = `contacts/${contact.id}`
    const [first] = await attach(api, path, a)
    const files = [{ id: a.id }]
    const { headers, body } = await api.call('post', `/v1/${path}/files`, { files }).expect(200)
    expect([headers.location, body]).toEqual([undefined, { data: [first] }])
    expect((await read(api, path)).version).toBe(2)
    expect(await attach(api, path, a, b)).toMatchObject([first, { id: b.id }])
    expect(await attachedTo(api, path)).toEqual([b.id, a.id])
    expect(await fileChanges(api, path)).toEqual([[{ old: [], new: [b.id] }], [{ old: [], new: [a.id] }]])
  })

  it('is told by changes since', async () => {
    const contact = await aContact(api)
    const place = await presentPlace(api)
    await attach(api, `contacts/${contact.id}`, await aFile(api))
    const { data } = await changes(place, api, 'contacts', '&fields=version')
    expect(data).toEqual([{ id: contact.id, version: 2 }])
  })

  it('is done once with an idempotency key, and not at all in a dry run', async () => {
    const { id } = await aContact(api)
    const files = [{ id: (await aFile(api)).id }]
    const post = (query = '') => api.call('post', `/v1/contacts/${id}/files${query}`, { files })
    const tried = await post('?dryRun=true').expect(201)
    expect([tried.body.data.length, tried.headers.location]).toEqual([1, undefined])
    expect(await read(api, `contacts/${id}`)).toMatchObject({ version: 1 })
    const [first, again] = [
      await post().set('idempotency-key', 'a').expect(201),
      await post().set('idempotency-key', 'a').expect(201),
    ]
    expect([again.body, again.headers['idempotency-replayed']]).toEqual([first.body, 'true'])
    expect(await read(api, `contacts/${id}`)).toMatchObject({ version: 2 })
  })
})

describe('Uploading and attaching a file at once', () => {
  const upload = (id: number, content: string | Buffer, name: string, query = '') =>
    api.call('post', `/v1/deals/${id}/files${query}`).attach('file', Buffer.from(content), name)

  it('stores a file, which may be larger than a JSON body', async () => {
    const { id } = await aDeal(api)
    const content = Buffer.alloc(50_000, 'x')
    const { body } = await upload(id, content, 'contract.txt').expect(201)
    const [file] = body.data
    expect(file).toMatchObject({
      name: 'contract.txt',
      size: 50_000,
      contentType: 'text/plain',
      attachedBy: api.userId,
    })
    expect(await bytesOf(api.call('get', file.links.content).expect(200))).toEqual(content)
    expect(await attachedTo(api, `deals/${id}`)).toEqual([file.id])
    expect(await read(api, `deals/${id}`)).toMatchObject({ version: 2 })
    expect(await fileChanges(api, `deals/${id}`)).toEqual([[{ old: [], new: [file.id] }]])
  })

  it('is done once with an idempotency key, and leaves nothing after a dry run', async () => {
    const { id } = await aDeal(api)
    const before = await storedNames(api)
    await upload(id, 'tried', 'a.txt', '?dryRun=true').expect(201)
    expect(await storedNames(api)).toEqual(before)
    expect(await attachedTo(api, `deals/${id}`)).toEqual([])
    const keyed = () => upload(id, 'kept', 'a.txt').set('idempotency-key', 'upload').expect(201)
    const [first, again] = [await keyed(), await keyed()]
    expect([again.body, again.headers['idempotency-replayed']]).toEqual([first.body, 'true'])
    expect(await storedNames(api)).toHaveLength(before.length + 1)
    expect(await attachedTo(api, `deals/${id}`)).toEqual([first.body.data[0].id])
  })

  it('stores nothing for a record that does not exist', async () => {
    const before = await storedNames(api)
    const { body } = await upload(99_999, 'lost', 'a.txt').expect(404)
    expect(body).toMatchObject({ code: 'record_not_found' })
    expect(await storedNames(api)).toEqual(before)
  })
})

describe('Detaching', () => {
  it('answers a dry run with the file that would be detached', async () => {
    const { id } = await aContact(api)
    const [attached] = await attach(api, `contacts/${id}`, await aFile(api))
    const { body } = await detach(`contacts/${id}`, attached!, '?dryRun=true').expect(200)
    expect(body).toEqual(attached)
    expect(await attachedTo(api, `contacts/${id}`)).toEqual([attached!.id])
    await detach(`contacts/${id}`, attached!).set('idempotency-key', 'detach').expect(204)
    await detach(`contacts/${id}`, attached!).set('idempotency-key', 'detach').expect(204)
    await detach(`contacts/${id}`, attached!).expect(404)
    expect(await read(api, `contacts/${id}`)).toMatchObject({ version: 3 })
  })

  it('keeps the file in fields and in other records', async () => {
    const file = await aFile(api)
    const [contact, deal] = [await aContact(api, { photo: { id: file.id } }), await aDeal(api)]
    await attach(api, `contacts/${contact.id}`, file)
    await attach(api, `deals/${deal.id}`, file)
    await detach(`contacts/${contact.id}`, file).expect(204)
    expect((await read(api, `contacts/${contact.id}`)).photo).toEqual(fileReference(file))
    expect(await attachedTo(api, `deals/${deal.id}`)).toEqual([file.id])
  })
})

it('the history names attached files for people', async () => {
  const { id } = await aContact(api)
  const [a, b] = [await aFile(api, 'a', 'Договор.pdf'), await aFile(api, 'b', 'b.txt')]
  await attach(api, `contacts/${id}`, a, b)
  await detach(`contacts/${id}`, a).expect(204)
  const { body } = await api
    .call('get', `/v1/contacts/${id}/history?mode=people&filter[field]=files`)
    .set('accept-language', 'ru')
    .expect(200)
  const entry = (change: object) => ({
    ...{ id: expect.any(Number), at: instant, actorId: api.userId, actorName: 'Test User', via: 'api' },
    ...{ version: expect.any(Number), kind: 'changed' },
    changes: [{ field: 'files', label: 'Прикреплённые файлы', ...change }],
  })
  const [named, both] = [[fileReference(a)], [fileReference(a), fileReference(b)]]
  expect(body.data).toEqual([
    entry({ old: named, new: [], oldText: 'Договор.pdf', newText: null }),
    entry({ old: [], new: both, oldText: null, newText: 'Договор.pdf, b.txt' }),
  ])
})

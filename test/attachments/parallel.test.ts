import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { aFile } from '../files/stored.ts'
import { type JobApi, startJobApi } from '../jobs.ts'
import { aContact, aDeal, read } from '../seed.ts'
import { attach, attachedTo, fileChanges } from './attached.ts'

let api: JobApi
beforeAll(async () => {
  api = await startJobApi()
})
afterAll(() => api.close())

const times = <T>(count: number, make: (index: number) => T): T[] => Array.from({ length: count }, (_, at) => make(at))

it('attaching the same file several times at once attaches it once', async () => {
  const [file, contact] = [await aFile(api), await aContact(api)]
  const path = `/v1/contacts/${contact.id}/files`
  const answers = await Promise.all(times(8, async () => await api.call('post', path, { files: [{ id: file.id }] })))
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 200, 200, 200, 200, 200, 201])
  expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1)
  expect(await attachedTo(api, `contacts/${contact.id}`)).toEqual([file.id])
  expect((await read(api, `contacts/${contact.id}`)).version).toBe(2)
})

it('files attached and detached at once beside changes of the record have each their version', async () => {
  const contact = await aContact(api)
  const path = `contacts/${contact.id}`
  const [gone, files] = [await aFile(api), await Promise.all(times(6, () => aFile(api)))]
  await attach(api, path, gone)
  const answers = await Promise.all([
    ...files.map(async ({ id }) => await api.call('post', `/v1/${path}/files`, { files: [{ id }] })),
    api.call('delete', `/v1/${path}/files/${gone.id}`),
    ...times(4, async (at) => await api.call('patch', `/v1/${path}`, { comment: `comment ${at}` })),
  ])
  expect(answers.map(({ status }) => status).sort()).toEqual([...times(4, () => 200), ...times(6, () => 201), 204])
  expect((await attachedTo(api, path)).sort()).toEqual(files.map(({ id }) => id).sort())
  expect((await read(api, path)).version).toBe(13)
  expect(await fileChanges(api, path)).toHaveLength(8)
})

it('a file that is attached and deleted at once is one or the other', async () => {
  for (let round = 0; round < 10; round++) {
    const [file, deal] = [await aFile(api), await aDeal(api)]
    const [attached, deleted] = await Promise.all([
      api.call('post', `/v1/deals/${deal.id}/files`, { files: [{ id: file.id }] }),
      api.call('delete', `/v1/files/${file.id}`),
    ])
    expect([
      [201, 409],
      [422, 204],
    ]).toContainEqual([attached.status, deleted.status])
    expect(await attachedTo(api, `deals/${deal.id}`)).toEqual(attached.status === 201 ? [file.id] : [])
  }
})

it('two records that get the same files in opposite order at once do not block each other', async () => {
  const files = await Promise.all(times(5, () => aFile(api)))
  const deals = await Promise.all(times(6, () => aDeal(api)))
  const answers = await Promise.all(
    deals.map(async ({ id }, at) => {
      const order = at % 2 ? files : files.toReversed()
      return await api.call('post', `/v1/deals/${id}/files`, { files: order.map(({ id }) => ({ id })) })
    }),
  )
  expect(answers.map(({ status }) => status)).toEqual(deals.map(() => 201))
})

it('a file that is attached to a record while it is merged is attached to the survivor, or to none', async () => {
  for (let round = 0; round < 12; round++) {
    const [file, survivor, other] = [await aFile(api), await aContact(api), await aContact(api)]
    const body = { survivorId: survivor.id, ids: [other.id] }
    const [attached] = await Promise.all([
      api.call('post', `/v1/contacts/${other.id}/files`, { files: [file.id] }),
      api.call('post', '/v1/contacts/merge', body).expect(200),
    ])
    const code = attached.status === 201 ? undefined : 'record_merged'
    expect([201, 409]).toContain(attached.status)
    expect(attached.body.code).toBe(code)
    expect(await attachedTo(api, `contacts/${survivor.id}`)).toEqual(code ? [] : [file.id])
  }
})

it('a record that is copied while its files change gets those of one moment', async () => {
  for (let round = 0; round < 10; round++) {
    const [a, b, deal] = [await aFile(api), await aFile(api), await aDeal(api)]
    await attach(api, `deals/${deal.id}`, a)
    const [copy] = await Promise.all([
      api.call('post', `/v1/deals/${deal.id}/copy`).expect(201),
      api.call('delete', `/v1/deals/${deal.id}/files/${a.id}`).expect(204),
      api.call('post', `/v1/deals/${deal.id}/files`, { files: [b.id] }).expect(201),
    ])
    const files = await attachedTo(api, `deals/${copy.body.id}`)
    expect([[], [a.id], [b.id], [a.id, b.id], [b.id, a.id]]).toContainEqual(files)
  }
})

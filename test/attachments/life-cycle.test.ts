import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { removeUnusedFiles } from '../../src/files/clean-up.ts'
import { localFiles } from '../../src/files/local-store.ts'
import { aFile, type SavedFile, storedNames } from '../files/stored.ts'
import { type JobApi, startJobApi } from '../jobs.ts'
import { aContact, aDeal, aLead, aRecord, read } from '../seed.ts'
import { attach, attachedTo } from './attached.ts'

let api: JobApi
beforeAll(async () => {
  api = await startJobApi()
})
afterAll(() => api.close())
beforeEach(() => api.pool.query('update file set unused_since = now() where unused_since is not null'))

/** Removes files as if nothing had referred to the unused ones for a day. */
async function cleanUp(): Promise<void> {
  const context = { db: api.db, files: localFiles(join(api.dataDir, 'files')) }
  const run = () => removeUnusedFiles.run(context, {}, new AbortController().signal)
  await run()
  await api.pool.query(`update file set unused_since = now() - interval '25 hours' where unused_since is not null`)
  await run()
}

const statusOf = async ({ id }: SavedFile) => (await api.call('get', `/v1/files/${id}`)).status
const attachments = async () => Number((await api.pool.query('select count(*) from attachment')).rows[0].count)

describe('Attached files', () => {
  it('stay in the store as long as they are attached', async () => {
    const file = await aFile(api)
    const { id } = await aContact(api)
    await attach(api, `contacts/${id}`, file)
    await cleanUp()
    expect(await statusOf(file)).toBe(200)
    const { body } = await api.call('delete', `/v1/files/${file.id}`).expect(409)
    expect(body).toMatchObject({ code: 'in_use' })
    const before = await storedNames(api)
    await api.call('delete', `/v1/contacts/${id}/files/${file.id}`).expect(204)
    await cleanUp()
    expect(await statusOf(file)).toBe(404)
    expect(await storedNames(api)).toHaveLength(before.length - 1)
  })

  it('come back when their record is restored, and go when it is purged', async () => {
    const file = await aFile(api)
    const { id } = await aDeal(api)
    await attach(api, `deals/${id}`, file)
    const listed = await read(api, `deals/${id}/files`)
    await api.call('delete', `/v1/deals/${id}`).expect(204)
    await cleanUp()
    await api.call('post', `/v1/recycle-bin/D_${id}/restore`).expect(200)
    expect(await read(api, `deals/${id}/files`)).toEqual(listed)
    await api.call('delete', `/v1/deals/${id}`).expect(204)
    await api.call('delete', `/v1/recycle-bin/D_${id}`).expect(204)
    expect(await attachments()).toBe(0)
    await cleanUp()
    expect(await statusOf(file)).toBe(404)
  })

  it('go with their record type', async () => {
    await api.call('post', '/v1/types', { code: 'visit', title: 'Visit', features: [] }).expect(201)
    const visit = await aRecord(api, 'types/visit/items')
    await attach(api, `types/visit/items/${visit.id}`, await aFile(api))
    await api.call('delete', '/v1/types/visit?force=true').expect(204)
    expect(await attachments()).toBe(0)
    await api.call('get', `/v1/types/visit/items/${visit.id}/files`).expect(404)
  })
})

describe('A record that is made of another', () => {
  it('has its files when it is a copy', async () => {
    const [a, b] = [await aFile(api), await aFile(api)]
    const deal = await aDeal(api)
    await attach(api, `deals/${deal.id}`, a)
    await attach(api, `deals/${deal.id}`, b)
    const copy = await api.call('post', `/v1/deals/${deal.id}/copy`).expect(201)
    expect((await attachedTo(api, `deals/${copy.body.id}`)).sort()).toEqual([a.id, b.id].sort())
    const quote = await api.call('post', `/v1/deals/${deal.id}/copy`, { type: 'quote' }).expect(201)
    expect((await attachedTo(api, `quotes/${quote.body.id}`)).sort()).toEqual([a.id, b.id].sort())
    await api.call('post', `/v1/deals/${deal.id}/copy?dryRun=true`).expect(201)
    // Each has its own list.
    await api.call('delete', `/v1/deals/${copy.body.id}/files/${a.id}`).expect(204)
    expect(await attachedTo(api, `deals/${deal.id}`)).toEqual([b.id, a.id])
    expect((await read(api, `deals/${deal.id}`)).version).toBe(3)
  })

  it('has the files of the lead that was converted, until the conversion is undone', async () => {
    const file = await aFile(api)
    const lead = await aLead(api, { firstName: 'Anna', companyTitle: 'Vector' })
    const chosen = await aContact(api)
    await attach(api, `leads/${lead.id}`, file)
    const targets = { deal: true, company: true, contact: { id: chosen.id } }
    const { body } = await api.call('post', `/v1/leads/${lead.id}/convert`, targets).expect(200)
    const paths = [`deals/${body.deal.id}`, `companies/${body.company.id}`, `leads/${lead.id}`]
    for (const path of paths) expect(await attachedTo(api, path)).toEqual([file.id])
    expect(await attachedTo(api, `contacts/${chosen.id}`)).toEqual([])
    await api.call('post', `/v1/leads/${lead.id}/conversion/revert`).expect(200)
    await api.call('get', `/v1/deals/${body.deal.id}/files`).expect(404)
    expect(await attachedTo(api, `leads/${lead.id}`)).toEqual([file.id])
  })
})

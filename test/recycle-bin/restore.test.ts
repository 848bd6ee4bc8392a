import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { systemTypes } from '../../src/entities/types.ts'
import { type Api, aUser, startApi } from '../api.ts'
import { addUserFields, aNamed, aRichRecord, linkedTo } from '../records/rich.ts'
import { aCompany, aContact, aDeal, asCaller, limitsOf, read, type Saved } from '../seed.ts'

let api: Api
beforeAll(async () => {
  api = await startApi({ limitsOf })
  await addUserFields(api)
}, 60_000)
afterAll(() => api.close())

/** Rows that belong to a record, in all related tables. */
async function rowsOf(typeId: number, id: number) {
  const rows = async (text: string) => (await api.pool.query(text, [typeId, id])).rows
  return {
    links: await rows(
      `select * from link where (from_type, from_id) = ($1, $2) or (to_type, to_id) = ($1, $2) order by id`,
    ),
    keys: await rows('select * from external_id where (type_id, record_id) = ($1, $2) order by id'),
    phones: await rows('select * from communication where (type_id, record_id) = ($1, $2) order by id'),
    stages: await rows('select * from stage_history where (type_id, record_id) = ($1, $2) order by id'),
  }
}

const historyOf = async (plural: string, id: number) => (await api.call('get', `/v1/${plural}/${id}/history`)).body.data
const restore = (id: string, query = '') => api.call('post', `/v1/recycle-bin/${id}/restore${query}`)
const withoutStamps = ({ version: _, updatedAt: __, ...rest }: Saved) => rest

describe.each(systemTypes.map((type) => [type.code, type] as const))(
  'A deleted %s with a value in every field',
  (_, type) => {
    it('restores everything, on both sides of its links', async () => {
      const { id } = await aRichRecord(api, type)
      const path = `${type.plural}/${id}`
      // Includes records that link to it, and those before it in a list.
      const pointing = systemTypes.filter(({ fields }) => fields.some(({ settings }) => settings.type === type.code))
      const others = await Promise.all(pointing.map((other) => pointAt(other, type.code, id)))
      await api.call('patch', `/v1/${path}`, { comment: 'Changed once' }).expect(200)
      const before = await read(api, path)
      const empty = Object.entries(before).flatMap(([name, value]) => (value === null ? [name] : []))
      expect(empty.filter((name) => !['closedAt', 'lastActivityAt', 'quoteId'].includes(name))).toEqual([])
      const sides = [...linkedTo(type, before), ...others]
      const around = () => Promise.all(sides.map((side) => read(api, side)))
      const [linked, rows, history] = [await around(), await rowsOf(type.id, id), await historyOf(type.plural, id)]
      expect(sides.length).toBeGreaterThan(1)

      await api.call('delete', `/v1/${path}`).expect(204)
      await api.call('get', `/v1/${path}`).expect(404)
      if (others.length) expect(await around()).not.toEqual(linked)
      const entry = await api.call('get', `/v1/recycle-bin/${type.prefix}_${id}`).expect(200)
      const { deletedAt } = entry.body
      expect(entry.body.record).toEqual({ ...before, version: before.version + 1, updatedAt: deletedAt })

      const restored = await restore(`${type.prefix}_${id}`).expect(200)
      expect(restored.headers['content-location']).toBe(`/v1/${path}`)
      const after = await api.call('get', `/v1/${path}`).expect(200)
      expect(after.body).toEqual(restored.body)
      expect(after.headers.etag).toBe(restored.headers.etag)
      expect(withoutStamps(after.body)).toEqual(withoutStamps(before))
      expect(after.body.version).toBe(before.version + 2)
      expect(after.body.updatedAt > before.updatedAt).toBe(true)
      expect(await around()).toEqual(linked)
      expect(await rowsOf(type.id, id)).toEqual(rows)
      const [back, gone, ...earlier] = await historyOf(type.plural, id)
      expect(back).toMatchObject({ kind: 'restored', version: before.version + 2, actorId: api.userId, changes: [] })
      expect(gone).toMatchObject({ kind: 'deleted', version: before.version + 1 })
      expect(earlier).toEqual(history)
      for (const { source, key } of before.externalIds as { source: string; key: string }[]) {
        await api.call('get', `/v1/${type.plural}/external/${source}/${key}`).expect(200)
      }
      await api.call('get', `/v1/recycle-bin/${type.prefix}_${id}`).expect(404)
    })
  },
)

/** Creates a record of the type that links to another one, as the primary after a second one if there are several. */
async function pointAt(other: (typeof systemTypes)[number], code: string, id: number): Promise<string> {
  const type = systemTypes.find((one) => one.code === code)!
  const second = await aNamed(api, type)
  const fields = other.fields.filter(
    ({ settings, kind }) => settings.type === code && ['record', 'links'].includes(kind),
  )
  const body = fields.map(({ code, kind }) => [
    code,
    kind === 'record' ? id : [{ id: second.id }, { id, primary: true }],
  ])
  const named = await aNamed(api, other)
  await api.call('patch', `/v1/${other.plural}/${named.id}`, Object.fromEntries(body)).expect(200)
  return `${other.plural}/${named.id}`
}

describe('An external key that was taken meanwhile', () => {
  const key = (name: string) => ({ source: 'erp', key: `taken-${name}` })

  it('prevents the restore, which then changes nothing', async () => {
    const { id } = await aContact(api, { externalIds: [key('a'), key('b')] })
    await api.call('delete', `/v1/contacts/${id}`).expect(204)
    const other = await aContact(api, { externalIds: [key('b')] })
    const entry = (await api.call('get', `/v1/recycle-bin/C_${id}`).expect(200)).body
    const { body } = await restore(`C_${id}`).expect(409)
    expect(body).toMatchObject({
      ...{ code: 'external_id_taken', id: other.id },
      detail: 'The external key erp/taken-b belongs to another record.',
    })
    expect((await api.call('get', `/v1/recycle-bin/C_${id}`).expect(200)).body).toEqual(entry)
    expect(await read(api, `contacts/${other.id}`)).toEqual(other)
    // The other record gives up the key.
    await api.call('patch', `/v1/contacts/${other.id}`, { externalIds: [] }).expect(200)
    expect((await restore(`C_${id}`).expect(200)).body.externalIds).toEqual([key('a'), key('b')])
  })

  it('stays with its holder if the request allows dropping it, and the history shows that', async () => {
    const { id } = await aContact(api, { externalIds: [key('c'), key('d')] })
    await api.call('delete', `/v1/contacts/${id}`).expect(204)
    const other = await aContact(api, { externalIds: [key('d')] })
    const { body } = await restore(`C_${id}`, '?externalIds=drop').expect(200)
    expect(body.externalIds).toEqual([key('c')])
    expect((await historyOf('contacts', id))[0]).toMatchObject({
      kind: 'restored',
      changes: [{ field: 'externalIds', old: [key('c'), key('d')], new: [key('c')] }],
    })
    expect(await read(api, `contacts/${other.id}`)).toEqual(other)
  })

  it('goes to one of several records that are restored at once', async () => {
    const ids = []
    for (let n = 0; n < 5; n++) {
      const { id } = await aContact(api, { externalIds: [key('e')] })
      await api.call('delete', `/v1/contacts/${id}`).expect(204)
      ids.push(id)
    }
    const answers = await Promise.all(ids.map((id) => restore(`C_${id}`)))
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409, 409])
  })
})

describe('A restore', () => {
  it('changes nothing with dryRun', async () => {
    const deal = await aDeal(api)
    await api.call('delete', `/v1/deals/${deal.id}`).expect(204)
    const tried = await restore(`D_${deal.id}`, '?dryRun=true').expect(200)
    expect(tried.body).toEqual({ ...deal, version: 3, updatedAt: tried.body.updatedAt })
    await api.call('get', `/v1/deals/${deal.id}`).expect(404)
    await restore(`D_${deal.id}`).expect(200)
  })

  it('happens once for many concurrent requests', async () => {
    const { id } = await aDeal(api)
    await api.call('delete', `/v1/deals/${id}`).expect(204)
    const answers = await Promise.all(Array.from({ length: 10 }, () => restore(`D_${id}`)))
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(9).fill(404)])
    expect((await read(api, `deals/${id}`)).version).toBe(3)
  })

  it.each([
    ['D_999999', 404, 'not_in_recycle_bin', 'There is no record D_999999 in the recycle bin.'],
    ['XX_1', 404, 'not_in_recycle_bin', 'There is no record XX_1 in the recycle bin.'],
  ])('of %s, which does not exist, is refused', async (id, status, code, detail) => {
    expect((await restore(id).expect(status)).body).toMatchObject({ code, detail })
  })

  it('returns 404 for a live record and 400 for an invalid name', async () => {
    const { id } = await aDeal(api)
    await restore(`D_${id}`).expect(404)
    for (const name of [String(id), `d_${id}`, `D_0${id}`, `D-${id}`, 'D_']) {
      const { body } = await restore(name).expect(400)
      expect(body.errors).toMatchObject([{ parameter: 'id', code: 'pattern_mismatch' }])
    }
    const { body } = await restore(`D_${id}`, '?externalIds=keep&dryrun=1').expect(400)
    expect(body.errors.map(({ parameter }: { parameter: string }) => parameter).sort()).toEqual([
      'dryrun',
      'externalIds',
    ])
  })

  it('is possible until the retention period ends', async () => {
    const { id } = await aDeal(api)
    await api.call('delete', `/v1/deals/${id}`).expect(204)
    await api.pool.query(`update deal set deleted_at = deleted_at - interval '10 days' where id = $1`, [id])
    await api.call('patch', '/v1/settings', { recycleBinDays: 10 }).expect(200)
    await api.call('get', `/v1/recycle-bin/D_${id}`).expect(404)
    await restore(`D_${id}`).expect(404)
    await api.call('get', `/v1/deals/${id}/history`).expect(404)
    await api.call('patch', '/v1/settings', { recycleBinDays: 11 }).expect(200)
    await restore(`D_${id}`).expect(200)
  })
})

describe('A precondition', () => {
  it('on the version applies to restore and purge, and can be required', async () => {
    const deal = await aDeal(api)
    await api.call('delete', `/v1/deals/${deal.id}`).expect(204)
    const path = `/v1/recycle-bin/D_${deal.id}`
    const { etag = '' } = (await api.call('get', path).expect(200)).headers
    for (const [method, url] of [
      ['post', `${path}/restore`],
      ['delete', path],
    ] as const) {
      const { body } = await api.call(method, url).set('if-match', '"77"').expect(412)
      expect(body).toMatchObject({ code: 'precondition_failed', version: 2 })
      await api.call(method, url).set('if-match', 'odd').expect(400)
      await api.call('patch', '/v1/settings', { requireIfMatch: true }).expect(200)
      expect((await api.call(method, url).expect(428)).body.code).toBe('precondition_required')
      await api.call('patch', '/v1/settings', { requireIfMatch: false }).expect(200)
      await api.call(method, `${url}?dryRun=true`).set('if-match', '*').expect(200)
    }
    await api.call('post', `${path}/restore`).set('if-match', etag).expect(200)
    await api.call('delete', `/v1/deals/${deal.id}`).expect(204)
    await api.call('delete', path).set('if-match', '"4"').expect(204)
  })
})

describe('A user who is not an administrator', () => {
  it('restores their own deletions and gets 404 for others', async () => {
    const me = await aUser(api.db, { lastName: 'Seller' })
    const mine = api.as(me.key)
    const [ours, theirs] = [await aCompany(api), await aCompany(api)]
    await mine('delete', `/v1/companies/${ours.id}`).expect(204)
    await api.call('delete', `/v1/companies/${theirs.id}`).expect(204)
    for (const path of [`recycle-bin/CO_${theirs.id}`, `companies/${theirs.id}/history`]) {
      await mine('get', `/v1/${path}`).expect(404)
    }
    const { body } = await mine('post', `/v1/recycle-bin/CO_${theirs.id}/restore`).expect(404)
    expect(body).toMatchObject({ code: 'not_in_recycle_bin' })
    await mine('get', `/v1/companies/${ours.id}/history`).expect(200)
    await mine('post', `/v1/recycle-bin/CO_${ours.id}/restore`).expect(200)
    await restore(`CO_${theirs.id}`).expect(200)
    await mine('delete', `/v1/companies/${ours.id}`).expect(204)
    await api.call('delete', `/v1/recycle-bin/CO_${ours.id}`).expect(204)
    await mine('get', `/v1/companies/${ours.id}/history`).expect(404)
    expect((await historyOf('companies', ours.id)).map(({ kind }: { kind: string }) => kind)).toEqual(['purged'])
  })

  it('sees the fields of a deleted record that they saw before, if they may still delete it', async () => {
    const limited = await asCaller(api, 'Limited')
    const own = await aDeal(limited, { title: 'Own' })
    await api.call('patch', `/v1/deals/${own.id}`, { comment: 'secret' }).expect(200)
    await limited.call('delete', `/v1/deals/${own.id}`).expect(204)
    const { body } = await limited.call('get', `/v1/recycle-bin/D_${own.id}`).expect(200)
    expect(body.record).toMatchObject({ title: 'Own' })
    expect(body.record).not.toHaveProperty('comment')
    await api.pool.query('update deal set responsible_id = $1 where id = $2', [api.userId, own.id])
    await limited.call('post', `/v1/recycle-bin/D_${own.id}/restore`).expect(404)
    expect((await restore(`D_${own.id}`).expect(200)).body.comment).toBe('secret')
  })
})

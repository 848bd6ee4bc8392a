import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type Api, startApi } from '../api.ts'
import { aContact, asCaller, limitsOf, read, type Saved } from '../seed.ts'

let api: Api
beforeAll(async () => {
  api = await startApi({ limitsOf })
})
afterAll(() => api.close())

const patch = (id: number, body: object, tag: string) =>
  api.call('patch', `/v1/contacts/${id}`, body).set('if-match', tag)

async function tagOf(id: number): Promise<string> {
  return (await api.call('get', `/v1/contacts/${id}`).expect(200)).headers.etag!
}

describe('An ETag', () => {
  it('is strong, the same for create, read and change, and different for another view', async () => {
    const created = await api.call('post', '/v1/contacts', { lastName: 'Tagged' }).expect(201)
    const { id } = created.body
    expect(created.headers.etag).toMatch(/^"1-[\w-]{12}"$/)
    expect(await tagOf(id)).toBe(created.headers.etag)
    const changed = await api.call('patch', `/v1/contacts/${id}`, { position: 'CEO' }).expect(200)
    expect(changed.headers.etag).toMatch(/^"2-/)
    expect(await tagOf(id)).toBe(changed.headers.etag)
    const cut = await api.call('get', `/v1/contacts/${id}?fields=id`).expect(200)
    expect(cut.headers.etag).not.toBe(changed.headers.etag)
  })

  it('returns 304 if the client has the record already', async () => {
    const { id } = await aContact(api)
    const tag = await tagOf(id)
    const known = await api.call('get', `/v1/contacts/${id}`).set('if-none-match', `"x", ${tag}`).expect(304)
    expect(known.text).toBe('')
    await api.call('get', `/v1/contacts/${id}`).set('if-none-match', `W/${tag}`).expect(304)
    await api.call('patch', `/v1/contacts/${id}`, { lastName: 'Other' }).expect(200)
    await api.call('get', `/v1/contacts/${id}`).set('if-none-match', tag).expect(200)
  })
})

describe('If-Match', () => {
  it('accepts a change based on the current version', async () => {
    const { id } = await aContact(api)
    const { body } = await patch(id, { lastName: 'New' }, await tagOf(id)).expect(200)
    expect(body.version).toBe(2)
    await patch(id, { lastName: 'Newer' }, '*').expect(200)
    await patch(id, { lastName: 'Newest' }, '"9-x", "3"').expect(200)
  })

  it('refuses a change based on an old version, with the version and the fields changed since', async () => {
    const { id } = await aContact(api)
    const tag = await tagOf(id)
    await api.call('patch', `/v1/contacts/${id}`, { lastName: 'Faster', position: 'CEO' }).expect(200)
    const { body } = await patch(id, { lastName: 'Slower', comment: 'Mine' }, tag).expect(412)
    expect(body).toMatchObject({ code: 'precondition_failed', version: 2, fields: ['lastName'] })
    expect(await read(api, `contacts/${id}`)).toMatchObject({ version: 2, lastName: 'Faster', comment: null })
    await api.call('delete', `/v1/contacts/${id}`).set('if-match', tag).expect(412)
    await api.call('delete', `/v1/contacts/${id}`).set('if-match', '"2-whatever"').expect(204)
  })

  it('does not reveal fields that the caller cannot see', async () => {
    const limited = await asCaller(api, 'Limited')
    const { id } = await aContact(limited)
    await api.call('patch', `/v1/contacts/${id}`, { comment: 'hidden', lastName: 'Seen' }).expect(200)
    const { body } = await limited.call('delete', `/v1/contacts/${id}`).set('if-match', '"1-x"').expect(412)
    expect(body.fields).toEqual(['lastName'])
  })

  it.each(['W/"7-x"', '"0"', '"none"', '"2", W/"2"'])('does not match %s', async (tag) => {
    const { id } = await aContact(api)
    await patch(id, { lastName: 'Never' }, tag).expect(412)
  })

  it.each(['1', 'garbage', '"1', '"1",', ''])('returns a fault for an invalid tag: %p', async (tag) => {
    const { id } = await aContact(api)
    const answer = await patch(id, { lastName: 'Never' }, tag).expect(400)
    expect(answer.body.errors).toMatchObject([{ parameter: 'if-match', code: 'invalid_format' }])
  })

  it('can be required by a setting', async () => {
    const { id } = await aContact(api)
    const { body } = await api.call('patch', '/v1/settings', { requireIfMatch: true }).expect(200)
    expect(body.requireIfMatch).toBe(true)
    const refused = await api.call('patch', `/v1/contacts/${id}`, { lastName: 'Blind' }).expect(428)
    expect(refused.body.code).toBe('precondition_required')
    await api.call('delete', `/v1/contacts/${id}`).expect(428)
    await patch(id, { lastName: 'Seeing' }, await tagOf(id)).expect(200)
    await api.call('patch', '/v1/settings', { requireIfMatch: false }).expect(200)
    await api.call('patch', `/v1/contacts/${id}`, { lastName: 'Blind' }).expect(200)
  })

  it('is required for upserts of existing records and for batch operations', async () => {
    const external = { source: 'demand', key: '1' }
    const { id } = await aContact(api, { externalIds: [external] })
    await api.call('patch', '/v1/settings', { requireIfMatch: true }).expect(200)
    const refused = await api.call('put', '/v1/contacts/external/demand/1', { lastName: 'Blind' }).expect(428)
    expect(refused.body.code).toBe('precondition_required')
    const operations = [
      { op: 'update', id, data: { comment: 'blind' } },
      { op: 'update', external, data: { comment: 'blind' } },
      { op: 'upsert', external, data: { comment: 'blind' } },
      { op: 'delete', id },
      { op: 'update', as: 'it', id, ifMatch: 1, data: { comment: 'seen' } },
      // An earlier operation of the same batch created this version.
      { op: 'update', id: { $ref: 'it' }, data: { comment: 'known' } },
      { op: 'upsert', external: { source: 'demand', key: '2' }, data: { lastName: 'New' } },
    ]
    const { body } = await api.call('post', '/v1/contacts/batch', { atomic: false, operations }).expect(207)
    expect(body.results.map(({ status }: { status: number }) => status)).toEqual([428, 428, 428, 428, 200, 200, 201])
    await api.call('put', '/v1/contacts/external/demand/1', { lastName: 'Seen' }).set('if-match', '"3"').expect(200)
    await api.call('put', '/v1/contacts/external/demand/3', { lastName: 'New' }).expect(201)
    await api.call('patch', '/v1/settings', { requireIfMatch: false }).expect(200)
  })

  it('compares a weak tag by its version, like a strong tag', async () => {
    const { id } = await aContact(api)
    const weak = `W/${await tagOf(id)}`
    const { body } = await patch(id, { lastName: 'New' }, weak).expect(200)
    expect(body.version).toBe(2)
    const late = await patch(id, { lastName: 'Late' }, weak).expect(412)
    expect(late.body).toMatchObject({ code: 'precondition_failed', version: 2, fields: ['lastName'] })
    const operations = [{ op: 'update', id, ifMatch: 'W/"2-x"', data: { lastName: 'Batched' } }]
    await api.call('post', '/v1/contacts/batch', { operations }).expect(200)
    await api.call('delete', `/v1/contacts/${id}`).set('if-match', 'W/"3"').expect(204)
    await api.call('post', `/v1/recycle-bin/C_${id}/restore`).set('if-match', 'W/"3"').expect(412)
    await api.call('post', `/v1/recycle-bin/C_${id}/restore`).set('if-match', 'W/"4-x"').expect(200)
  })

  it('is refused on routes that ignore it', async () => {
    for (const [method, path, body] of [
      ['post', '/v1/contacts', { lastName: 'New' }],
      ['post', '/v1/contacts/batch', { operations: [{ op: 'create', data: { lastName: 'New' } }] }],
      ['patch', '/v1/settings', { opened: true }],
    ] as const) {
      const answer = await api.call(method, path, body).set('if-match', '"1"').expect(400)
      expect(answer.body.errors).toMatchObject([{ parameter: 'if-match', code: 'not_allowed_here' }])
    }
    const answer = await api.call('post', '/v1/contacts', { lastName: 'New' }).set('if-none-match', '*').expect(400)
    expect(answer.body.errors).toMatchObject([{ parameter: 'if-none-match', code: 'not_allowed_here' }])
  })

  it('prevents lost updates when several clients count up together', async () => {
    const address = await api.app.listen({ port: 0, host: '127.0.0.1' })
    const { id } = await aContact(api, { position: '0' })
    const url = `${address}/v1/contacts/${id}`
    const headers = { authorization: `Bearer ${api.key}`, 'content-type': 'application/json' }
    const step = async () => {
      for (;;) {
        const present = await fetch(url, { headers })
        const { position } = (await present.json()) as Saved
        const answer = await fetch(url, {
          method: 'PATCH',
          headers: { ...headers, 'if-match': present.headers.get('etag')! },
          body: JSON.stringify({ position: String(Number(position) + 1) }),
        })
        await answer.text()
        if (answer.status === 200) return
        if (answer.status !== 412) throw new Error(`status ${answer.status}`)
      }
    }
    // `npm run test:long` uses more writers and steps.
    const [clients, steps] = [Number(process.env.WRITERS ?? 10), Number(process.env.STEPS ?? 8)]
    await Promise.all(
      Array.from({ length: clients }, async () => {
        for (let n = 0; n < steps; n++) await step()
      }),
    )
    expect(await read(api, `contacts/${id}`)).toMatchObject({
      position: String(clients * steps),
      version: clients * steps + 1,
    })
  }, 600_000)
})

describe('External keys', () => {
  const put = (key: string, body: object) => api.call('put', `/v1/contacts/external/erp/${key}`, body)

  it.each(['"999"', '*', 'W/"1-x"'])('create nothing if %s must match', async (tag) => {
    const { body } = await put('absent', { lastName: 'Ghost' }).set('if-match', tag).expect(412)
    expect(body).toMatchObject({ code: 'nothing_matches', version: null, fields: [] })
    const operations = [
      { op: 'upsert', external: { source: 'erp', key: 'absent' }, ifMatch: 5, data: { lastName: 'G' } },
    ]
    const batch = await api.call('post', '/v1/contacts/batch', { atomic: false, operations }).expect(207)
    expect(batch.body.results[0]).toMatchObject({ status: 412, problem: { code: 'nothing_matches' } })
    await api.call('get', '/v1/contacts/external/erp/absent').expect(404)
  })

  it('only create with If-None-Match: *', async () => {
    const { body } = await put('K-new', { lastName: 'First' }).set('if-none-match', '*').expect(201)
    const again = await put('K-new', { lastName: 'Second' }).set('if-none-match', '*').expect(412)
    expect(again.body).toMatchObject({ code: 'record_exists', version: null, fields: [] })
    expect(await read(api, `contacts/${body.id}`)).toMatchObject({ lastName: 'First', version: 1 })
    const other = await put('K-new', {}).set('if-none-match', '"1-x"').expect(400)
    expect(other.body.errors).toMatchObject([{ parameter: 'if-none-match', code: 'unknown_value', allowed: ['*'] }])
  })

  it('stay with the record in the path, whatever the body says', async () => {
    const own = { source: 'erp', key: 'K-own' }
    const bodies = [[], null, { remove: [own] }, { add: [{ source: 'erp', key: 'K-b' }], remove: [own] }].flatMap(
      (externalIds) => [externalIds, externalIds],
    )
    const first = await put('K-own', { lastName: 'Same', externalIds: [] }).expect(201)
    const versions: number[] = []
    for (const externalIds of bodies) {
      const { body } = await put('K-own', { lastName: 'Same', externalIds }).expect(200)
      expect(body.id).toBe(first.body.id)
      versions.push(body.version)
    }
    expect(versions).toEqual([1, 1, 1, 1, 1, 1, 2, 2])
    const operations = [{ op: 'upsert', external: own, data: { externalIds: [] } }]
    const { body } = await api.call('post', '/v1/contacts/batch', { operations }).expect(200)
    expect(body.results[0].record).toMatchObject({ version: 3, externalIds: [own] })
    // A change by id may remove the key.
    await api.call('patch', `/v1/contacts/${first.body.id}`, { externalIds: [] }).expect(200)
    await put('K-own', { lastName: 'Another' }).expect(201)
  })

  it('are equal in any order', async () => {
    const keys = ['1', '2', '3'].map((key) => ({ source: 'sorted', key }))
    const { id } = await aContact(api, { externalIds: keys })
    const { body } = await api.call('patch', `/v1/contacts/${id}`, { externalIds: keys.toReversed() }).expect(200)
    expect(body).toMatchObject({ version: 1, externalIds: keys })
  })

  it('create a record first and change it afterwards', async () => {
    const created = await put('K-1', { lastName: 'First', position: 'CEO' }).expect(201)
    expect(created.headers.location).toBe(`/v1/contacts/${created.body.id}`)
    expect(created.body.externalIds).toEqual([{ source: 'erp', key: 'K-1' }])
    const changed = await put('K-1', { lastName: 'Second' }).expect(200)
    expect(changed.body).toMatchObject({ id: created.body.id, version: 2, lastName: 'Second', position: 'CEO' })
    const found = await api.call('get', '/v1/contacts/external/erp/K-1?fields=lastName').expect(200)
    expect(found.body).toEqual({ id: created.body.id, lastName: 'Second' })
    expect((await put('K-1', { lastName: 'Second' }).expect(200)).body.version).toBe(2)
    await api.call('get', '/v1/contacts/external/erp/K-2').expect(404)
  })

  it('create one record for concurrent requests', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, (_, n) => put('race', { lastName: `Racer ${n}` })))
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1)
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(19)
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1)
  })

  it('return a conflict that does not name the holder if the caller may not see it', async () => {
    const limited = await asCaller(api, 'Limited')
    await aContact(api, { externalIds: [{ source: 'erp', key: 'secret' }] })
    const { body } = await limited.call('put', '/v1/contacts/external/erp/secret', { lastName: 'X' }).expect(409)
    expect(body).toMatchObject({ code: 'external_id_taken' })
    expect(JSON.stringify(body)).not.toMatch(/"id"/)
  })

  it('are refused where they are not supported', async () => {
    const { body } = await put('%20', { lastName: 'Blank' }).expect(400)
    expect(body.errors).toMatchObject([{ parameter: 'key', code: 'required' }])
  })
})

describe('dryRun', () => {
  it('of a deletion returns the record that would be deleted, or why it would not be', async () => {
    const contact = await aContact(api)
    const path = `/v1/contacts/${contact.id}`
    const { body, headers } = await api.call('delete', `${path}?dryRun=true`).expect(200)
    expect(body).toEqual(contact)
    expect(headers.etag).toBe((await api.call('get', path)).headers.etag)
    const stale = await api.call('delete', `${path}?dryRun=true`).set('if-match', '"7"').expect(412)
    expect(stale.body).toMatchObject({ code: (await api.call('delete', path).set('if-match', '"7"')).body.code })
    expect(await read(api, `contacts/${contact.id}`)).toEqual(contact)
    await api.call('delete', path).expect(204)
    await api.call('delete', `${path}?dryRun=true`).expect(404)
  })

  it('returns the result and changes nothing', async () => {
    const { body } = await api.call('post', '/v1/contacts?dryRun=true', { lastName: 'Ghost' }).expect(201)
    expect(body).toMatchObject({ lastName: 'Ghost', version: 1 })
    await api.call('get', `/v1/contacts/${body.id}`).expect(404)
    const contact = await aContact(api)
    const changed = await api.call('patch', `/v1/contacts/${contact.id}?dryRun=true`, { lastName: 'X' }).expect(200)
    expect(changed.body).toMatchObject({ version: 2, lastName: 'X' })
    expect(await read(api, `contacts/${contact.id}`)).toEqual(contact)
    await api.call('post', '/v1/contacts?dryRun=true', { lastNam: 'Ghost' }).expect(422)
    await api.call('post', '/v1/contacts?dryRn=true', {}).expect(400)
  })
})

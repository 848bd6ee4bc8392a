import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { type Api, startApi } from '../api.ts'
import { problem } from '../people/callers.ts'

let api: Api
beforeAll(async () => {
  api = await startApi()
})
afterAll(() => api.close())

type Write = [method: 'post' | 'patch' | 'put' | 'delete', path: string, body?: object]

const send = (key: string, [method, path, body]: Write) =>
  api.call(method, `/v1${path}`, body).set('idempotency-key', key)
/** Returns how many stored responses contain a text. */
const holding = async (text: string) => {
  const { rows } = await api.pool.query(`select key from local.idempotency where body like '%' || $1 || '%'`, [text])
  return rows.length
}
const gone = problem(
  409,
  'answer_purged',
  'The request was completed, but a record in its response has since been purged. To repeat it, use a new Idempotency-Key.',
)

it('neither returns a stored response with a purged record nor runs its request again', async () => {
  const [secret, title] = ['Zvonareva', 'Kept deal']
  const contact = { lastName: secret }
  const created: Write = ['post', '/contacts', contact]
  const { body, headers } = await send('create', created).expect(201)
  expect(headers.location).toBe(`/v1/contacts/${body.id}`)
  const item = { op: 'update', id: body.id, data: { position: 'Chief' } }
  const deal = { op: 'create', type: 'deal', data: { title } }
  const writes: [key: string, write: Write, status: number][] = [
    ['change', ['patch', `/contacts/${body.id}`, { position: 'Clerk' }], 200],
    ['upsert', ['put', '/contacts/external/erp/Z-1', contact], 201],
    ['upsert again', ['put', '/contacts/external/erp/Z-1', { position: 'Clerk' }], 200],
    ['batch', ['post', '/contacts/batch', { operations: [item] }], 200],
    ['mixed', ['post', '/batch', { operations: [{ ...item, type: 'contact' }, deal] }], 200],
    [
      'partly',
      [
        'post',
        '/batch',
        { atomic: false, operations: [deal, { ...item, type: 'contact' }, { ...item, type: 'lead' }] },
      ],
      207,
    ],
    ['delete', ['delete', `/contacts/${body.id}`], 204],
    ['restore', ['post', `/recycle-bin/C_${body.id}/restore`], 200],
  ]
  const ids = [body.id]
  for (const [key, write, status] of writes) {
    const answer = await send(key, write)
    expect({ key, status: answer.status }).toEqual({ key, status })
    if (key === 'upsert') ids.push(answer.body.id)
  }
  const other: Write = ['post', '/deals', { title: 'Other deal' }]
  const { body: kept } = await send('other', other).expect(201)
  expect(await holding(secret)).toBe(8)
  for (const id of ids) {
    await api.call('delete', `/v1/contacts/${id}`).expect(204)
    // A record in the bin can be restored, so its responses are unchanged.
    expect(await holding(secret)).toBeGreaterThan(0)
    await api.call('delete', `/v1/recycle-bin/C_${id}`).expect(204)
  }
  expect([await holding(secret), await holding(title)]).toEqual([0, 0])
  const { rows } = await api.pool.query('select headers, records from local.idempotency where purged')
  expect(rows).toHaveLength(8)
  for (const row of rows) expect(row).toEqual({ headers: {}, records: [] })

  for (const [key, write] of [['create', created] as const, ...writes]) {
    const answer = await send(key, write)
    if (key === 'delete') expect([answer.status, answer.headers['idempotency-replayed']]).toEqual([204, 'true'])
    else expect({ key, status: answer.status, body: answer.body }).toEqual({ key, status: 409, body: gone })
  }
  expect((await api.pool.query(`select from contact where last_name = $1`, [secret])).rowCount).toBe(0)
  const reused = await send('create', ['post', '/contacts', { lastName: 'Another' }]).expect(422)
  expect(reused.body.code).toBe('idempotency_key_reused')
  const again = await send('other', other).expect(201)
  expect([again.body, again.headers['idempotency-replayed']]).toEqual([kept, 'true'])
})

import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { type Api, startApi } from '../api.ts'

let one: Api
let other: Api
beforeAll(async () => {
  one = await startApi()
  other = await startApi({ database: { ...one, close: async () => {} } })
})
afterAll(async () => {
  await other.close()
  await one.close()
})

it('keeps fifty concurrent changes while a field is created and deleted, on two servers of one database', async () => {
  const { body: contact } = await one.call('post', '/v1/contacts', { lastName: 'Busy' }).expect(201)
  const path = `/v1/contacts/${contact.id}`
  let isOver = false
  const upheaval = (async () => {
    const codes: number[] = []
    for (let round = 0; !isOver || round < 5; round++) {
      const field = { code: `passing_${round}`, kind: 'string', label: 'x' }
      codes.push((await one.call('post', '/v1/types/contact/fields', field)).status)
      const written = await other.call('patch', path, { userFields: { [field.code]: 'x' } })
      codes.push(written.status)
      codes.push((await other.call('delete', `/v1/types/contact/fields/${field.code}`)).status)
      codes.push((await one.call('patch', path, { userFields: { [field.code]: 'x' } })).status)
    }
    return codes
  })()
  const writes = Array.from({ length: 50 }, async (_, index) => {
    const api = index % 2 ? one : other
    const phone = `+7 495 100-00-${String(index).padStart(2, '0')}`
    return (await api.call('patch', path, { phones: { add: [{ value: phone }] } })).status
  })
  const reads = Array.from(
    { length: 50 },
    async (_, index) => (await (index % 2 ? one : other).call('get', '/v1/contacts?limit=5')).status,
  )
  expect(new Set(await Promise.all(writes))).toEqual(new Set([200]))
  expect(new Set(await Promise.all(reads))).toEqual(new Set([200]))
  isOver = true
  // The field is created, written on the other server, deleted, and then unknown on both.
  const rounds = await upheaval
  expect(rounds).toEqual(rounds.map((_, index) => [201, 200, 204, 422][index % 4]))

  const { body } = await one.call('get', path).expect(200)
  expect(body.phones).toHaveLength(50)
  expect(new Set(body.phones.map(({ value }: { value: string }) => value)).size).toBe(50)
  // History of deleted fields is kept but not returned.
  const { rows } = await one.pool.query(`select version from history where record_id = $1 order by id`, [contact.id])
  expect(rows).toEqual(Array.from({ length: body.version }, (_, index) => ({ version: index + 1 })))
}, 120_000)

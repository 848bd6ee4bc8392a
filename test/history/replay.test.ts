import { afterAll, beforeAll, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { type Api, startApi } from '../api.ts'

let api: Api
beforeAll(async () => {
  api = await startApi()
  for (const [code, kind, multiple] of [
    ['city', 'string', false],
    ['tags', 'string', true],
    ['price', 'money', false],
    ['due', 'datetime', false],
    ['rates', 'decimal', true],
  ]) {
    await api.call('post', '/v1/types/contact/fields', { code, kind, multiple, label: code }).expect(201)
  }
})
afterAll(() => api.close())

type Json = Record<string, unknown>

const text = fc.option(fc.string({ unit: 'grapheme', maxLength: 20 }).filter((value) => !value.includes('\0')))
const decimal = fc.integer({ min: 1, max: 9999 }).map((value) => (value / 100).toFixed(2))
const several = (values: string[], more: object = {}) =>
  fc.uniqueArray(fc.constantFrom(...values)).map((chosen) => chosen.map((value) => ({ value, ...more })))
const change = fc.record(
  {
    firstName: text,
    lastName: fc.constantFrom('Иванов', 'Petrov', 'O’Neil'),
    birthDate: fc.option(fc.constantFrom('1980-02-29', '2001-01-01')),
    comment: text,
    source: fc.constantFrom('WEB', 'CALL', null),
    opened: fc.boolean(),
    address: fc.option(
      fc.record(
        { city: text, lines: fc.option(fc.array(fc.constantFrom('a', 'b'), { minLength: 1 })) },
        { requiredKeys: [] },
      ),
    ),
    phones: several(['+7 495 123-45-67', '8 800 555 35 35', '+1 415 555 26 71']),
    emails: several(['a@a.example', 'b@b.example'], { kind: 'home' }),
    companies: fc.uniqueArray(fc.constantFrom(0, 1, 2), { maxLength: 3 }),
    userFields: fc.record(
      {
        city: text,
        tags: fc.option(fc.uniqueArray(fc.constantFrom('x', 'y', 'z'))),
        price: fc.option(fc.record({ amount: decimal, currency: fc.constantFrom('RUB', 'USD') })),
        due: fc.option(fc.constantFrom('2026-01-31T07:00:00.123456Z', '2026-01-31T07:00:00Z')),
        rates: fc.option(fc.uniqueArray(decimal, { maxLength: 3 })),
      },
      { requiredKeys: [] },
    ),
  },
  { requiredKeys: [] },
)

/** A change of the contact, or a deletion and restore of the contact or of a company that it may be linked to. */
const step = fc.oneof(
  { weight: 9, arbitrary: change },
  { weight: 1, arbitrary: fc.constant('bin' as const) },
  { weight: 1, arbitrary: fc.nat(2) },
)

it('replaying the history of a thousand random changes gives the current record', async () => {
  const companies = await Promise.all(
    ['A', 'B', 'C'].map(
      async (title) => (await api.call('post', '/v1/companies', { title }).expect(201)).body.id as number,
    ),
  )
  const steps = fc.sample(step, { numRuns: 1000, seed: 7 })
  const created = (await api.call('post', '/v1/contacts', { lastName: 'Start' }).expect(201)).body as Json
  const path = `/v1/contacts/${created.id}`
  const binned = new Set<number>()
  const toggle = async (index: number) => {
    if (binned.delete(index)) await api.call('post', `/v1/recycle-bin/CO_${companies[index]}/restore`).expect(200)
    else await api.call('delete', `/v1/companies/${companies[index]}`).then(() => binned.add(index))
  }
  for (const one of steps) {
    if (typeof one === 'number') await toggle(one)
    else if (one === 'bin') {
      await api.call('delete', path).expect(204)
      await api.call('post', `/v1/recycle-bin/C_${created.id}/restore`).expect(200)
    } else {
      const { companies: indexes, ...rest } = one
      const there = indexes?.filter((index) => !binned.has(index)).map((index) => ({ id: companies[index] }))
      const { status, body } = await api.call('patch', path, { ...rest, ...(there && { companies: there }) })
      expect({ status, errors: body.errors }).toEqual({ status: 200 })
    }
  }
  for (const index of [...binned]) await toggle(index)
  const entries = await wholeHistory(Number(created.id))
  const replayed = structuredClone(created)
  for (const entry of entries) {
    for (const { field, old, new: value } of entry.changes) {
      expect(read(replayed, field)).toEqual(old)
      write(replayed, field, value)
    }
    Object.assign(replayed, { version: entry.version })
    if (entry.kind === 'changed') Object.assign(replayed, { updatedAt: entry.at, updatedBy: entry.actorId })
    if (entry.kind === 'restored') Object.assign(replayed, { updatedAt: entry.at })
  }
  expect(new Set(entries.map(({ kind }) => kind))).toEqual(new Set(['created', 'changed', 'deleted', 'restored']))
  expect(entries.map(({ version }) => version)).toEqual(entries.map((_, index) => index + 1))
  expect((await api.call('get', path)).body).toEqual(replayed)
}, 240_000)

interface Entry {
  version: number
  kind: string
  at: string
  actorId: number
  changes: { field: string; old: unknown; new: unknown }[]
}

/** Returns the entries, oldest first. */
async function wholeHistory(id: number): Promise<Entry[]> {
  const entries: Entry[] = []
  let cursor: string | null = ''
  while (cursor !== null) {
    const { body } = await api
      .call('get', `/v1/contacts/${id}/history?limit=200${cursor && `&cursor=${cursor}`}`)
      .expect(200)
    entries.push(...(body.data as Entry[]))
    cursor = body.page.next as string | null
  }
  return entries.reverse()
}

function read(record: Json, path: string): unknown {
  const [name = '', code] = path.split('.')
  return code ? (record[name] as Json)[code] : record[name]
}

function write(record: Json, path: string, value: unknown): void {
  const [name = '', code] = path.split('.')
  if (code) (record[name] as Json)[code] = value
  else record[name] = value
}

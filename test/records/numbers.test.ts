import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { migrate } from '../../src/database/migrate.ts'
import { inTransaction } from '../../src/database/transaction.ts'
import { CatalogueCache } from '../../src/entities/catalogue.ts'
import { systemTypes } from '../../src/entities/types.ts'
import { identify } from '../../src/people/caller.ts'
import { createRecords } from '../../src/records/write/create.ts'
import { AccessMaker } from '../../src/rights/access.ts'
import { type Api, startApi } from '../api.ts'
import { freshDatabase } from '../database.ts'
import { anInvoice, aQuote, read } from '../seed.ts'

const year = new Date(Date.now() + 3 * 3_600_000).getUTCFullYear()

let api: Api
beforeAll(async () => {
  api = await startApi()
})
afterAll(() => api.close())

const countOf = (number: unknown) => Number(/^\d{4}-(\d+)$/.exec(String(number))?.[1])

/** Creates invoices at the given time and returns their numbers. */
async function numbersAt(now: string, bodies: readonly object[]): Promise<unknown[]> {
  const access = await new AccessMaker(api.db, new CatalogueCache(api.db, systemTypes)).make(
    await identify(api.db, `Bearer ${api.key}`),
    'en',
  )
  const context = { ...access.context(), now: new Date(now) }
  const writing = { grant: access.grant('invoice'), context, via: 'api' as const }
  const outcomes = await inTransaction(api.db, (trx) => createRecords(trx, writing, bodies))
  return outcomes.map((outcome) => ('body' in outcome ? JSON.parse(outcome.body).number : outcome.problem.code))
}

describe('Numbers', () => {
  it('are counted by record type', async () => {
    const [quote, invoice, next] = [await aQuote(api), await anInvoice(api), await anInvoice(api)]
    expect(quote.number).toBe(`${year}-000001`)
    expect([invoice.number, next.number]).toEqual([`${year}-000001`, `${year}-000002`])
  })

  it('from the request are kept as they are, and are not counted', async () => {
    const [before, given, again, after] = [
      await anInvoice(api),
      await anInvoice(api, { number: ' А-17/б ' }),
      await anInvoice(api, { number: 'А-17/б' }),
      await anInvoice(api),
    ]
    expect([given.number, again.number]).toEqual(['А-17/б', 'А-17/б'])
    expect(countOf(after.number)).toBe(countOf(before.number) + 1)
  })

  it('that a record uses are skipped, also if it is in the recycle bin', async () => {
    const last = countOf((await anInvoice(api)).number)
    const number = (count: number) => `${year}-${String(count).padStart(6, '0')}`
    const { id } = await anInvoice(api, { number: number(last + 1) })
    await api.call('delete', `/v1/invoices/${id}`).expect(204)
    const moved = await anInvoice(api, { number: 'by hand' })
    await api.call('patch', `/v1/invoices/${moved.id}`, { number: number(last + 3) }).expect(200)
    await aQuote(api, { number: number(last + 2) })
    expect([(await anInvoice(api)).number, (await anInvoice(api)).number]).toEqual([number(last + 2), number(last + 4)])
    const operations = [{ number: number(last + 6) }, {}, {}].map((data) => ({ op: 'create', data }))
    const { body } = await api.call('post', '/v1/invoices/batch', { operations }).expect(200)
    expect(body.results.map(({ record }: { record: { number: string } }) => record.number)).toEqual([
      ...[number(last + 6), number(last + 5), number(last + 7)],
    ])
  })

  it('that many records use are skipped in one step', async () => {
    const taken = Array.from({ length: 900 }, (_, index) => ({ number: `2040-${String(index + 2).padStart(6, '0')}` }))
    await numbersAt('2040-01-01T00:00:00.000Z', taken)
    expect(await numbersAt('2040-01-01T00:00:00.000Z', [{}, {}, {}])).toEqual([
      ...['2040-000001', '2040-000902', '2040-000903'],
    ])
    expect(await numbersAt('2040-01-01T00:00:00.000Z', [{}])).toEqual(['2040-000904'])
  })

  it('can be changed but not cleared', async () => {
    const { id } = await aQuote(api)
    const changed = await api.call('patch', `/v1/quotes/${id}`, { number: 'Q-1' }).expect(200)
    expect(changed.body.number).toBe('Q-1')
    for (const number of [null, ' ']) {
      const { body } = await api.call('patch', `/v1/quotes/${id}`, { number }).expect(422)
      expect(body.errors).toEqual([{ pointer: '/number', code: 'required', message: 'This value is required.' }])
    }
    expect(await read(api, `quotes/${id}`)).toEqual(changed.body)
  })

  it('have no gaps and no duplicates when others create or fail concurrently', async () => {
    const first = countOf((await anInvoice(api)).number) + 1
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, index) => {
        const body = { title: `At once ${index}`, ...(index % 4 === 3 && { companyId: 8_000_001 }) }
        return api.call('post', `/v1/invoices${index % 4 === 2 ? '?dryRun=true' : ''}`, body)
      }),
    )
    const made = answers.filter(({ status, headers }) => status === 201 && headers.location)
    expect(made).toHaveLength(20)
    const counts = made.map(({ body }) => countOf(body.number)).sort((a, b) => a - b)
    expect(counts).toEqual(Array.from({ length: 20 }, (_, index) => first + index))
  })

  it('of a batch follow its order, and those of failed operations are reused', async () => {
    const first = countOf((await anInvoice(api)).number) + 1
    const data = [{}, { companyId: 8_000_001 }, { number: 'own' }, {}]
    const operations = data.map((data) => ({ op: 'create', data }))
    const { body } = await api.call('post', '/v1/invoices/batch', { atomic: false, operations }).expect(207)
    const numbers = body.results.map(({ record }: { record?: { number: string } }) => record?.number)
    expect(numbers.map(countOf)).toEqual([first, Number.NaN, Number.NaN, first + 1])
    expect(countOf((await anInvoice(api)).number)).toBe(first + 2)
  })

  it('restart each year in the time zone of the company, whatever that of the caller', async () => {
    expect(await numbersAt('2030-12-31T20:59:59.999Z', [{}, {}])).toEqual(['2030-000001', '2030-000002'])
    expect(await numbersAt('2030-12-31T21:00:00.000Z', [{}, { number: 'x' }, {}])).toEqual([
      ...['2031-000001', 'x', '2031-000002'],
    ])
    expect(await numbersAt('2030-06-01T00:00:00.000Z', [{}])).toEqual(['2030-000003'])
    expect((await numbersAt('2032-01-01T00:00:00.000Z', Array(1001).fill({}))).at(-1)).toBe('2032-001001')
  })

  it('can be filtered and sorted', async () => {
    for (const number of ['Я-2', 'я-1', 'Z-9']) await aQuote(api, { number, title: 'Sorted' })
    const { body } = await api
      .call('get', `/v1/quotes?filter[title]=Sorted&filter[number][contains]=-&sort=number&fields=number`)
      .expect(200)
    expect(body.data.map(({ number }: { number: string }) => number)).toEqual(['Z-9', 'я-1', 'Я-2'])
  })
})

it('The site with even ids starts its numbers with E', async () => {
  const database = await freshDatabase({ empty: true })
  await migrate(database.db, { parity: 'even' })
  const even = await startApi({ database })
  try {
    const [quote, invoice] = [await aQuote(even), await anInvoice(even)]
    expect([quote.number, quote.id % 2]).toEqual([`E${year}-000001`, 0])
    expect([invoice.number, invoice.id % 2]).toEqual([`E${year}-000001`, 0])
  } finally {
    await even.close()
  }
})

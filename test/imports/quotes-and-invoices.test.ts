import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { exportedText } from '../exports/exported.ts'
import { type JobApi, startJobApi } from '../jobs.ts'
import { aCompany, aContact, aDeal, anInvoice, aQuote, read, type Saved } from '../seed.ts'
import { importedJob } from './import-file.ts'

let api: JobApi
let client: object
beforeAll(async () => {
  api = await startJobApi()
  const [seller, company] = [await aCompany(api, { isMyCompany: true, title: 'Мы' }), await aCompany(api)]
  const contacts = [await aContact(api), await aContact(api, { firstName: 'Анна' })]
  client = { myCompanyId: seller.id, companyId: company.id, contacts: contacts.map(({ id }) => ({ id })) }
})
afterAll(() => api.close())

/** Imports a file and returns the job and the created records. */
async function imported(plural: string, file: string): Promise<{ result: object; faults: Saved[]; records: Saved[] }> {
  const { rows } = await api.pool.query(`select coalesce(max(id), 0)::int as last from ${plural.slice(0, -1)}`)
  const { result, faults } = await importedJob(api, file, { path: plural })
  const records = await api.call('get', `/v1/${plural}?filter[id][gt]=${rows[0].last}&sort=id`).expect(200)
  return { result, faults, records: records.body.data }
}

const own = ['id', 'version', 'createdAt', 'updatedAt', 'movedAt', 'externalIds']
const withoutOwn = (record: Saved) => Object.fromEntries(Object.entries(record).filter(([name]) => !own.includes(name)))

describe.each([
  [
    'quotes',
    () => aQuote(api, { ...client, content: 'Полки;\n"крепкие"', terms: 'Half', validUntil: null, number: '7/К' }),
  ],
  [
    'invoices',
    () => anInvoice(api, { ...client, dueDate: '2026-12-31', paidAt: '2026-12-01T10:00:00.123456Z', amount: '9.90' }),
  ],
] as const)('%s', (plural, make) => {
  it('are unchanged after a raw export and import, including their numbers', async () => {
    const deal = await aDeal(api)
    const { id } = await make()
    const path = `/v1/${plural}/${id}`
    const stageId = plural === 'quotes' ? 'SENT' : 'D'
    const record = (await api.call('patch', path, { dealId: deal.id, stageId }).expect(200)).body
    const file = await exportedText(api.call, `${plural}/export?filter[id]=${id}&mode=raw`)
    const { result, records } = await imported(plural, file)
    expect(result).toMatchObject({ rows: 1, created: 1, failed: 0, warnings: 0 })
    expect(withoutOwn(records[0]!)).toEqual({ ...withoutOwn(record), closedAt: records[0]!.closedAt })
    expect(records[0]!.externalIds).toEqual([{ source: 'csv', key: String(id) }])
  })

  it('are imported without a company that is not marked as one of your own', async () => {
    const { id } = await aCompany(api)
    const { result, records } = await imported(plural, `title;myCompanyId\nAlien;${id}\n`)
    expect(result).toMatchObject({ created: 1, failed: 0, warnings: 1 })
    expect(records[0]).toMatchObject({ title: 'Alien' })
    expect(records[0]!.myCompanyId).not.toBe(id)
  })

  it('keep a number that an earlier row of the file has, which is reported', async () => {
    await imported(plural, 'Номер;title\nOld-1;Old')
    const more = Array.from({ length: 520 }, (_, at) => `B-${at};Other`)
    const file = ['Номер;title', 'Old-1;First', 'B-519;Second', 'B-519;Third', ...more].join('\n')
    const { result, records, faults } = await imported(plural, file)
    expect(result).toMatchObject({ created: 523, failed: 0, warnings: 2 })
    expect(records.slice(0, 3).map(({ number }) => number)).toEqual(['Old-1', 'B-519', 'B-519'])
    const message = 'An earlier row of the file has this number as well.'
    const fault = { message, line: expect.any(Number), column: 'Номер', severity: 'warning', code: 'repeated_number' }
    expect(faults).toEqual([
      { ...fault, row: 3, recordId: records[2]!.id },
      { ...fault, row: 523, recordId: expect.any(Number) },
    ])
  })

  it('get a number if the file has none', async () => {
    const last = await (plural === 'quotes' ? aQuote(api) : anInvoice(api))
    const count = Number(String(last.number).slice(5))
    const { result, records } = await imported(plural, 'Номер;title\n;Первый\nA-1;Второй\n;Третий\n')
    expect(result).toMatchObject({ created: 3, warnings: 0 })
    const numbers = records.map(({ number }) => number)
    expect(numbers[1]).toBe('A-1')
    expect([numbers[0], numbers[2]].map((number) => Number(String(number).slice(5)))).toEqual([count + 1, count + 2])
  })
})

it('An export for people shows linked records by name', async () => {
  const deal = await aDeal(api, { title: 'Полки' })
  const quote = await aQuote(api, { title: 'КП на полки' })
  const invoice = await anInvoice(api, { ...client, number: '17', dealId: deal.id, quoteId: quote.id, stageId: 'P' })
  const path = `invoices/export?filter[id]=${invoice.id}&fields=number,title,stageId,myCompanyId,contacts,dealId,quoteId`
  expect(await exportedText(api.call, path, 'ru')).toBe(
    '\uFEFFНомер;Тема счёта;Стадия;Своя компания;Контакты;Сделка;Предложение\r\n' +
      `17;Invoice #${invoice.id};Оплачен;Мы;"Ivan; Анна";Полки;КП на полки\r\n`,
  )
  expect(await read(api, `invoices/${invoice.id}`)).toEqual(invoice)
})

import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { type JobApi, startJobApi } from '../jobs.ts'
import { aContact, type Saved } from '../seed.ts'
import { by, importedJob } from './import-file.ts'

let api: JobApi
beforeAll(async () => {
  api = await startJobApi()
})
afterAll(() => api.close())
beforeEach(async () => {
  const tables = ['communication', 'external_id', 'link', 'contact', 'company', 'deal', 'quote']
  await api.pool.query(tables.map((table) => `delete from ${table}`).join(';'))
})

/** Imports a file as a dry run and then really. Returns what both counted and reported by row. */
async function both(file: string, query = '', path = 'contacts') {
  const run = async (more: string) => {
    const { result, faults } = await importedJob(api, file, { path, query: `${query}${more}` })
    const { rows, created, updated, skipped, companies, failed, warnings } = result
    const reported = faults.map(({ row, column, severity }: Saved) => ({ row, column, severity }))
    return { counted: { rows, created, updated, skipped, companies, failed, warnings }, reported, faults }
  }
  return { dry: await run('&dryRun=true'), real: await run('') }
}

/** Many rows that have nothing in common, so that the rows before and after them are in different chunks. */
const between = (row: (at: number) => string) => Array.from({ length: 1100 }, (_, at) => row(at))

describe('a dry run counts what the import does with', () => {
  it.each([
    ['skip', 'phones', 'lastName;Phone', 'A;+7 945 123-45-67', 'B;8 (945) 123 45 67'],
    ['skip', 'name', 'firstName;middleName;lastName', 'Anna;;Orlova', 'ANNA;Maria;орлова'.replace('орлова', 'orlova')],
    ['skip', 'name', 'firstName;middleName;lastName', 'Anna;Eva;Orlova', 'Anna;Maria;Orlova'],
    ['skip', 'externalIds', 'ID;lastName', '5;A', '5;B'],
    ['merge', 'emails', 'E-mail;Position', 'a@firm.example;', 'A@firm.example;Lawyer'],
    ['replace', 'phones,emails', 'Phone;E-mail', '+7 945 123-45-67;', '+7 945 123-45-67;b@firm.example'],
  ])('duplicates in a file (%s by %s: %s)', async (action, keys, header, first, second) => {
    const width = header.split(';').length
    const more = between((at) => [`1000${at}@firm.example`, ...Array(width - 1).fill(`Other ${at}`)].join(';'))
    const rows = /mail/.test(header) ? [] : between((at) => Array(width).fill(`Other ${at}`).join(';'))
    const file = [header, first, ...(rows.length ? rows : more), second, first].join('\n')
    const { dry, real } = await both(file, by(action, keys))
    expect(dry.counted).toEqual(real.counted)
    expect(dry.reported).toEqual(real.reported)
    expect(dry.counted.created).toBeLessThan(dry.counted.rows)
  })

  it('a chain of duplicates, also of records that exist', async () => {
    await aContact(api, { lastName: 'There', emails: [{ value: 'x@firm.example' }] })
    const rows = ['x@firm.example;+7 945 123-45-67', ...between((at) => `${at}@firm.example;`), ';+7 945 123-45-67']
    const { dry, real } = await both(['E-mail;Phone', ...rows].join('\n'), by('merge', 'phones,emails'))
    expect(dry.counted).toEqual({ ...real.counted, created: 1100, updated: 2 })
  })

  it('companies, ids and numbers that several rows have', async () => {
    const contacts = ['5;A;АО «Новая»', ...between((at) => `x${at};Other;Firm ${at % 7}`), '5;B;ао новая']
    const ofContacts = await both(['ID;lastName;Company', ...contacts].join('\n'))
    expect(ofContacts.dry.counted).toEqual({ ...ofContacts.real.counted, companies: 8, warnings: 1 })
    expect(ofContacts.dry.reported).toEqual(ofContacts.real.reported)
    const deals = await both(['ID;title', '5;A', ...between((at) => `x${at};Other`), '5;B'].join('\n'), '', 'deals')
    expect(deals.dry.counted).toEqual({ ...deals.real.counted, created: 1101, skipped: 1 })
    const numbers = ['7;A', ...between((at) => `x${at};Other`), '7;B']
    const quotes = await both(['Number;title', ...numbers].join('\n'), '', 'quotes')
    expect(quotes.dry.counted).toEqual({ ...quotes.real.counted, created: 1102, warnings: 1 })
  })
})

it('names the earlier row, as there is no record', async () => {
  const rows = [
    'A;a@firm.example',
    ...between((at) => `Other;${at}@firm.example`),
    'B;a@firm.example',
    'C;a@firm.example',
  ]
  const { dry, real } = await both(['lastName;E-mail', ...rows].join('\n'), by('skip', 'emails'))
  expect(dry.faults.map(({ message }: Saved) => message)).toEqual(Array(2).fill('Skipped as a duplicate of row 1.'))
  expect(real.faults[0].message).toBe(`Skipped as a duplicate of ${real.faults[0].recordId}.`)
  const { rows: kept } = await api.pool.query('select from local.dry_run_key')
  expect(kept).toEqual([])
})

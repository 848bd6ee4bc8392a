import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { aUser } from '../api.ts'
import { type JobApi, startJobApi } from '../jobs.ts'
import { aCompany, aContact, aUserField, own, without } from '../seed.ts'
import { importedJob } from './import-file.ts'

let api: JobApi
beforeAll(async () => {
  const nothing = { rows: { read: false, add: false, update: false, import: false } } as const
  api = await startJobApi({
    limitsOf(caller, { code }) {
      const isCompany = code === 'company'
      if (caller.lastName === 'Importer') return { rows: { add: false } }
      if (caller.lastName === 'Stranger' && isCompany) return nothing
      if (caller.lastName === 'Reader' && isCompany) return { rows: { import: false } }
      if (caller.lastName === 'Narrow') {
        if (isCompany) return { rows: { read: own(caller) } }
        return code === 'contact' ? { rows: { import: without('last_name', 'Forbidden') }, hidden: ['emails'] } : {}
      }
      return {}
    },
  })
})
afterAll(() => api.close())

async function imported(file: string, options: Parameters<typeof importedJob>[2] = {}) {
  const job = await importedJob(api, file, options)
  return { ...job, codes: job.faults.map((fault: { code: string }) => fault.code) }
}
const companies = async (title: string) => {
  const { body } = await api.call('get', `/v1/companies?filter[title][startsWith]=${encodeURIComponent(title)}&sort=id`)
  return body.data
}
const contact = async (lastName: string) => {
  const query = `filter[lastName]=${encodeURIComponent(lastName)}&expand=companies`
  const { body } = await api.call('get', `/v1/contacts?${query}`).expect(200)
  return body.data[0]
}
const as = async (lastName: string) => api.as((await aUser(api.db, { lastName })).key)

/** Everything that a revert has to restore. */
async function everything() {
  const tables = ['contact', 'company', 'communication', 'external_id', 'link']
  const found = tables.map(async (table) => {
    const { rows } = await api.pool.query(`select to_jsonb(t) - '{version,updated_at,updated_by}'::text[] as row
      from ${table} as t order by id`)
    return [table, rows.map(({ row }) => row)] as const
  })
  return Object.fromEntries(await Promise.all(found))
}

describe('the company of a contact', () => {
  it('is found by its title and created if nobody has it, once for all rows', async () => {
    const known = await aCompany(api, { title: 'ООО «Звёзды»' })
    const names = ['ооо "Звезды"', 'АО «Новая»', 'ао  новая', 'ООО «Звёзды»; Third Ltd', '']
    const rows = names.map((name, at) => `Known ${at};"${name.replaceAll('"', '""')}"`)
    const more = Array.from({ length: 600 }, (_, at) => `Later ${at};АО «НОВАЯ»`)
    const job = await imported(['lastName;Компания', ...rows, ...more].join('\n'))
    expect(job).toMatchObject({ status: 'completed', result: { created: 605, companies: 2, warnings: 0 } })
    const [created, ...others] = await companies('АО «Новая»')
    expect(others).toEqual([])
    const [third] = await companies('Third Ltd')
    const linked = await Promise.all(names.map(async (_, at) => (await contact(`Known ${at}`)).companies))
    expect(linked).toEqual([
      [{ id: known.id, primary: true }],
      [{ id: created.id, primary: true }],
      [{ id: created.id, primary: true }],
      [
        { id: known.id, primary: true },
        { id: third.id, primary: false },
      ],
      [],
    ])
    expect((await contact('Later 599')).companies).toEqual([{ id: created.id, primary: true }])
    expect(created).toMatchObject({ createdBy: api.userId, responsibleId: api.userId })
    const { body: history } = await api.call('get', `/v1/companies/${created.id}/history?filter[kind]=created`)
    expect(history.data).toMatchObject([{ kind: 'created', via: 'import' }])
  })

  it('takes its title from the first row that names it', async () => {
    const spelt = ['ООО «Гамма»', 'ооо гамма', 'ООО "ГАММА"']
    const rows = Array.from({ length: 600 }, (_, at) => `Spelt ${at};"${spelt[at % 3]!.replaceAll('"', '""')}"`)
    await imported(['lastName;Company', ...rows, 'Later;ООО Дельта', 'Later;ООО «Дельта»'].join('\n'))
    const titles = [...(await companies('ООО «Гамма')), ...(await companies('ООО Дельта'))]
    expect(titles.map(({ title }) => title)).toEqual(['ООО «Гамма»', 'ООО Дельта'])
  })

  it('is created with its legal form and with a comma in its title', async () => {
    await imported('lastName;Company\nComma;"Smith, Jones & Co"\nForm;ООО Форма')
    expect((await companies('Smith'))[0].title).toBe('Smith, Jones & Co')
    await imported('lastName;Company\nOther form;АО Форма')
    expect((await companies('АО Форма'))[0].title).toBe('АО Форма')
  })

  it('is not created for a phone, an e-mail or an id', async () => {
    const job = await imported('lastName;Company\nOne;+7 945 123-45-67\nTwo;who@firm.example\nThree;999999')
    expect(job).toMatchObject({ result: { created: 3, companies: 0 } })
    expect(job.codes).toEqual(['unknown_record', 'unknown_record', 'unknown_record'])
  })

  it('is not created if the option says so, nor for a deal', async () => {
    const off = await imported('lastName;Company\nOff;Unwanted', { query: 'createCompanies=false' })
    const deal = await imported('title;Company\nOff;Unwanted', { path: 'deals' })
    for (const { codes } of [off, deal]) expect(codes).toEqual(['unknown_record'])
    expect(await companies('Unwanted')).toEqual([])
  })

  it('is not chosen if several have the title', async () => {
    await aCompany(api, { title: 'Double' })
    await aCompany(api, { title: '«Double»' })
    const job = await imported('lastName;Company\nAmbiguous;double')
    expect(job.codes).toEqual(['ambiguous_record'])
    expect((await contact('Ambiguous')).companies).toEqual([])
  })

  it('is not created in a dry run or for a row that is rejected', async () => {
    const job = await imported('lastName;Company\nDry;Dry Ltd', { query: 'dryRun=true' })
    expect(job).toMatchObject({ result: { created: 1, companies: 1 } })
    const refused = await imported('lastName;comment;Company\n;without a name;Refused Ltd')
    expect(refused).toMatchObject({ result: { created: 0, companies: 0, failed: 1 } })
    expect([...(await companies('Dry Ltd')), ...(await companies('Refused Ltd'))]).toEqual([])
  })

  it('is not created if it needs other values', async () => {
    const id = await aUserField(api, { typeId: 4, code: 'vat', kind: 'string', columns: { '': 'text' } })
    await api.pool.query('update user_field set required = true where id = $1', [id])
    const job = await imported('lastName;Company\nNeedy;Needs More')
    await api.pool.query('delete from user_field where id = $1', [id])
    expect(job).toMatchObject({ result: { created: 1, companies: 0 }, codes: ['not_created'] })
  })

  it('is created once by imports that run at the same time', async () => {
    const file = (name: string) =>
      ['lastName;Company', ...Array.from({ length: 60 }, (_, at) => `${name} ${at};Race ${at % 30}`)].join('\n')
    const send = (name: string) =>
      api
        .call('post', '/v1/contacts/import')
        .set('content-type', 'text/csv')
        .send(file(name) as never)
    await Promise.all(['Left', 'Right', 'Middle'].map(send))
    await Promise.all([api.work(), api.work(), api.work()])
    expect(await companies('Race')).toHaveLength(30)
    for (const name of ['Left', 'Right', 'Middle']) expect((await contact(`${name} 59`)).companies).toHaveLength(1)
  })
})

describe('a revert of an import', () => {
  const reverted = async (id: number) => {
    const { body } = await api.call('post', `/v1/jobs/${id}/revert`).expect(202)
    await api.work()
    const { body: job } = await api.call('get', body.links.self)
    const { body: faults } = await api.call('get', job.links.errors)
    return { ...job, faults: faults.data }
  }

  it('removes the companies that it created', async () => {
    const company = await aCompany(api, { title: 'There before' })
    await aContact(api, { lastName: 'Colleague', companies: [{ id: company.id }] })
    const before = await everything()
    const rows = Array.from(
      { length: 1200 },
      (_, at) => `Undone ${at};${at % 3 ? `Undone ${at % 70}` : 'There before'}`,
    )
    const job = await imported(['lastName;Company', ...rows].join('\n'))
    expect(job.result).toMatchObject({ created: 1200, companies: 70 })
    const { body: preview } = await api.call('post', `/v1/jobs/${job.id}/revert?dryRun=true`).expect(200)
    expect(preview).toMatchObject({ matched: 1270, denied: 0, missing: 0 })
    expect(await reverted(job.id)).toMatchObject({
      ...{ status: 'completed', result: { records: 1270, done: 1270, left: 0, failed: 0 } },
    })
    expect(await everything()).toEqual(before)
  })

  it('keeps a company while a contact that it keeps has it', async () => {
    const job = await imported('lastName;Company\nKept;Kept Ltd\nFree;Free Ltd')
    const kept = await contact('Kept')
    await api.call('patch', `/v1/contacts/${kept.id}`, { comment: 'Mine' }).expect(200)
    const [company] = await companies('Kept Ltd')
    const { body: preview } = await api.call('post', `/v1/jobs/${job.id}/revert?dryRun=true`).expect(200)
    expect(preview).toMatchObject({ matched: 4, done: 2, left: 2 })
    const first = await reverted(job.id)
    expect(first).toMatchObject({ status: 'completedWithErrors', result: { done: 2, left: 2 } })
    expect(first.faults).toMatchObject([
      { recordId: kept.id, code: 'changed_since' },
      { recordId: company.id, code: 'referred_to' },
    ])
    expect(await companies('Free Ltd')).toEqual([])
    expect((await contact('Kept')).companies).toEqual([{ id: company.id, primary: true }])
    await api.call('delete', `/v1/contacts/${kept.id}`).expect(204)
    expect(await reverted(job.id)).toMatchObject({ status: 'completed', result: { records: 2, done: 2, left: 0 } })
    expect(await companies('Kept Ltd')).toEqual([])
  })
})

describe('rights', () => {
  it('to import are enough, without the right to add', async () => {
    const call = await as('Importer')
    await call('post', '/v1/contacts', { lastName: 'By hand' }).expect(403)
    const job = await imported('lastName;Company\nBy file;By file', { call })
    expect(job).toMatchObject({ status: 'completed', result: { created: 1, companies: 1 } })
  })

  it('to import companies are needed to create them', async () => {
    await aCompany(api, { title: 'Readable' })
    const call = await as('Reader')
    const job = await imported('lastName;Company\nReader 1;Readable\nReader 2;Forbidden Ltd', { call })
    expect(job).toMatchObject({ result: { created: 2, companies: 0 }, codes: ['no_right'] })
    expect((await contact('Reader 1')).companies).toHaveLength(1)
    expect(await companies('Forbidden Ltd')).toEqual([])
  })

  it('of somebody who does not see companies create no links', async () => {
    await aCompany(api, { title: 'Secret' })
    const call = await as('Stranger')
    const job = await imported('lastName;Company\nStranger 1;Secret\nStranger 2;New', { call })
    expect(job).toMatchObject({ result: { created: 2, companies: 0 }, codes: ['no_right', 'no_right'] })
  })

  it('decide which records are found: others do not exist', async () => {
    const hidden = await aCompany(api, { title: 'Hidden Ltd' })
    const call = await as('Narrow')
    const job = await imported('lastName;Company\nNarrow;Hidden Ltd', { call })
    expect(job).toMatchObject({ status: 'completed', result: { created: 1, companies: 1 } })
    const [other] = (await contact('Narrow')).companies
    expect(other.id).not.toBe(hidden.id)
    expect(await companies('Hidden Ltd')).toHaveLength(2)
  })

  it('hide the fields by which records are searched', async () => {
    await aContact(api, { lastName: 'Addressee', emails: [{ value: 'hidden@firm.example' }] })
    const file = 'title;contacts.emails;contacts.name\nTo somebody;hidden@firm.example;\nTo Addressee;;Ivan Addressee'
    expect((await imported(file, { path: 'deals', call: await as('Narrow') })).codes).toEqual(['unknown_record'])
    expect((await imported(file, { path: 'deals' })).codes).toEqual([])
  })

  it('decide about each row', async () => {
    const job = await imported('lastName;Company\nForbidden;Denied Ltd\nAllowed;', { call: await as('Narrow') })
    expect(job).toMatchObject({ result: { created: 1, failed: 1, companies: 0 }, codes: ['no_right'] })
    expect(await companies('Denied Ltd')).toEqual([])
  })
})

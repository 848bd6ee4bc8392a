import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { aUser } from '../api.ts'
import { type JobApi, startJobApi } from '../jobs.ts'
import { aCompany, aContact, aUserField, type Saved, without } from '../seed.ts'
import { by, counts, importFile } from './import-file.ts'

let api: JobApi
beforeAll(async () => {
  api = await startJobApi({
    limitsOf(caller, { code }) {
      if (caller.lastName === 'Adder') return { rows: { update: false } }
      if (caller.lastName !== 'Narrow' || code !== 'contact') return {}
      return {
        rows: {
          read: without('last_name', 'Hidden'),
          update: without('last_name', 'Locked'),
          import: without('position', 'boss'),
        },
      }
    },
  })
  const id = await aUserField(api, { typeId: 3, code: 'inn', kind: 'string', columns: { '': 'text' } })
  await api.pool.query('update user_field set filterable = true where id = $1', [id])
  const plain = await aUserField(api, { typeId: 3, code: 'plain', kind: 'string', columns: { '': 'text' } })
  await api.pool.query('update user_field set filterable = false, sortable = false where id = $1', [plain])
})
afterAll(() => api.close())
beforeEach(async () => {
  await api.pool.query(
    'delete from communication; delete from external_id; delete from link; delete from contact; delete from company',
  )
})

const imported = (file: string, query: string, more?: { call: JobApi['call'] }) => importFile(api, file, query, more)
const all = async (path = 'contacts') => (await api.call('get', `/v1/${path}?sort=id&limit=500`).expect(200)).body.data
const read = async ({ id }: { id: number }) => (await api.call('get', `/v1/contacts/${id}`).expect(200)).body
const values = (list: { value: string }[]) => list.map(({ value }) => value)

const anna = () =>
  aContact(api, {
    firstName: 'Anna',
    lastName: 'Orlova',
    position: 'Lawyer',
    phones: [{ kind: 'mobile', value: '8 (945) 123-45-67' }],
    emails: [{ value: 'anna@firm.example' }],
    externalIds: [{ source: 'amo', key: '7' }],
    userFields: { inn: '77' },
  })

describe('a duplicate is found', () => {
  it.each([
    ['by a phone in another form', 'phones', 'lastName;Phone', 'Other;+7 945 123 45 67'],
    ['by an e-mail in another case', 'emails', 'lastName;E-mail', 'Other;ANNA@firm.example'],
    ['by an external id', 'externalIds', 'lastName;externalIds', 'Other;"[{""source"": ""amo"", ""key"": ""7""}]"'],
    ['by first and last name', 'name', 'firstName;lastName', 'ANNA;орлова'.replace('орлова', 'orlova')],
    [
      'by a name with a middle name that the record lacks',
      'name',
      'firstName;middleName;lastName',
      'Anna;Maria;Orlova',
    ],
    ['by a user field', 'userFields.inn', 'lastName;userFields.inn', 'Other;77'],
    ['by one of several keys', 'phones,emails', 'lastName;Phone;E-mail', 'Other;+7 945 000-00-01;anna@firm.example'],
  ])('%s', async (_, keys, header, row) => {
    const { id } = await anna()
    const { status, counts: counted, faults } = await imported(`${header}\n${row}`, by('skip', keys))
    expect({ status, counted, faults }).toEqual({
      status: 'completed',
      counted: counts({ skipped: 1 }),
      faults: [{ row: 1, severity: 'info', code: 'duplicate_skipped', recordId: id }],
    })
    expect(await all()).toHaveLength(1)
  })

  it.each([
    ['another last name', 'name', 'firstName;lastName', 'Anna;Petrova'],
    ['only a last name', 'name', 'lastName', 'Orlova'],
    ['no value', 'phones,emails,userFields.inn', 'firstName;lastName', 'Anna;Orlova'],
    ['an equal value of another field', 'emails', 'lastName;Phone', 'Other;+7 945 123 45 67'],
  ])('but not with %s', async (_, keys, header, row) => {
    await anna()
    expect((await imported(`${header}\n${row}`, by('skip', keys))).counts).toEqual(counts({ created: 1 }))
  })

  it('among the rows of the file, also if the record comes from the same file', async () => {
    const rows = ['A;1', 'B;2', 'C;1', 'D;1', 'E;2', 'F;3'].map((row) => row.replace(/;(\d)/, ';+7 945 123-00-0$1'))
    const { counts: counted, faults } = await imported(['lastName;Phone', ...rows].join('\n'), by('skip', 'phones'))
    expect(counted).toEqual(counts({ created: 3, skipped: 3 }))
    const contacts: Saved[] = await all()
    expect(contacts.map(({ lastName }) => lastName)).toEqual(['A', 'B', 'F'])
    const [a, b] = contacts.map(({ id }) => id)
    expect(faults.map(({ row, recordId }: Saved) => [row, recordId])).toEqual([
      [3, a],
      [4, a],
      [5, b],
    ])
  })

  it('among the rows of the file in the next chunk', async () => {
    const rows = Array.from({ length: 1100 }, (_, at) => `Name ${at};p${at % 600}@firm.example`)
    const { counts: counted } = await imported(['lastName;E-mail', ...rows].join('\n'), by('skip', 'emails'))
    expect(counted).toEqual(counts({ created: 600, skipped: 500 }))
  })

  it('with the next row if the first is rejected', async () => {
    const file = 'opened;lastName;Phone;E-mail\nyes;;;x\nyes;Second;;x@firm.example\nyes;Third;;x@firm.example'
    expect((await imported(file, by('skip', 'emails'))).counts).toMatchObject({ created: 1, skipped: 1, failed: 1 })
  })
})

describe('a row that replaces', () => {
  it('sets the filled values and leaves the others', async () => {
    const before = await anna()
    const company = await aCompany(api, { title: 'Vector' })
    const file = `E-mail;Position;Phone;comment;Company;ID\nanna@firm.example;Director;+7 945 999-99-99;;vector;15`
    const job = await imported(file, by('replace', 'emails'))
    expect(job.counts).toEqual(counts({ updated: 1 }))
    const after = await read(before)
    expect(after).toMatchObject({
      ...{ firstName: 'Anna', lastName: 'Orlova', position: 'Director', comment: null, version: 2 },
      companies: [{ id: company.id, primary: true }],
      externalIds: [
        { source: 'amo', key: '7' },
        { source: 'csv', key: '15' },
      ],
    })
    expect(values(after.phones)).toEqual(['+7 945 999-99-99'])
    const { body: history } = await api.call('get', `/v1/contacts/${before.id}/history?filter[kind]=changed`)
    expect(history.data).toMatchObject([{ via: 'import' }])
  })

  it('needs no name if its record has one, and ignores what cannot be read', async () => {
    const before = await anna()
    const job = await imported('E-mail;birthDate\nanna@firm.example;someday', by('replace', 'emails'))
    expect(job.counts).toEqual(counts({ updated: 1, warnings: 1 }))
    expect(job.faults).toEqual([{ row: 1, severity: 'warning', code: 'invalid_date', recordId: before.id }])
  })

  it('is not imported if several records are duplicates', async () => {
    await anna()
    await aContact(api, { lastName: 'Namesake', phones: [{ value: '+7 945 000-00-02' }] })
    const before = await all()
    const job = await imported(
      'lastName;Phone;E-mail\nX;+7 945 000-00-02;anna@firm.example',
      by('replace', 'phones,emails'),
    )
    expect(job.counts).toEqual(counts({ failed: 1 }))
    expect(job.faults).toMatchObject([{ severity: 'error', code: 'ambiguous_duplicate' }])
    expect(await all()).toEqual(before)
  })

  it('follows earlier rows of the file', async () => {
    const file = 'lastName;E-mail;Position\nOne;x@firm.example;First\nTwo;x@firm.example;Second\nThree;x@firm.example;'
    expect((await imported(file, by('replace', 'emails'))).counts).toEqual(counts({ created: 1, updated: 2 }))
    expect(await all()).toMatchObject([{ lastName: 'Three', position: 'Second' }])
  })
})

describe('a row that merges', () => {
  it('fills empty values and adds phones, e-mails, links and external ids that are missing', async () => {
    const before = await anna()
    const [old, company] = [await aCompany(api, { title: 'Old' }), await aCompany(api, { title: 'Vector' })]
    await api.call('patch', `/v1/contacts/${before.id}`, { companies: [{ id: old.id }] }).expect(200)
    const file = [
      'firstName;lastName;Position;comment;Work phone;Mobile phone;E-mail;Company;ID;responsibleId',
      `ANNA;Changed;Director;New;+7 945 123-45-67;+7 945 999-99-99;anna@firm.example;vector;15;${api.userId}`,
    ].join('\n')
    const job = await imported(file, by('merge', 'emails'))
    expect(job.counts).toEqual(counts({ updated: 1 }))
    const after = await read(before)
    expect(after).toMatchObject({
      ...{ firstName: 'Anna', lastName: 'Orlova', position: 'Lawyer', comment: 'New' },
      companies: [
        { id: old.id, primary: true },
        { id: company.id, primary: false },
      ],
      externalIds: [
        { source: 'amo', key: '7' },
        { source: 'csv', key: '15' },
      ],
    })
    expect(values(after.phones)).toEqual(['8 (945) 123-45-67', '+7 945 999-99-99'])
    expect(values(after.emails)).toEqual(['anna@firm.example'])
  })

  it('makes no new version if it brings nothing new', async () => {
    const before = await anna()
    const job = await imported('lastName;E-mail\nOrlova;anna@firm.example', by('merge', 'emails'))
    expect(job.counts).toEqual(counts({ updated: 1 }))
    expect(await read(before)).toEqual(before)
  })
})

describe('rights', () => {
  const as = async (lastName: string) => api.as((await aUser(api.db, { lastName })).key)

  it('decide which records are duplicates and which may change', async () => {
    for (const lastName of ['Hidden', 'Locked', 'Open']) {
      await aContact(api, { lastName, emails: [{ value: `${lastName}@firm.example` }] })
    }
    const rows = ['Hidden', 'Locked', 'Open'].map((name) => `${name}@firm.example;clerk`)
    const file = ['E-mail;Position', ...rows, 'new@firm.example;boss'].join('\n')
    const job = await imported(file, by('replace', 'emails'), { call: await as('Narrow') })
    // The hidden contact does not exist for the caller.
    expect(job.counts).toEqual(counts({ created: 1, updated: 1, failed: 2 }))
    expect(job.faults.map(({ row, code }: Saved) => [row, code])).toEqual([
      [2, 'no_right'],
      [4, 'no_right'],
    ])
    const positions = (await all()).map(({ lastName, position }: Saved) => [lastName, position])
    expect(positions).toEqual([
      ['Hidden', null],
      ['Locked', null],
      ['Open', 'clerk'],
      [null, 'clerk'],
    ])
  })

  it('to import decide about the record as it becomes', async () => {
    await aContact(api, { lastName: 'Open', emails: [{ value: 'o@firm.example' }] })
    const job = await imported('E-mail;Position\no@firm.example;boss', by('replace', 'emails'), {
      call: await as('Narrow'),
    })
    expect(job.counts).toEqual(counts({ failed: 1 }))
    expect(await all()).toMatchObject([{ position: null }])
  })

  it('to update are needed to replace and merge, not to skip', async () => {
    const call = await as('Adder')
    const send = (query: string) => call('post', `/v1/contacts/import?${query}`).set('content-type', 'text/csv')
    for (const action of ['replace', 'merge']) {
      const { body } = await send(by(action, 'emails'))
        .send('lastName\nX' as never)
        .expect(403)
      expect(body).toMatchObject({ code: 'forbidden' })
    }
    await send(by('skip', 'emails'))
      .send('lastName\nX' as never)
      .expect(202)
    await api.work()
  })
})

describe('a wrong policy', () => {
  const send = (query: string) =>
    api
      .call('post', `/v1/contacts/import?${query}`)
      .set('content-type', 'text/csv')
      .send('lastName\nX' as never)
  it('is refused', async () => {
    const unknown = (await send(by('skip', 'phone,emails')).expect(400)).body.errors
    expect(unknown).toMatchObject([{ parameter: 'duplicateKeys', code: 'unknown_value', hint: 'phones' }])
    expect((await send(by('skip', 'userFields.plain')).expect(400)).body.errors).toMatchObject([
      { code: 'unknown_value' },
    ])
    expect((await send('duplicateAction=skip').expect(400)).body.errors).toMatchObject([
      { parameter: 'duplicateKeys', code: 'required' },
    ])
    expect((await send('duplicateKeys=phones').expect(400)).body.errors).toMatchObject([
      { parameter: 'duplicateAction', code: 'required' },
    ])
  })

  it('is refused in a form', async () => {
    const options = JSON.stringify({ duplicates: { keys: ['phones', 'nothing'], action: 'merge' } })
    const { body } = await api
      .call('post', '/v1/contacts/import')
      .field('options', options)
      .attach('file', Buffer.from('lastName\nX'), 'x.csv')
      .expect(422)
    expect(body.errors).toMatchObject([{ pointer: '/duplicates/keys/1', code: 'unknown_value' }])
  })
})

import { beforeAll, describe, expect, it } from '@jest/globals'
import type { JobApi } from '../../jobs.ts'
import type { Saved } from '../../seed.ts'
import { describeFiles } from './csv-suite.ts'
import type { ExpectedCondition, Ground, KindCase, KindRow, Sample } from './kind-row.ts'
import { describeSettings } from './settings-suite.ts'

/** A field of a kind with three records: `a` and `b` have its values, `n` has none. */
export interface Subject {
  api: JobApi
  row: KindRow
  about: KindCase
  code: string
  path: string
  records: { a: Saved; b: Saved; n: Saved }
}

const fields = '/v1/types/contact/fields'
const shownOf = ({ given, shown = given }: Sample) => shown

/** Creates a field of the kind, with other settings if given. */
export async function aField(
  { api, row, about }: Pick<Subject, 'api' | 'row' | 'about'>,
  code: string,
  more: object = {},
) {
  const settings = { ...about.field?.settings, ...more }
  const { kind, multiple } = row
  const body = { code, kind, multiple, label: code, ...about.field, settings }
  return await api.call('post', fields, body)
}

/** Creates a contact with this value. */
export async function aValue({ api }: Pick<Subject, 'api'>, code: string, lastName: string, value: unknown) {
  return await api.call('post', '/v1/contacts', { lastName, userFields: { [code]: value } })
}

/** Describes what fields of the kinds do. */
export function describeKinds(rows: readonly KindRow[], ground: () => Ground): void {
  describe.each(rows)('A field of kind $kind (several values: $multiple)', (row) => {
    const subject = {} as Subject
    beforeAll(async () => {
      Object.assign(subject, await aSubject(row, ground()))
    })
    describeRecords(subject)
    describeLists(subject)
    describeFiles(subject)
    describeSettings(subject)
  })
}

async function aSubject(row: KindRow, ground: Ground): Promise<Subject> {
  const { api } = ground
  const about = row.of(ground)
  const code = `${row.kind.toLowerCase()}_${row.multiple ? 'list' : 'one'}`
  expect((await aField({ api, row, about }, code)).body).toMatchObject({ code, kind: row.kind, multiple: row.multiple })
  const [a, b, n] = [about.values[0].given, about.values[1].given, null].map(async (value, index) => {
    const body = { firstName: 'abn'[index], lastName: code, userFields: { [code]: value } }
    return (await api.call('post', '/v1/contacts', body).expect(201)).body
  })
  return { api, row, about, code, path: `userFields.${code}`, records: { a: await a, b: await b, n: await n } }
}

function describeRecords(subject: Subject): void {
  const valueAt = async (id: number) =>
    (await subject.api.call('get', `/v1/contacts/${id}?fields=${subject.path}`).expect(200)).body.userFields[
      subject.code
    ]
  const values = () => subject.about.values.map(shownOf)

  it('keeps its value and tells whether it is empty', async () => {
    const { a, b, n } = subject.records
    expect([a, b, n].map(({ userFields }) => (userFields as Record<string, unknown>)[subject.code])).toEqual([
      ...values(),
      null,
    ])
    expect([await valueAt(a.id), await valueAt(b.id), await valueAt(n.id)]).toEqual([...values(), null])
  })

  it('is changed and cleared, with history', async () => {
    const { api, code, path, about } = subject
    const [first, second] = values()
    const { id } = (await aValue(subject, code, 'Changed', about.values[0].given)).body
    const patch = async (value: unknown) =>
      (await api.call('patch', `/v1/contacts/${id}`, { userFields: { [code]: value } }).expect(200)).body
    expect((await patch(about.values[1].given)).userFields[code]).toEqual(second)
    // A response can be sent back.
    expect((await patch(second)).version).toBe(2)
    expect((await patch(null)).userFields[code]).toBeNull()
    expect((await patch(about.values[0].given)).userFields[code]).toEqual(first)
    expect((await patch('')).userFields[code]).toBeNull()
    const { data } = (await api.call('get', `/v1/contacts/${id}/history`).expect(200)).body
    const [a, b] = about.kept ?? [first, second]
    const changes = data.slice(0, -1).map((entry: { changes: object[] }) => entry.changes)
    expect(changes).toEqual(
      [
        [a, null],
        [null, a],
        [b, null],
        [a, b],
      ].map(([old, now]) => [{ field: path, old, new: now }]),
    )
  })

  it('is written by batches, upserts and bulk actions', async () => {
    const { api, code, about } = subject
    const [first, second] = about.values.map(({ given }) => ({ userFields: { [code]: given } }))
    const external = { source: 'kinds', key: code }
    const operations = [
      { op: 'create', data: { lastName: 'Batch', ...first } },
      { op: 'upsert', external, data: { lastName: 'Batch', ...second } },
    ]
    const { body } = await api.call('post', '/v1/contacts/batch', { operations }).expect(200)
    const ids = body.results.map(({ record }: { record: Saved }) => record.id)
    expect([await valueAt(ids[0]), await valueAt(ids[1])]).toEqual(values())
    const upsert = await api.call('put', `/v1/contacts/external/kinds/${code}`, first).expect(200)
    expect(upsert.body.userFields[code]).toEqual(values()[0])
    const job = await api.call('post', '/v1/contacts/bulk', { ids, set: second }).expect(202)
    await api.work()
    expect((await api.call('get', job.body.links.self)).body).toMatchObject({
      status: 'completed',
      result: { failed: 0 },
    })
    expect([await valueAt(ids[0]), await valueAt(ids[1])]).toEqual([values()[1], values()[1]])
  })

  it('refuses a value of another type on every way in', async () => {
    const { value, code, at = '' } = subject.about.wrong
    await refuses(subject, subject.code, { value, code, at })
  })
}

/** Checks that every way to write a value refuses it with this fault. */
export async function refuses(
  subject: Subject,
  code: string,
  expected: { value: unknown; code: string; at: string },
): Promise<void> {
  const { api, records } = subject
  const data = { userFields: { [code]: expected.value } }
  const fault = (before: string) => [
    expect.objectContaining({ pointer: `${before}/userFields/${code}${expected.at}`, code: expected.code }),
  ]
  const created = await api.call('post', '/v1/contacts', { lastName: 'Refused', ...data }).expect(422)
  expect(created.body.errors).toEqual(fault(''))
  const changed = await api.call('patch', `/v1/contacts/${records.n.id}`, data).expect(422)
  expect(changed.body.errors).toEqual(fault(''))
  const upserted = await api
    .call('put', `/v1/contacts/external/refused/${code}`, { lastName: 'Refused', ...data })
    .expect(422)
  expect(upserted.body.errors).toEqual(fault(''))
  const operations = [{ op: 'update', id: records.n.id, data }]
  const batch = await api.call('post', '/v1/contacts/batch', { atomic: false, operations }).expect(207)
  expect(batch.body.results[0].problem.errors).toEqual(fault('/operations/0/data'))
  const bulk = await api.call('post', '/v1/contacts/bulk', { ids: [records.n.id], set: data }).expect(422)
  expect(bulk.body.errors).toEqual(fault('/set'))
}

function describeLists(subject: Subject): void {
  const namesOf = (answer: { body: { data: Saved[] } }) => answer.body.data.map(({ firstName }) => firstName).join('')
  const pathOf = (part?: string) => (part ? `${subject.path}.${part}` : subject.path)

  it('is found by every operator', async () => {
    const { api, about, code } = subject
    const { filters } = (await api.call('get', `${fields}/${code}`).expect(200)).body
    for (const { path, operators } of filters) {
      const expected = about.conditions.filter(({ part }) => pathOf(part) === path)
      expect(new Set(expected.map(({ op }) => op))).toEqual(new Set(operators))
    }
    for (const condition of about.conditions)
      expect(await found(condition)).toEqual([condition, condition.finds, condition.finds])
  })

  /** Returns the records that match a condition, in a body and in the URL. */
  async function found(condition: ExpectedCondition): Promise<unknown[]> {
    const { part, op, value, inUrl } = condition
    const { api, code } = subject
    const ofField = { field: 'lastName', op: 'eq', value: code }
    const filter = { and: [ofField, { field: pathOf(part), op, value }] }
    const inBody = await api.call('post', '/v1/contacts/search', { filter, sort: 'firstName' }).expect(200)
    const text = inUrl ?? String(value)
    const path = `/v1/contacts?filter[lastName]=${code}&sort=firstName`
    // Texts with commas stand for themselves only in bodies.
    if (inUrl === undefined && Array.isArray(value) && value.some((one) => String(one).includes(',')))
      return [condition, namesOf(inBody), namesOf(inBody)]
    const inTheUrl = await api
      .call('get', `${path}&filter[${pathOf(part)}][${op}]=${encodeURIComponent(text)}`)
      .expect(200)
    return [condition, namesOf(inBody), namesOf(inTheUrl)]
  }

  it('sorts lists where it has an order, with empty values last', async () => {
    const { api, about, code, row } = subject
    const { filters } = (await api.call('get', `${fields}/${code}`).expect(200)).body
    const refused = row.kind === 'crm' ? 'links_not_sortable' : 'not_sortable'
    for (const { path, sortable } of filters) {
      const [up, down] = [path, `-${path}`].map((sort) =>
        api.call('get', `/v1/contacts?filter[lastName]=${code}&sort=${sort}`),
      )
      const order = about.sorted?.[path.slice(subject.path.length + 1)]
      expect(sortable).toBe(order !== undefined)
      if (order === undefined) expect((await up!).body.errors).toEqual([expect.objectContaining({ code: refused })])
      else
        expect([namesOf(await up!), namesOf(await down!)]).toEqual([`${order}n`, `${[...order].reverse().join('')}n`])
    }
  })

  it('is searched if it holds words', async () => {
    const { api, about, code } = subject
    const asked = await api.call('patch', `${fields}/${code}`, { searchable: true })
    if (about.word === undefined) {
      expect(asked.body.errors).toEqual([expect.objectContaining({ pointer: '/searchable', code: 'not_allowed_here' })])
      return
    }
    expect(asked.status).toBe(200)
    await api.work()
    const query = `filter[lastName]=${code}&q=${about.word}`
    expect(namesOf(await api.call('get', `/v1/contacts?${query}`).expect(200))).toBe('a')
    await api.call('patch', `${fields}/${code}`, { searchable: false }).expect(200)
  })
}

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type JobApi, startJobApi } from '../jobs.ts'
import { withShared } from '../shared.ts'

interface ExpectedContact {
  id: number
  firstName: string
  lastName: string
  secondName: string
  birthdate: string | null
  phones: { kind: string; text: string; e164: string }[]
  emails: string[]
  position: string | null
  export: boolean
  open: boolean
}

interface Contact {
  firstName: string | null
  middleName: string | null
  lastName: string | null
  birthDate: string | null
  position: string | null
  participatesInExport: boolean
  opened: boolean
  phones: { kind: string; normalized: string }[]
  emails: { normalized: string }[]
  externalIds: { source: string; key: string }[]
}

withShared('data/csv/generated', (root) => {
  let api: JobApi
  beforeAll(async () => {
    api = await startJobApi()
  })
  afterAll(() => api.close())

  const imported = async (folder: string, plural: string) => {
    const file = readFileSync(join(root, folder, `${plural}.csv`))
    const started = await api
      .call('post', `/v1/${plural}/import`)
      .set('content-type', 'text/csv')
      .send(file as never)
    await api.work()
    return (await api.call('get', started.body.links.self)).body
  }

  /** The distinct faults of rows. No user here has the name of a responsible in the samples. */
  const codesOf = async (job: { status: string; links: { errors: string } }) => {
    expect(job.status).toBe('completedWithErrors')
    const { body } = await api.call('get', `${job.links.errors}?limit=500`).expect(200)
    return [...new Set<string>(body.data.map(({ code }: { code: string }) => code))].sort()
  }

  const expectedOf = <T>(folder: string, plural: string): T[] =>
    readFileSync(join(root, folder, `${plural}.expected.jsonl`), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as T)

  const all = async <T>(plural: string): Promise<T[]> => {
    const found: T[] = []
    for (let cursor = ''; ; ) {
      const { body } = await api.call('get', `/v1/${plural}?limit=500${cursor}`).expect(200)
      found.push(...body.data)
      if (!body.page.next) return found
      cursor = `&cursor=${body.page.next}`
    }
  }

  describe('contacts of Bitrix24, with default settings', () => {
    const expected = expectedOf<ExpectedContact>('bitrix24_contacts_cp1251', 'contacts')
    const byKey = new Map<string, Contact>()
    beforeAll(async () => {
      const job = await imported('bitrix24_contacts_cp1251', 'contacts')
      expect(job).toMatchObject({ result: { created: expected.length, failed: 0 } })
      expect(await codesOf(job)).toEqual(['unknown_user', 'unknown_value'])
      for (const contact of await all<Contact>('contacts')) byKey.set(contact.externalIds[0]?.key ?? '', contact)
    })

    const compare = <T>(ours: (contact: Contact) => T, theirs: (one: ExpectedContact) => T) =>
      expect(expected.map(({ id }) => [id, ours(byKey.get(String(id))!)])).toEqual(
        expected.map((one) => [one.id, theirs(one)]),
      )

    it('get their names', () =>
      compare(
        ({ firstName, middleName, lastName }) => [firstName, middleName, lastName],
        ({ firstName, secondName, lastName }) => [firstName || null, secondName || null, lastName || null],
      ))

    it('get their phones by type, in E.164', () =>
      compare(
        ({ phones }) => phones.map(({ kind, normalized }) => `${kind} ${normalized}`).sort(),
        ({ phones }) => phones.map(({ kind, e164 }) => `${kind} ${e164}`).sort(),
      ))

    it('get their e-mails', () =>
      compare(
        ({ emails }) => emails.map(({ normalized }) => normalized).sort(),
        ({ emails }) => emails.toSorted(),
      ))

    it('get their other fields', () =>
      compare(
        ({ birthDate, position, participatesInExport, opened }) => [birthDate, position, participatesInExport, opened],
        (one) => [one.birthdate || null, one.position || null, one.export, one.open],
      ))
  })

  it.each([
    ['bitrix24_companies_utf8bom', 'companies', ['unknown_user']],
    ['bitrix24_leads_cp1251_lf', 'leads', ['unknown_user', 'unknown_value']],
    ['bitrix24_deals_utf8bom', 'deals', ['unknown_record', 'unknown_user']],
  ])('%s are imported, one record per row', async (folder, plural, codes) => {
    const before = await all(plural)
    const job = await imported(folder, plural)
    expect(job).toMatchObject({ result: { failed: 0 } })
    expect(await codesOf(job)).toEqual(codes)
    expect(job.result.created).toBe(job.progress.total)
    expect(await all(plural)).toHaveLength(before.length + job.result.created)
  })
})

import { afterAll, beforeAll, expect, it } from '@jest/globals'
import type { LimitsOf } from '../../src/rights/limits.ts'
import { type Api, aUser, startApi } from '../api.ts'
import { aCompany, aContact, aDeal, having, without } from '../seed.ts'
import { exported, exportedText } from './exported.ts'

let api: Api
let limits: LimitsOf
beforeAll(async () => {
  api = await startApi({ limitsOf: (caller, ...about) => (caller.isAdmin ? {} : limits(caller, ...about)) })
})
afterAll(() => api.close())

/** Returns the API of a user with the given limits. */
async function limited(to: LimitsOf): Promise<Api['call']> {
  limits = to
  return api.as((await aUser(api.db, { lastName: 'Limited' })).key)
}

it('exports records that the caller may read and export, without hidden fields', async () => {
  const call = await limited((_, { code }) => {
    const rows = { read: without('last_name', 'C'), export: without('last_name', 'A') }
    return { rows: code === 'contact' ? rows : {}, hidden: ['comment'] }
  })
  for (const lastName of ['A', 'B', 'C']) await aContact(api, { lastName, comment: 'secret' })
  expect(await exportedText(call, 'contacts/export?mode=raw&fields=lastName')).toBe('lastName\r\nB\r\n')
  expect(await exportedText(call, 'contacts/export?mode=raw')).not.toMatch(/comment|secret/)
  const { body } = await call('get', '/v1/contacts/export?fields=comment').expect(400)
  expect(body.errors).toMatchObject([{ parameter: 'fields', code: 'unknown_field' }])
})

it('refuses callers without export rights', async () => {
  const call = await limited(() => ({ rows: { export: false } }))
  const { body } = await call('get', '/v1/deals/export').set('accept-language', 'ru').expect(403)
  expect(body).toMatchObject({ code: 'export_right_required', detail: 'Требуется право «экспорт» для «Сделка».' })
  await api.as(null)('get', '/v1/deals/export').expect(401)
})

it('does not name linked records and parts of names that the caller may not see', async () => {
  const call = await limited((_, type) => {
    if (type.code === 'contact') return { rows: { read: without('first_name', 'Hidden') }, hidden: ['lastName'] }
    return type.code === 'company' ? null : {}
  })
  const company = await aCompany(api)
  const hidden = await aContact(api, { firstName: 'Hidden' })
  const half = await aContact(api, { firstName: 'Half', lastName: 'Hidden' })
  await aDeal(api, { companyId: company.id, contacts: [{ id: half.id }, { id: hidden.id }] })
  expect(await exportedText(call, 'deals/export?fields=companyId,contacts&delimiter=;')).toBe(
    `\uFEFFCompany;Contacts\r\n#${company.id};"Half; #${hidden.id}"\r\n`,
  )
})

it('omits contacts that do not participate in exports, and counts those of the same list', async () => {
  const call = await limited((_, { code }) =>
    code === 'contact' ? { rows: { read: having('first_name', 'Seen') }, hidden: ['participatesInExport'] } : {},
  )
  await aContact(api, { firstName: 'Seen', lastName: 'A' })
  await aContact(api, { firstName: 'Seen', lastName: 'B', participatesInExport: false })
  await aContact(api, { firstName: 'Seen', lastName: 'C', participatesInExport: false })
  await aContact(api, { firstName: 'Unseen', lastName: 'D', participatesInExport: false })
  const omitted = async (as: Api['call'], query: string) => {
    const { headers, bytes } = await exported(as, `contacts/export?mode=raw&fields=lastName${query}`)
    return [headers['export-omitted'], bytes.toString()]
  }
  expect(await omitted(call, '')).toEqual(['2', 'lastName\r\nA\r\n'])
  expect(await omitted(call, '&filter[lastName]=B')).toEqual(['1', 'lastName\r\n'])
  expect(await omitted(api.call, '&filter[lastName]=D')).toEqual(['1', 'lastName\r\n'])
  const { status, headers } = await exported(call, 'deals/export')
  expect(status).toBe(200)
  expect(headers).not.toHaveProperty('export-omitted')
})

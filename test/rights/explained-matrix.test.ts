import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { type Operation, operations } from '../../src/rights/levels.ts'
import { type Api, startApi } from '../api.ts'
import { randomOf } from '../storm/random.ts'
import { type Founded, found, type Known } from './company.ts'
import { may } from './model.ts'

let api: Api
beforeAll(async () => {
  api = await startApi()
})
afterAll(() => api.close())

/** `npm run test:long` tries more companies. */
const companies = Number(process.env.COMPANIES ?? 1)
const plurals: Record<string, string> = { deal: 'deals', contact: 'contacts' }
const path = ({ type, id }: Known) => `/v1/${plurals[type]}/${id}/access`

/** Returns what a user may do with a record by the model. Adding needs no right to read the record, only the CRM. */
function expected(company: Founded, userId: number, item: Known, hasCrm: boolean) {
  const isAllowed = (operation: Operation) =>
    hasCrm && may(company, userId, operation, item) && (operation === 'add' || may(company, userId, 'read', item))
  return Object.fromEntries(operations.map((operation) => [operation, isAllowed(operation)]))
}

it('explains the rights of every user to every record as the model of rights says', async () => {
  const random = randomOf(11)
  const [pipeline] = (await api.call('get', '/v1/types/deal/pipelines')).body.data
  const places = { pipelines: [pipeline.id], stages: ['NEW', 'WON', 'LOSE'] }
  for (let n = 0; n < companies; n++) {
    const company = await found(api, random, places)
    for (const [userId, key] of company.keys) {
      const hasCrm = (await api.as(key)('get', '/v1/me/access').expect(200)).body.crm.available
      for (const item of company.records) {
        const { body } = await api.call('get', `${path(item)}?user=${userId}`).expect(200)
        const allowed = operations.map((operation) => [operation, body.operations[operation].allowed])
        expect(Object.fromEntries(allowed)).toEqual(expected(company, userId, item, hasCrm))
        const own = await api.as(key)('get', path(item))
        if (body.operations.read.allowed) expect(own.body).toEqual(body)
        else expect(own.status).toBeGreaterThanOrEqual(403)
      }
    }
    await api.pool.query('delete from deal; delete from contact')
  }
}, 1_800_000)

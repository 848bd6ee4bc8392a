import { afterAll, beforeAll } from '@jest/globals'
import { type Api, startApi } from '../api.ts'
import { limitsOf } from '../seed.ts'

/** A lead of a person at a company. */
export const anna = {
  title: 'Office furniture',
  firstName: 'Anna',
  lastName: 'Orlova',
  companyTitle: 'Vector',
  position: 'Buyer',
  birthDate: '1990-05-01',
  phones: [{ kind: 'mobile', value: '+7 945 123-45-67' }],
  emails: [{ value: 'anna@vector.example' }],
  address: { lines: ['Lenina 1'], city: 'Omsk' },
  amount: '1500.50',
  currency: 'RUB',
  comment: 'Call in the morning',
  source: 'WEB',
  sourceDescription: 'Landing page',
  utm: { source: 'search' },
  opened: false,
}

/** Gives a file of tests a server, and converts leads as the administrator. */
export function withConversions() {
  const api = {} as Api
  beforeAll(async () => void Object.assign(api, await startApi({ limitsOf })))
  afterAll(() => api.close())
  const convert = (id: number, body: unknown, query = '') => api.call('post', `/v1/leads/${id}/convert${query}`, body)
  return { api, convert }
}

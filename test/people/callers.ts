import { expect } from '@jest/globals'
import type { LimitsOf } from '../../src/rights/access.ts'
import { type Api, aUser, startApi } from '../api.ts'

/** What everyone may do who has a part in the CRM: here administrators and whoever is called Reader. */
const limitsOf: LimitsOf = ({ isAdmin, lastName }) => (isAdmin || lastName === 'Reader' ? {} : null)

/** A server with an administrator, a reader who is none, and somebody for whom the CRM is closed. */
export async function startWithCallers() {
  const api = await startApi({ limitsOf })
  const reader = await aUser(api.db, { lastName: 'Reader' })
  const outsider = await aUser(api.db, { lastName: 'Outsider' })
  return { api, reader, outsider, asReader: api.as(reader.key), asOutsider: api.as(outsider.key) }
}

export type Callers = Awaited<ReturnType<typeof startWithCallers>>

/** A problem document, as answered at a path. */
export function problem(status: number, code: string, detail: string, more: object = {}) {
  return expect.objectContaining({ status, code, detail, type: `/docs/errors#${code}`, ...more })
}

/** What everyone is told for whom the CRM is closed. */
export const unavailable = problem(403, 'crm_unavailable', 'The CRM is switched off, or you have no access to it.')

/** What everyone is told who asks for what is up to administrators. */
export const adminRequired = problem(403, 'admin_required', 'Only administrators can do this.')

/** A user made through the API. */
export async function madeUser(api: Pick<Api, 'call'>, body: object) {
  const answer = await api.call('post', '/v1/users', body)
  if (answer.status !== 201) throw new Error(JSON.stringify(answer.body))
  return answer.body as { id: number }
}

/** A key made through the API. */
export async function madeKey(api: Pick<Api, 'call'>, body: object) {
  const answer = await api.call('post', '/v1/api-keys', body)
  if (answer.status !== 201) throw new Error(JSON.stringify(answer.body))
  return answer.body as { id: number; key: string; prefix: string; createdAt: string }
}

import { expect } from '@jest/globals'
import type { LimitsOf } from '../../src/rights/limits.ts'
import { type Api, aUser, startApi } from '../api.ts'

/** Rights of everyone with CRM access: here administrators and users named Reader. */
const limitsOf: LimitsOf = ({ isAdmin, lastName }) => (isAdmin || lastName === 'Reader' ? {} : null)

/** Starts a server with an administrator, a reader and a user without CRM access. */
export async function startWithCallers() {
  const api = await startApi({ limitsOf })
  const reader = await aUser(api.db, { lastName: 'Reader' })
  const outsider = await aUser(api.db, { lastName: 'Outsider' })
  return { api, reader, outsider, asReader: api.as(reader.key), asOutsider: api.as(outsider.key) }
}

export type Callers = Awaited<ReturnType<typeof startWithCallers>>

/** Returns a problem document, as returned for a path. */
export function problem(status: number, code: string, detail: string, more: object = {}) {
  return expect.objectContaining({ status, code, detail, type: `/docs/errors#${code}`, ...more })
}

/** The problem for callers without CRM access. */
export const unavailable = problem(
  403,
  'crm_unavailable',
  'The CRM is unavailable: no role lets you read records. Ask an administrator.',
  { reason: 'no_role' },
)

/** The problem for requests that only administrators may send. */
export const adminRequired = problem(403, 'admin_required', 'Only administrators can do this.')

/** Creates a user through the API. */
export async function createUser(api: Pick<Api, 'call'>, body: object) {
  const answer = await api.call('post', '/v1/users', body)
  if (answer.status !== 201) throw new Error(JSON.stringify(answer.body))
  return answer.body as { id: number }
}

/** Creates a key through the API. */
export async function createKey(api: Pick<Api, 'call'>, body: object) {
  const answer = await api.call('post', '/v1/api-keys', body)
  if (answer.status !== 201) throw new Error(JSON.stringify(answer.body))
  return answer.body as { id: number; key: string; prefix: string; createdAt: string }
}

/** The problem for requests that need the settings right. */
export const settingsRequired = problem(403, 'settings_required', 'You need a role with the settings right.')

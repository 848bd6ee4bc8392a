import type { Transaction } from '../database/transaction.ts'
import { invalid } from '../errors/problem.ts'
import type { Field } from '../fields/field.ts'
import { kindOf } from '../fields/kinds/kinds.ts'

/** Throws a fault for each user in the default of a field who does not exist. */
export async function checkDefaultUsers(
  trx: Transaction,
  { settings, ...field }: Pick<Field, 'kind' | 'settings'>,
): Promise<void> {
  if (kindOf(field).pointsTo !== 'user') return
  const ids = [settings.default ?? []].flat().filter((id) => typeof id === 'number')
  if (!ids.length) return
  const users = await trx.selectFrom('user').select('id').where('id', 'in', ids).execute()
  const missing = ids.filter((id) => !users.some((user) => user.id === id))
  const fault = { pointer: '/settings/default', code: 'not_found_reference' } as const
  if (missing.length) throw invalid(missing.map((id) => ({ ...fault, params: { type: 'user', id } })))
}

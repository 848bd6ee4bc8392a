import Type from 'typebox'
import type { Database } from '../../database/connect.ts'
import { invalid, Problem } from '../../errors/problem.ts'
import type { Access, AccessMaker } from '../access.ts'
import { loadRights, noRights, type UserRights } from '../caller-rights.ts'
import { findRolesOf, type UserRole } from './user-roles.ts'

/** The user whose rights are explained. */
export interface Subject {
  userId: number
  /** Whether the user is a portal administrator, who may do everything. */
  administrator: boolean
  /** Whether the user may do everything in the CRM. */
  settings: boolean
  /** Null for an inactive user, who may do nothing. */
  access: Access | null
  rights: UserRights
  roles: readonly UserRole[]
  /** Why the user cannot use the CRM. Null if the user can. */
  reason: (typeof unavailableReasons)[number] | null
}

/** Why a user cannot use the CRM. */
export const unavailableReasons = ['no_role', 'switched_off', 'user_inactive'] as const

/** The query of routes that explain rights. */
export const SubjectQuery = Type.Object(
  {
    user: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: Number.MAX_SAFE_INTEGER,
        description:
          'Id of the user whose rights are explained. Default: the caller. Other users require the settings right.',
        examples: [1],
      }),
    ),
  },
  { additionalProperties: false },
)

/** Returns the user whose rights are explained. Throws `settings_required`, and the fault of an unknown user. */
export async function findSubject(
  { db, access: maker }: { db: Database; access: AccessMaker },
  access: Access,
  asked: number | undefined,
): Promise<Subject> {
  const userId = asked ?? access.caller.userId
  if (userId !== access.caller.userId) access.requireSettings()
  const row = await db.selectFrom('user').select(['active', 'is_admin']).where('id', '=', userId).executeTakeFirst()
  if (!row) throw invalid([{ parameter: 'user', code: 'not_found_reference', params: { type: 'user', id: userId } }])
  const rights = (await loadRights(db, [userId])).byUser.get(userId) ?? noRights
  const ofOther = async () => (row.active ? await maker.of(db, userId) : null)
  // The key of the request limits only what the caller may do.
  const own = userId === access.caller.userId ? access : await ofOther()
  return {
    ...{ userId, administrator: row.is_admin, settings: row.is_admin || rights.settings },
    ...{ access: own, rights, roles: await findRolesOf(db, userId), reason: unavailableReason(own) },
  }
}

function unavailableReason(access: Access | null): Subject['reason'] {
  if (!access) return 'user_inactive'
  try {
    access.requireCrm()
    return null
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== 'crm_unavailable') throw error
    return unavailableReasons.find((reason) => reason === error.extra.reason) ?? 'no_role'
  }
}

import { normalizeName } from '../../columns/name.ts'
import type { Database } from '../../database/connect.ts'

/** Finds a user by full name in either order, email or id. */
export type FindUser = (text: string) => number | undefined

/** Reads the names of all users once. A name shared by two active users finds no user. */
export async function findUsers(db: Database): Promise<FindUser> {
  const users = await db
    .selectFrom('user')
    .select(['id', 'first_name', 'last_name', 'email', 'active'])
    .orderBy('active')
    .execute()
  const byName = new Map<string, { id: number | undefined; active: boolean }>()
  for (const { id, first_name: first, last_name: last, email, active } of users) {
    const names = [`${first ?? ''} ${last ?? ''}`, `${last ?? ''} ${first ?? ''}`, email ?? ''].map(normalizeName)
    for (const name of new Set(names)) {
      const isShared = byName.get(name)?.active && active
      byName.set(name, { id: isShared ? undefined : id, active })
    }
  }
  const ids = new Set(users.map(({ id }) => id))
  return (text) => {
    if (/^\d{1,15}$/.test(text)) return ids.has(Number(text)) ? Number(text) : undefined
    return text ? byName.get(normalizeName(text))?.id : undefined
  }
}

import { normalizeName } from '../columns/name.ts'
import type { Database } from '../database/connect.ts'

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

/** The parts of a name. */
export interface PersonName {
  firstName?: string
  middleName?: string
  lastName?: string
}

const patronymic = /(вич|вна|ична|инична|ьич|оглы|кызы)$/i

/** Splits a full name. A Russian patronymic determines the order of the parts and overrides `order`. */
export function splitName(text: string, order: 'firstLast' | 'lastFirst'): PersonName {
  const words = text.split(/[\s,]+/).filter(Boolean)
  const [a = '', b = ''] = words
  if (words.length === 1) return { firstName: a }
  if (words.length === 3 && patronymic.test(words[2]!)) return { lastName: a, firstName: b, middleName: words[2]! }
  if (words.length === 3 && patronymic.test(b)) return { firstName: a, middleName: b, lastName: words[2]! }
  if (order === 'lastFirst') return { lastName: a, firstName: words.slice(1).join(' ') }
  return { firstName: words.slice(0, -1).join(' '), lastName: words.at(-1)! }
}

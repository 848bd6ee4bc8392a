import type { Ground, Reader } from './ground.ts'

type Company = Pick<Ground, 'company' | 'heads' | 'readers'>

/** Returns whether a department is another one or below it. */
export function isBelow({ company }: Pick<Ground, 'company'>, id: number, top: number): boolean {
  const parent = company.parents.get(id)
  return id === top || (!!parent && isBelow({ company }, parent, top))
}

/** Returns the departments in which a user is. */
export function departmentsOf({ company }: Pick<Ground, 'company'>, userId: number): readonly number[] {
  return company.people.get(userId)?.departments ?? []
}

/** Returns whether a user is in a department or below it. */
export function isMember(ground: Pick<Ground, 'company'>, userId: number, department: number): boolean {
  return departmentsOf(ground, userId).some((id) => isBelow(ground, id, department))
}

/** Returns whether a reader is the administrator, who is in no department. */
export function administers({ readers }: Pick<Ground, 'readers'>, { userId }: Pick<Reader, 'userId'>): boolean {
  return readers[0]!.userId === userId
}

/** Returns whether a user heads a department or one above it. */
export function leads(ground: Company, userId: number, department: number): boolean {
  return [...ground.heads].some(([led, head]) => head === userId && isBelow(ground, department, led))
}

/** Returns the departments that a reader knows of: the own ones, those that the reader heads, and those below. */
export function knownDepartments(ground: Company, reader: Pick<Reader, 'userId'>): number[] {
  const { userId } = reader
  const isKnown = (id: number) =>
    administers(ground, reader) ||
    leads(ground, userId, id) ||
    departmentsOf(ground, userId).some((own) => isBelow(ground, id, own))
  return [...ground.company.parents.keys()].filter(isKnown)
}

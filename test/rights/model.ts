import type { Level, Operation } from '../../src/rights/levels.ts'

/** A user of a random company. */
export interface Person {
  id: number
  departments: readonly number[]
  groups: readonly number[]
}

/** A role of a random company. */
export interface Role {
  /** The levels for a type, a pipeline or a stage. */
  cells: readonly { type: string; pipeline?: number; stage?: string; levels: Partial<Record<Operation, Level>> }[]
  users: readonly number[]
  departments: readonly { id: number; withSub: boolean }[]
  groups: readonly number[]
}

/** What of a record decides who may do what with it. */
export interface Item {
  type: string
  responsible: number
  observers: readonly number[]
  opened: boolean
  pipeline?: number
  stage?: string
}

/** A company: its departments by id with their parents, its users and its roles. */
export interface Company {
  parents: ReadonlyMap<number, number | null>
  people: ReadonlyMap<number, Person>
  roles: readonly Role[]
}

const order: Level[] = ['none', 'own', 'department', 'subdepartments', 'opened', 'all']
const largest = (levels: Level[]) => order[Math.max(0, ...levels.map((level) => order.indexOf(level)))]!

/** Returns a department with all departments above it. */
function above({ parents }: Company, id: number): number[] {
  const parent = parents.get(id)
  return parent ? [id, ...above({ parents } as Company, parent)] : [id]
}

function has(company: Company, role: Role, { id, departments, groups }: Person): boolean {
  const ofDepartment = role.departments.some((one) =>
    departments.some((own) => (one.withSub ? above(company, own).includes(one.id) : own === one.id)),
  )
  return role.users.includes(id) || ofDepartment || role.groups.some((group) => groups.includes(group))
}

/** The level of an operation on a record: a stage's own levels first, else what each role gives the pipeline or type. */
function levelOf(company: Company, person: Person, operation: Operation, item: Item): Level {
  const roles = company.roles.filter((role) => has(company, role, person))
  const at = (role: Role, pipeline?: number, stage?: string) =>
    role.cells.find((cell) => cell.type === item.type && cell.pipeline === pipeline && cell.stage === stage)?.levels[
      operation
    ]
  const explicit = item.stage ? roles.flatMap((role) => at(role, item.pipeline, item.stage) ?? []) : []
  if (explicit.length) return largest(explicit)
  return largest(roles.map((role) => (item.pipeline ? at(role, item.pipeline) : undefined) ?? at(role) ?? 'none'))
}

/** Returns whether a user may do something with a record, by the rules in words. */
export function may(company: Company, userId: number, operation: Operation, item: Item): boolean {
  const person = company.people.get(userId)!
  const reaches = (level: Level) => order.indexOf(levelOf(company, person, operation, item)) >= order.indexOf(level)
  const theirs = company.people.get(item.responsible)?.departments ?? []
  if (reaches('own') && item.responsible === userId) return true
  if (reaches('own') && operation === 'read' && item.observers.includes(userId)) return true
  if (reaches('department') && theirs.some((id) => person.departments.includes(id))) return true
  if (
    reaches('subdepartments') &&
    theirs.some((id) => above(company, id).some((one) => person.departments.includes(one)))
  )
    return true
  return (reaches('opened') && item.opened) || reaches('all')
}

/** Returns whether a user may do something with any records of a type at all. */
export function mayAny(company: Company, userId: number, operation: Operation, items: readonly Item[]): boolean {
  return items.some((item) => levelOf(company, company.people.get(userId)!, operation, item) !== 'none')
}

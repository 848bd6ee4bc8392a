import { fieldOfSubject, type KnownNames, type Program, referenceTo, type Subject } from './known/known-names.ts'
import { knownName } from './name.ts'
import type { TargetColumns } from './targets.ts'

/** What a known name means in records of a type. */
export interface KnownColumn {
  /** Key of a column, `fullName`, or the key of the use of a numbered value. */
  key: string
  /** Name of the alternative. `{n}` stands for the number of the column. */
  alternative: string
  /** Position among the alternatives of a field. */
  rank: number
}

/** Names with what they mean, in the order in which they win. */
type Section = readonly (readonly [name: string, target: string])[]

const sectionsOf = new WeakMap<Program, ReadonlyMap<Subject, Section>>()

/** Returns the names of a program in their normalized form. */
function sections(program: Program): ReadonlyMap<Subject, Section> {
  const known = sectionsOf.get(program)
  if (known) return known
  const flat = (names: KnownNames): Section =>
    Object.entries(names).flatMap(([target, list]) => list.map((name) => [knownName(name), target] as const))
  const made = new Map(Object.entries(program.names).map(([subject, names]) => [subject as Subject, flat(names)]))
  sectionsOf.set(program, made)
  return made
}

/** Returns what the column names of a program mean in records of a type. */
export function knownColumns(program: Program, targets: TargetColumns): Map<string, KnownColumn> {
  const known = new Map<string, KnownColumn>()
  const add = (name: string, target: string): void => {
    if (known.has(name)) return
    const [key = '', alternative = ''] = target.split('@')
    if (isAvailable(key, targets)) known.set(name, { key, alternative, rank: known.size })
  }
  const all = [...sections(program)]
  const isDirect = (subject: Subject) => subject === 'record' || targets.columns.has(fieldOfSubject[subject])
  const isLead = targets.columns.has(fieldOfSubject.lead)
  for (const [subject, section] of all.toSorted(([a], [b]) => Number(a === 'record') - Number(b === 'record'))) {
    if (!isDirect(subject)) continue
    // A lead is about a person, but the id of the person is not that of the lead.
    for (const [name, target] of section) if (target !== 'id' || !isLead || subject !== 'contact') add(name, target)
  }
  for (const [subject, section] of all) {
    if (subject === 'record' || !isDirect(subject) || isLead) addReferences(referenceTo[subject], section, add)
  }
  return known
}

/** Adds the names of a subject that records refer to. */
function addReferences(references: KnownNames, section: Section, add: (name: string, target: string) => void): void {
  for (const [part, targets] of Object.entries(references)) {
    for (const [name, target] of section) {
      if (target.split(/[.@]/)[0] === part) for (const reference of targets) add(name, reference)
    }
  }
}

/** Returns whether records of the type can have this key. */
export function isAvailable(key: string, { columns, uses, hasFullName }: TargetColumns): boolean {
  return key === 'fullName' ? hasFullName : columns.has(key) || uses.has(key)
}

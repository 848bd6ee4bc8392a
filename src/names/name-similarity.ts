import { type PreparedPerson, preparePersonText } from './person.ts'
import { comparePersons } from './person-comparison.ts'
import { type PreparedTitle, prepareTitle } from './title.ts'
import { compareTitles } from './title-comparison.ts'

/** Whether a name belongs to a person or a company, if that is known. */
export type NameKind = 'person' | 'company' | 'unknown'

/** A name of any kind that is prepared for many comparisons. */
export interface PreparedName {
  person: PreparedPerson | undefined
  title: PreparedTitle | undefined
}

/** Prepares a name of this kind. A name of unknown kind with a legal form is a company's. */
export function prepareName(text: string, kind: NameKind): PreparedName {
  const title = kind === 'person' ? undefined : prepareTitle(text)
  const isPerson = kind === 'person' || (kind === 'unknown' && !title?.legalKind)
  return { title, person: isPerson ? preparePersonText(text) : undefined }
}

/** Names of this similarity and more are more likely than not one name. */
export const sameNameLimit = 0.75

/** Returns from 0 to 1 how similar two names are. Names of unknown kind are as similar as the better reading tells. */
export function similarityOfNames(a: PreparedName, b: PreparedName): number {
  const persons = a.person && b.person ? comparePersons(a.person, b.person).similarity : 0
  const titles = a.title && b.title ? compareTitles(a.title, b.title).similarity : 0
  return Math.max(persons, titles)
}

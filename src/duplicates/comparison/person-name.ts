import type { NameWord } from '../../names/name-word.ts'
import { type NamePart, type PreparedPerson, preparePerson } from '../../names/person.ts'
import { comparePersons } from '../../names/person-comparison.ts'
import type { PartLevel } from '../../names/person-levels.ts'
import type { ComparedRecord } from './compared-record.ts'
import { skeletonOf } from './words.ts'

/** A part of a person's name. */
export interface PreparedPart {
  /** How it sounds. A last name is in its masculine form. */
  sound: string
  /** Its consonants, or the known given names that it stands for: `sam` for Samuel and for Samantha. */
  skeletons: readonly string[]
}

/** A person's name in the forms that are compared. */
export interface PreparedName {
  person: PreparedPerson
  last: PreparedPart | undefined
  given: PreparedPart | undefined
  middle: PreparedPart | undefined
}

/** The levels of a part of a name, from the closest agreement to none. */
export const namePartLevels = [
  'equal',
  'transliterated',
  'soundsAlike',
  'partial',
  'variant',
  'typingError',
  'initial',
  'similar',
  'different',
  'contradictory',
] as const satisfies readonly PartLevel[]

/** Returns the name of a record in the forms that are compared, or undefined if it has none. */
export function prepareName({ lastName, firstName, middleName }: ComparedRecord): PreparedName | undefined {
  if (lastName === null && firstName === null && middleName === null) return undefined
  const person = preparePerson({
    ...(lastName !== null && { lastName }),
    ...(firstName !== null && { firstName }),
    ...(middleName !== null && { middleName }),
  })
  return { person, last: partOf(person, 'last'), given: partOf(person, 'given'), middle: partOf(person, 'middle') }
}

function partOf({ words }: PreparedPerson, part: NamePart): PreparedPart | undefined {
  const found = words.filter((word) => word.part === part).map(({ word }) => word)
  if (!found.length) return undefined
  const sounds = found.map((word) => (part === 'given' ? word.sound : word.surname))
  return {
    sound: sounds.join(''),
    skeletons: part === 'given' ? givenSkeletons(found[0]!) : [skeletonOf(sounds.join(''))],
  }
}

const mostNames = 3

function givenSkeletons({ sound, givenName }: NameWord): string[] {
  return givenName ? givenName.names.slice(0, mostNames).map(String) : [skeletonOf(sound)]
}

/** The places of the levels of the parts of two names, or -1 where a part is missing. */
export interface NameLevels {
  last: number
  given: number
  middle: number
}

/** Compares two names. */
export function compareNames(a: PreparedName | undefined, b: PreparedName | undefined): NameLevels {
  if (!a || !b) return { last: -1, given: -1, middle: -1 }
  const { last, given, middle } = comparePersons(a.person, b.person)
  return { last: placeOf[last], given: placeOf[given], middle: placeOf[middle] }
}

const placeOf = {
  missing: -1,
  ...(Object.fromEntries(namePartLevels.map((level, place) => [level, place])) as Record<
    (typeof namePartLevels)[number],
    number
  >),
}

import { atLevel, type Comparison } from './comparison.ts'
import { type NameLevels, namePartLevels } from './person-name.ts'
import { type ValueKind, valueHash } from './values.ts'

/** The levels up to here share a name whose frequency counts. */
const lastShared = 5

function namePart(code: ValueKind, part: keyof NameLevels, paths: readonly string[]): Comparison {
  return {
    code,
    levels: namePartLevels,
    explained: 7,
    paths,
    sharedValues: 'commonest',
    isIdentifier: false,
    identifies: false,
    compare({ names, a, b }) {
      const level = names[part]
      if (level < 0) return undefined
      if (level > lastShared) return atLevel(level)
      const sounds = [a.name?.[part]?.sound, b.name?.[part]?.sound].filter((sound) => sound !== undefined)
      return { level, values: sounds.map((sound) => valueHash(code, sound)) }
    },
  }
}

/** Comparisons of the parts of a person's name. First and last name may have changed places. */
export const nameComparisons: readonly Comparison[] = [
  namePart('lastName', 'last', ['lastName', 'firstName']),
  namePart('firstName', 'given', ['lastName', 'firstName']),
  namePart('middleName', 'middle', ['middleName']),
]

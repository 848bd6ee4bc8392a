import { birthDateLevels, compareBirthDates } from './birth-date.ts'
import { atLevel, type Comparison } from './comparison.ts'
import { contactComparisons } from './contact-comparisons.ts'
import { compareExtra, extraLevels } from './extra-value.ts'
import { nameComparisons } from './name-comparisons.ts'
import { placeComparisons } from './place-comparisons.ts'
import { titleComparisons } from './title-comparisons.ts'
import { valueHash } from './values.ts'

const birthDate: Comparison = {
  code: 'birthDate',
  levels: birthDateLevels,
  explained: 2,
  paths: ['birthDate'],
  sharedValues: 'rarest',
  isIdentifier: true,
  identifies: true,
  compare({ a: { birthDate: a }, b: { birthDate: b } }) {
    if (!a || !b) return undefined
    return a === b ? { level: 0, values: [valueHash('birthDate', a)] } : atLevel(compareBirthDates(a, b))
  },
}

/** The comparisons of system fields. */
const systemComparisons: readonly Comparison[] = [
  ...nameComparisons,
  ...titleComparisons,
  ...contactComparisons,
  birthDate,
  ...placeComparisons,
]

const extraCode = 'extra'

/** Returns the place of the extra field that a comparison looks at, or undefined for a system field. */
export function extraPlace({ code }: Comparison): number | undefined {
  return code.startsWith(extraCode) ? Number(code.slice(extraCode.length)) : undefined
}

/** Returns the comparison of a field that an administrator has added. */
function extraComparison(path: string, place: number): Comparison {
  return {
    code: `${extraCode}${place}`,
    levels: extraLevels,
    explained: 2,
    paths: [path],
    sharedValues: 'rarest',
    isIdentifier: true,
    identifies: true,
    compare({ a, b }) {
      const [one, other] = [a.extra[place], b.extra[place]]
      if (!one || !other) return undefined
      const level = compareExtra(one, other)
      return level === 0 ? { level, values: [valueHash('extra', one.text, place)] } : atLevel(level)
    },
  }
}

/**
 * Returns the comparisons of a type: by its fields, and by the extra fields that an administrator has added. The title of a
 * record that names a person, such as a lead, tells what the person asks for and is not compared.
 */
export function comparisonsFor(has: (path: string) => boolean, extraPaths: readonly string[]): Comparison[] {
  const isPerson = has('lastName')
  const compared = systemComparisons
    .map((comparison) => ({ ...comparison, paths: comparison.paths.filter(has) }))
    .filter(({ code, paths }) => paths.length && !(isPerson && code === 'title'))
  return [...compared, ...extraPaths.map(extraComparison)]
}

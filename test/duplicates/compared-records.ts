import type { ComparedAddress, ComparedRecord } from '../../src/duplicates/comparison/compared-record.ts'
import { comparisonsFor } from '../../src/duplicates/comparison/comparisons.ts'
import { type PreparedRecord, prepareRecord } from '../../src/duplicates/comparison/prepared-record.ts'
import type { ValueCounts } from '../../src/duplicates/comparison/values.ts'
import { compareRecords } from '../../src/duplicates/model/compare.ts'
import { scorerFor } from '../../src/duplicates/model/score.ts'
import { shippedWeights } from '../../src/duplicates/model/shipped-weights.ts'
import { usualCounts } from '../../src/duplicates/model/value-counts.ts'

const contactPaths = ['phones', 'emails', 'websites', 'address.lines', 'address.city', 'address.postalCode']
const personPaths = ['lastName', 'firstName', 'middleName', 'birthDate', 'companyTitle', ...contactPaths]
const lists = ['phones', 'emails', 'websites', 'companies']

/** The comparisons of people, with a tax number that an administrator has added. */
export const personComparisons = comparisonsFor((path) => personPaths.includes(path), ['userFields.taxNumber'])

/** The comparisons of companies, with a tax number that an administrator has added. */
export const companyComparisons = comparisonsFor(
  (path) => ['title', ...contactPaths].includes(path),
  ['userFields.taxNumber'],
)

/** Whether a field has one value. */
export const isSingle = (path: string) => !lists.includes(path)

/** What a test tells about a record. */
export type GivenRecord = Partial<Omit<ComparedRecord, 'address'>> & { address?: Partial<ComparedAddress> }

/** Returns a record whose other values are empty. */
export function recordOf(given: GivenRecord): ComparedRecord {
  const address = { lines: null, city: null, district: null, region: null, postalCode: null, country: null }
  return {
    ...{ id: 1, lastName: null, firstName: null, middleName: null, title: null, birthDate: null },
    ...{ companies: [], phones: [], emails: [], websites: [], extra: [] },
    ...given,
    address: given.address ? { ...address, ...given.address } : null,
  }
}

/** Returns a prepared record whose other values are empty. */
export function prepared(given: GivenRecord): PreparedRecord {
  return prepareRecord(recordOf(given))
}

/** Returns the levels of the comparisons of two records that have values. */
export function levelsOf(a: GivenRecord, b: GivenRecord): Record<string, string> {
  const comparisons = a.title === undefined ? personComparisons : companyComparisons
  const { levels } = compareRecords(
    prepared(a),
    prepared(b),
    comparisons,
    shippedWeights(comparisons),
    usualCounts(10_000),
  )
  return Object.fromEntries(
    comparisons.flatMap(({ code, levels: names }, place) =>
      levels[place]! < 0 ? [] : [[code, names[levels[place]!]!]],
    ),
  )
}

/** Returns the score of two records in a base of ten thousand. */
export function scoreOf(a: GivenRecord, b: GivenRecord, counts: ValueCounts = usualCounts(10_000)): number {
  const comparisons = a.title === undefined ? personComparisons : companyComparisons
  const weights = shippedWeights(comparisons)
  const agreement = compareRecords(prepared(a), prepared(b), comparisons, weights, counts)
  return scorerFor(comparisons, weights, counts.records)(agreement)
}

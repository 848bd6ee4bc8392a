import type { ValueCounts } from '../comparison/values.ts'

/** Values that fewer records hold are as rare as those that nobody counts. */
const fewest = 3

const rows = 2
const [smallestWidth, largestWidth] = [2 ** 12, 2 ** 23]
const mostCounted = 2 ** 16 - 1

/**
 * Counts values in memory of a fixed size (a count-min sketch), and remembers those that several records hold. So a base
 * of any size is counted in one pass.
 */
export class ValueCounter {
  readonly #cells: Uint16Array
  readonly #width: number
  readonly #common = new Map<number, number>()
  #records = 0

  constructor(expectedRecords: number) {
    this.#width = Math.min(largestWidth, Math.max(smallestWidth, 2 ** Math.ceil(Math.log2(expectedRecords * 16))))
    this.#cells = new Uint16Array(this.#width * rows)
  }

  /** Counts the values of one more record. */
  add(hashes: Iterable<number>): void {
    this.#records++
    for (const hash of hashes) this.#addValue(hash)
  }

  #addValue(hash: number) {
    const known = this.#common.get(hash)
    if (known !== undefined) {
      this.#common.set(hash, known + 1)
      return
    }
    const [first, second] = [
      hash & (this.#width - 1),
      this.#width + ((Math.imul(hash, 0x9e3779b1) >>> 7) & (this.#width - 1)),
    ]
    const count = Math.min(this.#cells[first]!, this.#cells[second]!) + 1
    if (count >= fewest) this.#common.set(hash, count)
    else {
      this.#cells[first] = Math.min(mostCounted, Math.max(this.#cells[first]!, count))
      this.#cells[second] = Math.min(mostCounted, Math.max(this.#cells[second]!, count))
    }
  }

  /** Returns the counts of all values. */
  counts(): CommonValues {
    return { records: this.#records, common: [...this.#common] }
  }
}

/** The values that at least three records hold, with their counts. */
export interface CommonValues {
  records: number
  common: readonly (readonly [hash: number, count: number])[]
}

/** Returns the counts for comparisons. A value that is not common counts as held by two records, the compared ones. */
export function valueCounts({ records, common }: CommonValues): ValueCounts {
  const counts = new Map(common)
  return { records, countOf: (hash) => counts.get(hash) ?? fewest - 1 }
}

/** Returns counts that know no value, for those who may not learn from the base. Every value is as rare as usual. */
export function usualCounts(records: number): ValueCounts {
  return { records, countOf: () => undefined }
}

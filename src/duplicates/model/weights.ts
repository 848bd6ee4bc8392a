/** Probabilities of the levels of one comparison, in the order of its levels. */
export interface LevelWeights {
  /** Among records of one person or company. */
  match: readonly number[]
  /** Among records that have nothing to do with each other. */
  random: readonly number[]
  /** How much the frequency of the shared value counts, from 0 to 1. */
  frequency: readonly number[]
}

/** People or companies that agree in several values and are not the same, such as relatives. */
export interface LookAlikes {
  code: string
  /** How many such records a record has in the base. */
  perRecord: number
  /** Probabilities of levels by comparison, where they differ from those of strangers. */
  levels: Readonly<Record<string, readonly number[]>>
}

/** What the score of a pair is computed with. */
export interface Weights {
  /** How many duplicates a record has in the base. */
  duplicatesPerRecord: number
  comparisons: Readonly<Record<string, LevelWeights>>
  lookAlikes: readonly LookAlikes[]
}

/** The weights of one level: among duplicates, among strangers, and how much the frequency counts. */
type LevelRow = readonly [match: number, random: number, frequency?: number]

/** Returns the weights of a comparison from a row for each of its levels. */
export function levelWeights(rows: Readonly<Record<string, LevelRow>>): LevelWeights {
  const all = Object.values(rows)
  return {
    match: all.map(([match]) => match),
    random: all.map(([, random]) => random),
    frequency: all.map(([, , frequency = 0]) => frequency),
  }
}

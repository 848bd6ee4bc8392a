import { pacer } from '../../json/pace.ts'
import type { Comparison } from '../comparison/comparison.ts'
import type { Pass } from '../comparison/pass.ts'
import type { PairAgreement } from './compare.ts'
import { chanceOf, scorerFor } from './score.ts'
import type { LevelWeights, Weights } from './weights.ts'

/** A pair that passes have found. */
export interface Candidate extends PairAgreement {
  /** One bit for each pass that found it. */
  passes: number
}

/** What the candidates are a sample of. */
export interface Base {
  records: number
  /** The share of all blocks whose pairs are given. */
  share: number
}

/** How many imagined pairs and records agree as the shipped weights tell. */
const [imaginedPairs, imaginedRecords] = [100, 200]

/** How far a learned chance can be from the shipped one. */
const largestFactor = 2

const rounds = 12

/**
 * Returns weights for a base: how often duplicates agree at each level and how many there are, learned from candidates
 * (expectation maximization). A comparison learns only from pairs that a pass without it has found, because the keys of
 * a pass agree by choice. Imagined pairs and bounds keep the weights near the shipped ones. Otherwise a base with many
 * look-alikes would take them for duplicates that differ much.
 */
export async function learnWeights(
  candidates: readonly Candidate[],
  comparisons: readonly Comparison[],
  passes: readonly Pass[],
  shipped: Weights,
  base: Base,
): Promise<Weights> {
  const independent = comparisons.map(({ code }) =>
    passes.reduce((bits, { uses }, place) => (uses.includes(code) ? bits : bits | (1 << place)), 0),
  )
  const parts = candidates.map(({ passes: found }) => partOf(bitsIn(found), base.share))
  const pace = pacer()
  let weights = shipped
  for (let round = 0; round < rounds; round++) {
    const score = scorerFor(comparisons, weights, base.records)
    const chances = candidates.map((pair, place) => chanceOf(score(pair)) * parts[place]!)
    const learned: [string, LevelWeights][] = []
    for (const [place, { code }] of comparisons.entries()) {
      const usual = shipped.comparisons[code]!
      learned.push([code, levelsFrom(candidates, chances, place, independent[place]!, usual)])
      await pace()
    }
    weights = {
      ...shipped,
      duplicatesPerRecord: duplicatesFrom(chances, shipped.duplicatesPerRecord, base),
      comparisons: { ...shipped.comparisons, ...Object.fromEntries(learned) },
    }
  }
  return weights
}

/** Duplicates share many blocks, so that a sample of blocks has more of them. This evens it out: one of k blocks counts 1/k. */
function partOf(blocks: number, share: number): number {
  return share / (1 - (1 - share) ** Math.max(1, blocks))
}

function bitsIn(passes: number): number {
  let count = 0
  for (let rest = passes; rest; rest &= rest - 1) count++
  return count
}

function duplicatesFrom(chances: readonly number[], shipped: number, { records, share }: Base): number {
  const pairs = chances.reduce((sum, chance) => sum + chance, 0) / share
  return (2 * pairs + imaginedRecords * shipped) / (records + imaginedRecords)
}

function levelsFrom(
  candidates: readonly Candidate[],
  chances: readonly number[],
  place: number,
  independent: number,
  shipped: LevelWeights,
): LevelWeights {
  const counts = shipped.match.map((chance) => chance * imaginedPairs)
  candidates.forEach(({ levels, passes }, index) => {
    const level = levels[place]!
    if (level >= 0 && passes & independent) counts[level]! += chances[index]!
  })
  const all = sumOf(counts)
  const bounded = counts.map((count, level) => {
    const usual = shipped.match[level]!
    return Math.max(usual / largestFactor, Math.min(usual * largestFactor, count / all))
  })
  const total = sumOf(bounded)
  return { ...shipped, match: bounded.map((chance) => chance / total) }
}

const sumOf = (numbers: readonly number[]) => numbers.reduce((sum, number) => sum + number, 0)

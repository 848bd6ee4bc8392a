/** Two records with their score. */
export interface ScoredPair {
  a: number
  b: number
  score: number
}

/** When records belong together. */
export interface ClusterLimits {
  /** The lowest score that links two records. */
  link: number
  /** The mean score between two clusters that become one is above this. */
  mean: number
}

/** Returns the score of two records that are not among the pairs. */
export type ScoreOther = (a: number, b: number) => number

/** One pair counts at most this much, so that it does not outweigh several others. */
const [lowest, highest] = [-12, 12]

/** The time grows with the cube of the size. So larger components are split at their weak links first. */
const largestComponent = 200
const [stricter, strictest] = [2, 40]

/**
 * Returns clusters of two and more records that hold together as a whole. The two clusters with the highest mean score
 * between their records become one, again and again. So a record that is like one member and contradicts the others
 * stays out, and strangers are not joined link by link. The order of the pairs does not matter.
 */
export function clusterPairs(pairs: readonly ScoredPair[], limits: ClusterLimits, scoreOther: ScoreOther): number[][] {
  const scores = new Map(pairs.map(({ a, b, score }) => [keyOf(a, b), score]))
  const scoreOf = (a: number, b: number) =>
    Math.max(lowest, Math.min(highest, scores.get(keyOf(a, b)) ?? scoreOther(Math.min(a, b), Math.max(a, b))))
  return smallComponents(pairs, limits.link).flatMap((ids) => joinRecords(ids, limits.mean, scoreOf))
}

const keyOf = (a: number, b: number) => (a < b ? `${a} ${b}` : `${b} ${a}`)

/** Returns the components of bounded size: linked by this score, or, if they are too large, by higher ones. */
function smallComponents(pairs: readonly ScoredPair[], link: number): number[][] {
  return componentsOf(pairs.filter(({ score }) => score >= link)).flatMap(({ ids, links }) => {
    if (ids.length <= largestComponent) return [ids]
    return link < strictest ? smallComponents(links, link + stricter) : cut(ids)
  })
}

interface Component {
  ids: number[]
  links: ScoredPair[]
}

/** Returns the records that are linked with each other, directly or through others. */
function componentsOf(links: readonly ScoredPair[]): Component[] {
  const parents = new Map<number, number>()
  const rootOf = (id: number): number => {
    let root = id
    for (let parent = parents.get(root) ?? root; parent !== root; parent = parents.get(root) ?? root) root = parent
    parents.set(id, root)
    return root
  }
  for (const { a, b } of links) {
    const [x, y] = [rootOf(a), rootOf(b)]
    parents.set(Math.max(x, y), Math.min(x, y))
  }
  const components = new Map<number, Component>()
  for (const id of [...parents.keys()].sort((a, b) => a - b)) {
    const root = rootOf(id)
    const component = components.get(root)
    if (component) component.ids.push(id)
    else components.set(root, { ids: [id], links: [] })
  }
  for (const link of links) components.get(rootOf(link.a))!.links.push(link)
  return [...components.values()]
}

/** Cuts a component whose links are all as strong as can be. */
function cut(ids: readonly number[]): number[][] {
  return Array.from({ length: Math.ceil(ids.length / largestComponent) }, (_, part) =>
    ids.slice(part * largestComponent, (part + 1) * largestComponent),
  )
}

/** Joins records while the mean score between two clusters is high enough. */
function joinRecords(ids: readonly number[], mean: number, scoreOf: ScoreOther): number[][] {
  const sums = ids.map((a) => ids.map((b) => (a === b ? 0 : scoreOf(a, b))))
  const clusters = ids.map((id) => [id])
  const left = ids.map((_, index) => index)
  for (let best = bestPair(sums, clusters, left, mean); best; best = bestPair(sums, clusters, left, mean)) {
    const [x, y] = best
    clusters[x]!.push(...clusters[y]!)
    for (const other of left) {
      sums[x]![other]! += sums[y]![other]!
      sums[other]![x]! += sums[other]![y]!
    }
    left.splice(left.indexOf(y), 1)
  }
  return left.map((index) => clusters[index]!.sort((a, b) => a - b)).filter(({ length }) => length > 1)
}

function bestPair(sums: number[][], clusters: number[][], left: number[], mean: number): [number, number] | undefined {
  let highestMean = mean
  let best: [number, number] | undefined
  for (const [index, x] of left.entries()) {
    for (const y of left.slice(index + 1)) {
      const found = sums[x]![y]! / (clusters[x]!.length * clusters[y]!.length)
      if (found <= highestMean) continue
      highestMean = found
      best = [x, y]
    }
  }
  return best
}

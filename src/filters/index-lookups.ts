import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { Condition, Leaf } from './condition.ts'
import { isComplement, isForPart, isLookedUp } from './indexable.ts'
import { isAboutRows, subjectOf, toSql } from './sql.ts'

/**
 * How indexes find the records of a condition of which Postgres cannot know how many fulfil it: parts of texts, and
 * conditions over links.
 */
export interface Lookups {
  /** Conditions that indexes answer; together they hold for the records of the whole condition and no others. */
  ways: readonly RawBuilder<SqlBool>[]
  /** The whole condition as it is asked of one record after the other, which Postgres would make a join of. */
  ofEach: RawBuilder<SqlBool>
  /** What also has to hold and has its own index, with statistics that tell how many there are. */
  usual: RawBuilder<SqlBool> | null
}

/** A condition that starts at the indexes of these leaves. */
interface Way {
  keys: readonly Leaf[]
  all: Condition
}

/** How indexes find the records; null where they cannot, or where Postgres sees for itself how to. */
export function lookupsOf(condition: Condition): Lookups | null {
  const ways = waysOf(condition)
  if (!ways || !isMisjudged(ways)) return null
  const usual = conjuncts(condition).filter((one) => isLeaf(one) && isUsual(one))
  return {
    ways: ways.map(({ all }) => toSql(all)),
    ofEach: ways.some(({ keys }) => keys.some(isAboutRows)) ? sql`(select ${toSql(condition)})` : toSql(condition),
    usual: usual.length ? toSql({ and: usual }) : null,
  }
}

function waysOf(condition: Condition): Way[] | null {
  if ('not' in condition) return 'not' in condition.not ? waysOf(condition.not.not) : null
  if ('and' in condition) return bestOf(condition.and)
  if (!('or' in condition)) return isLookedUp(condition) ? [{ keys: [condition], all: condition }] : null
  const ways = condition.or.map(waysOf)
  return ways.length && !ways.includes(null) ? gathered(ways.flatMap((one) => one ?? [])) : null
}

/** The part with the fewest ways that Postgres would misjudge; the others have to hold besides. */
function bestOf(parts: readonly Condition[]): Way[] | null {
  const found = parts.flatMap((part) => {
    const ways = waysOf(part)
    return ways ? [{ part, ways }] : []
  })
  const order = (ways: readonly Way[]) => (isMisjudged(ways) ? 0 : 1000) + ways.length
  const best = found.toSorted((a, b) => order(a.ways) - order(b.ways))[0]
  if (!best) return null
  const others = parts.filter((part) => part !== best.part)
  return best.ways.map(({ keys, all }) => ({ keys, all: { and: [all, ...others] } }))
}

/** Indexes of one table are combined by Postgres, and what is behind one link is looked for once. */
function gathered(ways: readonly Way[]): Way[] {
  const groups = Map.groupBy(ways, (way) => {
    const subjects = new Set(way.keys.map(subjectOf))
    const [subject = ''] = subjects
    return subjects.size === 1 && (subject === '' || isLeaf(way.all) || 'or' in way.all) ? subject : way
  })
  return [...groups.values()].map((group) =>
    group.length === 1
      ? group[0]!
      : { keys: group.flatMap(({ keys }) => keys), all: { or: group.flatMap(({ all }) => disjuncts(all)) } },
  )
}

function disjuncts(condition: Condition): readonly Condition[] {
  return 'or' in condition ? condition.or.flatMap(disjuncts) : [condition]
}

function conjuncts(condition: Condition): readonly Condition[] {
  return 'and' in condition ? condition.and.flatMap(conjuncts) : [condition]
}

function isLeaf(condition: Condition): condition is Leaf {
  return 'target' in condition
}

/** Of single columns and whole values there are statistics; nothing tells how many values have a part, or how many are linked. */
function isMisjudged(ways: readonly Way[]): boolean {
  const keys = ways.flatMap((way) => way.keys)
  return keys.some((key) => isForPart(key.op) || key.target.link) || (keys.length > 1 && keys.some(isAboutRows))
}

function isUsual({ target, op }: Leaf): boolean {
  const isOwnColumn = !target.link && target.shape === 'one'
  return isOwnColumn && !isForPart(op) && !isComplement(op) && (target.indexed?.values ?? false)
}

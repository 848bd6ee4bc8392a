import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { Condition, Leaf } from './condition.ts'
import { isIndexable } from './indexable.ts'
import { isAboutRows, subjectOf, toSql } from './sql.ts'

/**
 * The index lookups for a condition whose selectivity Postgres cannot estimate: parts of texts, and conditions over
 * links.
 */
export interface IndexLookups {
  /** Conditions that indexes find. Together they match exactly the records of the whole condition. */
  ways: readonly RawBuilder<SqlBool>[]
  /** The whole condition, checked record by record. Without the subquery Postgres would build a join. */
  ofEach: RawBuilder<SqlBool>
  /** Whether a lookup starts at linked records or other rows. */
  isAboutRows: boolean
  /** Further required conditions with their own indexes and reliable statistics. */
  usual: RawBuilder<SqlBool> | null
}

/** A condition with the leaves whose indexes find its records. */
interface Way {
  keys: readonly Leaf[]
  all: Condition
}

/** Returns the index lookups of a condition, or null if there are none or Postgres can plan well without them. */
export function indexLookupsOf(condition: Condition): IndexLookups | null {
  const ways = waysOf(condition)
  if (!ways || !isMisjudged(ways)) return null
  const usual = conjuncts(condition).filter((one) => isLeaf(one) && isUsual(one))
  const areRows = ways.some(({ keys }) => keys.some(isAboutRows))
  return {
    ways: ways.map(({ all }) => toSql(all)),
    ofEach: areRows ? sql`(select ${toSql(condition)})` : toSql(condition),
    isAboutRows: areRows,
    usual: usual.length ? toSql({ and: usual }) : null,
  }
}

function waysOf(condition: Condition): Way[] | null {
  if ('not' in condition) return 'not' in condition.not ? waysOf(condition.not.not) : null
  if ('and' in condition) return bestOf(condition.and)
  // What happened in a period is checked record by record.
  if ('event' in condition) return null
  if (!('or' in condition)) return isIndexable(condition) ? [{ keys: [condition], all: condition }] : null
  const ways = condition.or.map(waysOf)
  return ways.length && !ways.includes(null) ? mergeWays(ways.flatMap((one) => one ?? [])) : null
}

/** Returns the ways of the best part: misjudged by Postgres, with the fewest ways. The other parts are added to it. */
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

/** Merges ways: Postgres combines the indexes of one table, and one lookup serves all conditions over a link. */
function mergeWays(ways: readonly Way[]): Way[] {
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

/** Returns whether Postgres lacks statistics: they cover whole values of columns, but not parts of texts or links. */
function isMisjudged(ways: readonly Way[]): boolean {
  const keys = ways.flatMap((way) => way.keys)
  return keys.some(({ op, target }) => op.part || target.link) || (keys.length > 1 && keys.some(isAboutRows))
}

function isUsual({ target, op }: Leaf): boolean {
  const isOwnColumn = !target.link && target.shape === 'one'
  return isOwnColumn && !op.part && !op.negates && !op.usesNoIndex && (target.indexed?.values ?? false)
}

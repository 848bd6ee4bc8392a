import { sql } from 'kysely'
import { type Keep, type Part, type Statement, type Template, template } from '../../database/statement.ts'
import type { EntityType } from '../../entities/catalogue.ts'
import type { Grant } from '../../rights/grant.ts'
import { keptPer } from './selections.ts'

const kept = keptPer<EntityType, Template<number, unknown>>()

/**
 * Returns one statement that runs several, which do not see each other's effects. It is compiled once for each shape.
 * The `checks` are expressions that raise an error when the statements must not run.
 */
export function combined(
  { type, catalogue }: Grant,
  parts: readonly Part[],
  family: string,
  checks: readonly Part[] = [],
): Statement {
  const shape = [family, ...parts.map((part) => part.shape), '', ...checks.map((check) => check.shape)].join('\n')
  const keep = { family, version: catalogue.version }
  return kept(type, shape, () => compiled(parts, checks, keep))([...parts, ...checks].flatMap(({ values }) => values))
}

function compiled(parts: readonly Part[], checks: readonly Part[], keep: Keep): Template<number, unknown> {
  return template(
    (hole) => {
      let next = 0
      const filled = ({ values, sql }: Part) => sql(...values.map(() => hole(next++)))
      const named = parts.map((part, index) => sql`${sql.ref(`part_${index}`)} as (${filled(part)})`)
      return sql`with ${sql.join(named)} select ${checks.length ? sql.join(checks.map(filled)) : sql`1`}`
    },
    { keep },
  )
}

import { type RawBuilder, sql } from 'kysely'
import { type Keep, type Part, type Statement, type Template, template } from '../../database/statement.ts'
import type { EntityType } from '../../entities/catalogue.ts'
import type { Grant } from '../../rights/grant.ts'
import { keptPer } from './selections.ts'

const nothing: Part = { shape: '', values: [], sql: () => sql`1` }

const kept = keptPer<EntityType, Template<number, unknown>>()

/**
 * Returns one statement that runs several, which do not see each other's effects. It is compiled once for each shape.
 * `check` is an expression that raises an error when the statements must not run.
 */
export function combined(
  { type, catalogue }: Grant,
  parts: readonly Part[],
  family: string,
  check = nothing,
): Statement {
  const all = [...parts, check]
  const shape = [family, ...all.map((part) => part.shape)].join('\n')
  const keep = { family, version: catalogue.version }
  return kept(type, shape, () => compiled(all, keep))(all.flatMap(({ values }) => values))
}

function compiled(all: readonly Part[], keep: Keep): Template<number, unknown> {
  return template(
    (hole) => {
      let next = 0
      const filled = all.map(({ values, sql }) => sql(...values.map(() => hole(next++))))
      const check = filled.pop()
      const parts = filled.map((one, index): RawBuilder<unknown> => sql`${sql.ref(`part_${index}`)} as (${one})`)
      return sql`with ${sql.join(parts)} select ${check}`
    },
    { keep },
  )
}

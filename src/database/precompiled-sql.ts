import {
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type RawBuilder,
  sql,
} from 'kysely'

const cold = new Kysely<unknown>({
  dialect: {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db) => new PostgresIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  },
})

/** The same expression, compiled once: walking the tree of a record's sixty fields costs more than sending its SQL. */
export function frozen<T>(expression: RawBuilder<T>): RawBuilder<T> {
  const { sql: text, parameters } = expression.compile(cold)
  if (parameters.length) throw new Error('An expression with parameters cannot be frozen')
  return sql.raw<T>(text)
}

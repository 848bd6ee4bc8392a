import {
  type CompiledQuery,
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

/** Compiles an expression without a connection. */
export function compile<T>(expression: RawBuilder<T>): CompiledQuery<T> {
  return expression.compile(cold)
}

/** Compiles an expression once. For a record with sixty fields, compiling costs more than sending the SQL. */
export function precompiled<T>(expression: RawBuilder<T>): RawBuilder<T> {
  const { sql: text, parameters } = compile(expression)
  if (parameters.length) throw new Error('An expression with parameters cannot be precompiled')
  return sql.raw<T>(text)
}

import { readFileSync } from 'node:fs'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { type FastifyRequest, fastify } from 'fastify'
import type pg from 'pg'
import { from as copyFrom, to as copyTo } from 'pg-copy-streams'
import { connect } from '../src/database/connect.ts'
import { exportText, statements, sumsText, written } from './floor-statements.ts'
import { floorColumns } from './floor-table.ts'
import { floorImportText } from './import-file.ts'
import { serveParent } from './serve.ts'

/**
 * The floor: the least that a Fastify server over one flat table must do. Statements are prepared, keys are in memory,
 * every statement has a row rule. Nothing is validated and no history is written. Its argument is a file with
 * `{connection, keys: [[key, user]]}`.
 */
const { connection, keys } = JSON.parse(readFileSync(process.argv[2]!, 'utf8')) as {
  connection: object
  keys: [string, number][]
}
// COPY does not work on a pipelined connection.
const { pool } = connect({ ...connection, pipeline: false })
const users = new Map(keys.map(([key, user]) => [`Bearer ${key}`, user]))
const app = fastify({ bodyLimit: 100_000_000 })

type Authorized = Pick<FastifyRequest, 'headers'>
type Row = Record<string, unknown>

const userOf = ({ headers }: Authorized) => users.get(headers.authorization ?? '')!

/** Sends a statement. The values follow the user of the key. */
async function rowsOf(name: keyof typeof statements, request: Authorized, values: unknown[]): Promise<Row[]> {
  const query: pg.QueryConfig = { text: statements[name], values: [userOf(request), ...values] }
  // The best plan of a count depends on the user that it counts. So this statement is planned each time.
  if (name !== 'count') query.name = name
  return (await pool.query<Row>(query)).rows
}

const jsonType = (type: string) =>
  /^(big)?int/.test(type) ? 'integer' : type.startsWith('boolean') ? 'boolean' : 'string'
const contact = {
  type: 'object',
  properties: Object.fromEntries(
    floorColumns.map(({ name, type }) => [name, { type: jsonType(type), nullable: true }]),
  ),
}
const one = { schema: { response: { '2xx': contact } } }
const many = {
  schema: {
    response: { '2xx': { type: 'object', properties: { data: { type: 'array', items: contact } } } },
  },
}

app.addHook('onRequest', (request, reply, done) => {
  if (users.has(request.headers.authorization ?? '')) done()
  else reply.code(401).send()
})

app.get<{ Params: { id: string } }>('/contacts/:id', one, async (request, reply) => {
  const [row] = await rowsOf('get', request, [request.params.id])
  return row ?? reply.code(404).send()
})

app.patch<{ Params: { id: string }; Body: { position: string } }>('/contacts/:id', one, async (request, reply) => {
  const [row] = await rowsOf('change', request, [request.params.id, request.body.position])
  return row ?? reply.code(404).send()
})

app.post<{ Body: Row }>('/contacts', one, async (request, reply) => {
  const [row] = await rowsOf(
    'create',
    request,
    written.map((name) => request.body[name]),
  )
  return reply.code(201).send(row)
})

app.post<{ Body: Row[] }>('/contacts/batch', many, async (request) => ({
  data: await rowsOf('batch', request, [JSON.stringify(request.body)]),
}))

/** The lists, with the parameters that each takes from the query. */
const lists = { mine: ['user'], first: [], after: ['at', 'id'], contains: ['pattern'], phone: ['phone'] } as const
for (const name of ['mine', 'first', 'after', 'contains', 'phone'] as const) {
  app.get<{ Querystring: Record<string, string> }>(`/contacts/${name}`, many, async (request) => ({
    data: await rowsOf(
      name,
      request,
      lists[name].map((parameter) => request.query[parameter]),
    ),
  }))
}

app.get<{ Querystring: { user: string } }>('/contacts/count', async (request) => {
  const [row] = await rowsOf('count', request, [request.query.user])
  return row
})

app.get('/deals/sums', async () => (await pool.query<Row>({ text: sumsText, name: 'sums' })).rows)

app.addContentTypeParser('text/csv', (_request, body, done) => done(null, body))
app.post<{ Body: Readable }>('/contacts/import', async ({ body }) => {
  const client = await pool.connect()
  try {
    const copy = client.query(copyFrom(floorImportText))
    await pipeline(body, copy)
    return { created: copy.rowCount }
  } finally {
    client.release()
  }
})

app.get('/contacts/export', async (request, reply) => {
  const client = await pool.connect()
  const copy = client.query(copyTo(exportText(userOf(request))))
  copy.once('end', () => client.release()).once('error', (error) => client.release(error))
  return reply.type('text/csv; charset=utf-8').send(copy)
})

await serveParent(app, pool)

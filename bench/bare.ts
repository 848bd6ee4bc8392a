import { readFileSync } from 'node:fs'
import { fastify } from 'fastify'
import { connect } from '../src/database/connect.ts'
import type { Sequences } from './capture.ts'
import { replay } from './replay.ts'
import { serveParent } from './serve.ts'

/**
 * The baseline: a Fastify server with one route per operation, which sends the statements of Kartoteka and returns
 * their rows. Its argument is a file with `{connection, operations: {name: sequences}}`.
 */
const { connection, operations } = JSON.parse(readFileSync(process.argv[2]!, 'utf8')) as {
  connection: object
  operations: Record<string, Sequences & { isNewEachTime: boolean }>
}
const { pool } = connect(connection)
const app = fastify({ bodyLimit: 100_000_000 })
const places = new Map<string, number>()

app.route<{ Params: { name: string } }>({
  method: ['GET', 'POST', 'PATCH'],
  url: '/:name',
  async handler(request, reply) {
    const { name } = request.params
    const sequences = operations[name]!
    const place = places.get(name) ?? 0
    places.set(name, place + 1)
    const rows = await replay(pool, sequences, sequences.isNewEachTime ? place : place % sequences.runs.length)
    return reply.type('application/json; charset=utf-8').send(JSON.stringify(rows))
  },
})

await serveParent(app, pool)

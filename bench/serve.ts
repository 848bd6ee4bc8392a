import type { FastifyInstance } from 'fastify'
import type pg from 'pg'

/** Serves an app on the loopback interface, for the process that started this one and until that process ends. */
export async function serveParent(app: FastifyInstance, pool: pg.Pool): Promise<void> {
  process.once('SIGTERM', async () => {
    await app.close()
    await pool.end()
    process.exit()
  })
  // The parent process has ended.
  process.once('disconnect', () => process.exit())
  await app.listen({ port: 0, host: '127.0.0.1' })
  const address = app.server.address()
  process.send?.({ port: typeof address === 'object' ? address?.port : 0 })
}

import { Readable } from 'node:stream'
import type { FastifyRequest } from 'fastify'
import Type from 'typebox'
import type { Database } from '../../database/connect.ts'
import { isOver } from '../../database/job-status.ts'
import { problems } from '../../errors/documents.ts'
import type { App } from '../../http/foundation.ts'
import { describeOperations } from '../../schema/build.ts'
import { readJob } from '../find.ts'
import type { JobEnds } from '../job-ends.ts'
import { EventStreams, eventId, jobEvents } from '../job-events.ts'
import { JobParams, ownerOf } from './requests.ts'

const events = {
  description: 'The events. Each has the name `job`, an id, and the job as JSON.',
  content: {
    'text/event-stream': { schema: Type.Unsafe<Readable>({ type: 'string', description: 'Server-sent events.' }) },
  },
}

/** The dependencies of the event stream. */
export interface EventsRoute {
  db: Database
  ends: JobEnds
  /** Authenticates the caller of a request again, because a key can be revoked while its stream is open. */
  admitAgain(request: FastifyRequest): Promise<unknown>
}

/** Adds the route that streams the progress of a job. */
export function eventsRoute(app: App, { db, ends, admitAgain }: EventsRoute): void {
  const streams = new EventStreams()
  const closing = new AbortController()
  app.addHook('preClose', async () => closing.abort())
  app.get(
    '/jobs/:id/events',
    {
      config: { untagged: true },
      schema: {
        ...describeOperations('Jobs')(
          'streamJobEvents',
          'Follow a job',
          'Sends the job as a server-sent event now, whenever it has made progress (at most once a second), and at its end; then the stream ends. `Last-Event-ID` omits a state that the client has already received. If that was the end of the job, the response is 204, which tells browsers not to reconnect.',
        ),
        params: JobParams,
        querystring: Type.Object({}, { additionalProperties: false }),
        headers: Type.Object({
          'last-event-id': Type.Optional(Type.String({ description: 'Id of the last event received.' })),
        }),
        response: {
          200: events,
          204: Type.Null({ description: 'The job is over, and the client has received its last event.' }),
          ...problems(400, 401, 403, 404, 429, 503),
        },
      },
    },
    async (request, reply) => {
      const { id } = request.params
      const read = () => readJob(db, id, ownerOf(request), request.language)
      const lastEventId = request.headers['last-event-id']
      const job = await read()
      if (isOver(job.status) && eventId(job) === lastEventId) return reply.code(204).send(null)
      reply.headers({ 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-accel-buffering': 'no' })
      // Otherwise the idle connection of a stream that ended at shutdown would delay the shutdown.
      reply.header('connection', 'close')
      if (request.method === 'HEAD') return reply.send(Readable.from([]))
      const close = streams.open(request.access.caller.userId)
      reply.raw.once('close', close)
      const gone = new AbortController()
      reply.raw.once('close', () => gone.abort())
      const signal = AbortSignal.any([gone.signal, closing.signal])
      const confirm = async () => void (await admitAgain(request))
      return reply.send(Readable.from(jobEvents({ id, lastEventId, ends, streams, signal, read, confirm })))
    },
  )
}

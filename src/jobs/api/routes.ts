import type { FastifyRequest } from 'fastify'
import Type from 'typebox'
import { problems } from '../../errors/documents.ts'
import type { App } from '../../http/foundation.ts'
import { pageQuery } from '../../http/id-page.ts'
import { addSchemas } from '../../http/shared-schemas.ts'
import { type ListRoutes, sendItems } from '../../lists/send-items.ts'
import { describeOperations, ref } from '../../schema/build.ts'
import { awaitJob, findFaults, type JobRow, jobs, readJob, shownJob } from '../find.ts'
import type { JobQueue } from '../queue.ts'
import { JobDocument, JobFaultList, jobSchemas } from '../schemas.ts'
import { controlRoutes } from './control-routes.ts'
import { type EventsRoute, eventsRoute } from './events-route.ts'
import { jobList } from './job-list.ts'
import { JobParams, ownerOf } from './requests.ts'

const say = describeOperations('Jobs')

/** The longest wait for a job, in seconds. */
export const longestWait = 60

const PageQuery = Type.Object(pageQuery, { additionalProperties: false })
const WaitQuery = Type.Object(
  {
    wait: Type.Integer({
      minimum: 0,
      maximum: longestWait,
      default: 0,
      description: 'Maximum number of seconds to wait until the job is over.',
    }),
  },
  { additionalProperties: false },
)

/** The dependencies of the job routes. */
export interface JobRoutes extends EventsRoute, ListRoutes {
  queue: JobQueue
}

/** Registers the job routes. Users see their own jobs, administrators all jobs. */
export function jobRoutes(app: App, routes: JobRoutes): void {
  const { db, cursors, ends } = routes
  addSchemas(app, [...jobSchemas, ...jobList.schemas])
  controlRoutes(app, routes)
  eventsRoute(app, routes)
  const closing = new AbortController()
  app.addHook('preClose', async () => closing.abort())
  const read = (request: FastifyRequest, id: number) => readJob(db, id, ownerOf(request), request.language)

  app.get(
    '/jobs',
    {
      schema: {
        ...say(
          'listJobs',
          'List jobs',
          "Returns the caller's jobs, by default newest first. Administrators see the jobs of all users.",
        ),
        ...jobList.request,
        response: { 200: ref(jobList.page), ...problems(400, 401, 403, 503) },
      },
    },
    async (request, reply) => {
      const owner = ownerOf(request)
      const shown = (job: JobRow) => shownJob(job, request.language)
      const items = { items: jobs(db, owner), isPartial: owner !== 'anybody', shown }
      return await sendItems(request, reply, jobList, items, routes)
    },
  )

  app.get(
    '/jobs/:id',
    {
      schema: {
        ...say('getJob', 'Read a job', 'Returns the status, progress and result of a job.'),
        params: JobParams,
        querystring: WaitQuery,
        response: { 200: ref(JobDocument), ...problems(400, 401, 403, 404, 503) },
      },
    },
    async (request, reply) => {
      const gone = new AbortController()
      reply.raw.on('close', () => gone.abort())
      const signal = AbortSignal.any([gone.signal, closing.signal])
      const { id } = request.params
      return await awaitJob(() => read(request, id), { id, seconds: request.query.wait, ends, signal })
    },
  )

  app.get(
    '/jobs/:id/errors',
    {
      schema: {
        ...say(
          'listJobErrors',
          'List the errors of a job',
          'Returns the rejected rows and ignored values of a job, or the records that it could not change.',
        ),
        params: JobParams,
        querystring: PageQuery,
        response: { 200: ref(JobFaultList), ...problems(400, 401, 403, 404, 503) },
      },
    },
    async (request) => {
      const { id } = await read(request, request.params.id)
      return await findFaults(db, id, { ...request.query, cursors }, request.language)
    },
  )
}

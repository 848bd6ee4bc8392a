import type { FastifyRequest } from 'fastify'
import Type from 'typebox'
import type { Database } from '../../database/connect.ts'
import { problems } from '../../errors/documents.ts'
import { Problem } from '../../errors/problem.ts'
import type { Cursors } from '../../http/cursors.ts'
import type { App } from '../../http/foundation.ts'
import { pageQuery } from '../../http/id-page.ts'
import { addSchemas } from '../../http/shared-schemas.ts'
import { answerOnce } from '../../idempotency/once.ts'
import { describeOperations, ref } from '../../schema/build.ts'
import { awaitJob, findFaults, findJobs, readJob } from '../find.ts'
import { cancelJob } from '../job.ts'
import type { JobEnds } from '../job-ends.ts'
import { JobDocument, JobFaultList, JobList, jobSchemas } from '../schemas.ts'
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

/** Registers the job routes. Users see their own jobs, administrators all jobs. */
export function jobRoutes(app: App, { db, cursors, ends }: { db: Database; cursors: Cursors; ends: JobEnds }): void {
  addSchemas(app, jobSchemas)
  const closing = new AbortController()
  app.addHook('preClose', async () => closing.abort())
  const read = (request: FastifyRequest, id: number, on: Database = db) =>
    readJob(on, id, ownerOf(request), request.language)

  app.get(
    '/jobs',
    {
      schema: {
        ...say(
          'listJobs',
          'List jobs',
          "Returns the caller's jobs, newest first. Administrators see the jobs of all users.",
        ),
        querystring: PageQuery,
        response: { 200: ref(JobList), ...problems(400, 401, 403, 503) },
      },
    },
    async (request) => await findJobs(db, { ...request.query, cursors }, ownerOf(request), request.language),
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

  app.post(
    '/jobs/:id/cancel',
    {
      schema: {
        ...say('cancelJob', 'Cancel a job', 'Cancels a job. Changes that it has already made are kept.'),
        params: JobParams,
        response: { 200: ref(JobDocument), ...problems(400, 401, 403, 404, 409, 503) },
      },
    },
    async (request, reply) =>
      await answerOnce(request, reply, db, async (trx) => {
        const { id } = await read(request, request.params.id, trx)
        const isCancelled = await cancelJob(trx, id)
        const job = await read(request, id, trx)
        if (!isCancelled) throw new Problem('job_not_cancellable', { status: job.status })
        return { status: 200, body: job }
      }),
  )
}

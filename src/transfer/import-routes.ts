import { Readable } from 'node:stream'
import multipart from '@fastify/multipart'
import type { FastifyRequest } from 'fastify'
import Type from 'typebox'
import type { Transaction } from '../database/transaction.ts'
import type { SystemType } from '../entities/types.ts'
import type { App } from '../http/foundation.ts'
import { Problem } from '../http/problem.ts'
import { bytes, problems, ref } from '../http/schema.ts'
import { type Answer, once, send } from '../idempotency/once.ts'
import { readJob } from '../jobs/find.ts'
import { JobDocument } from '../jobs/schemas.ts'
import { routeTexts } from '../records/texts.ts'
import { ImportOptionsPart, ImportQuery, optionsOfQuery } from './import-options.ts'
import type { ImportOptions } from './import-plan.ts'
import { type Starting, startImport } from './import-start.ts'
import { type Receiving, receiveBody, receiveForm, type Upload } from './import-upload.ts'

/** What the routes of imports stand on. */
export interface ImportRoutes extends Starting {
  /** The largest file, in bytes. */
  uploadLimit: number
}

/** The schemas of these routes. */
export const importSchemas = [ImportOptionsPart]

const file = bytes('A CSV file.')
const body = {
  description: 'The file, or a form with the file and how to read it.',
  content: {
    'text/csv': { schema: file },
    'multipart/form-data': {
      schema: Type.Object({ file, options: Type.Optional(ref(ImportOptionsPart)) }, { additionalProperties: false }),
    },
  },
}

/** Files of records taken in, of every type. */
export async function importRoutes(
  app: App,
  { types, ...starting }: ImportRoutes & { types: readonly SystemType[] },
): Promise<void> {
  await acceptFiles(app)
  for (const type of types) importRoute(app, type, starting)
}

/** Whatever a body is said to be is received as it is: what it is shows its content. */
async function acceptFiles(app: App): Promise<void> {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', (_request, payload, done) => done(null, payload))
  await app.register(multipart)
}

function importRoute(app: App, type: SystemType, { uploadLimit, ...starting }: ImportRoutes): void {
  const strict = app.validatorCompiler!
  app.post(
    `/${type.plural}/import`,
    {
      bodyLimit: uploadLimit,
      validatorCompiler: (part) => (part.httpPart === 'body' ? (value: unknown) => ({ value }) : strict(part)),
      schema: {
        ...routeTexts(type).import,
        querystring: ImportQuery,
        body,
        response: { 202: ref(JobDocument), ...problems(400, 401, 403, 413, 415, 422, 503) },
      },
    },
    async (request, reply) => {
      const grant = request.access.grantFor(type.code, 'import')
      const said = optionsOfQuery(request.query)
      const receiving = {
        files: starting.files,
        limit: uploadLimit,
        checkOptions: (value: unknown) => checkPart(app, value),
      }
      // Where the body is not read to its end, no other request can follow it.
      reply.header('connection', 'close')
      const upload = await receive(request, `${type.plural}.csv`, receiving)
      const options = { ...said, ...upload.options, dialect: { ...said.dialect, ...upload.options.dialect } }
      const fingerprint = `${upload.file.sha256} ${JSON.stringify(options)}`
      const finish = (trx: Transaction, start: () => Promise<number>) =>
        once(request, reply, trx, async () => started(trx, await start(), request), { fingerprint })
      const answer = await startImport(starting, grant, { ...upload, options }, finish)
      return send(reply.removeHeader('connection'), answer)
    },
  )
}

async function started(trx: Transaction, jobId: number, { access, language }: FastifyRequest): Promise<Answer> {
  const job = await readJob(trx, jobId, access.caller.userId, language)
  return { status: 202, headers: { location: job.links.self ?? '' }, body: job }
}

async function receive(request: FastifyRequest, name: string, receiving: Receiving): Promise<Upload> {
  if (request.isMultipart()) return await receiveForm(request, receiving)
  // Not even begun: whoever sends a gigabyte too much should not have to wait for the answer.
  if (Number(request.headers['content-length']) > receiving.limit) {
    throw new Problem('payload_too_large', { limit: receiving.limit })
  }
  // Left open when it is too large, since the answer goes the same way.
  const body = request.body instanceof Readable ? request.body.iterator({ destroyOnReturn: false }) : Readable.from([])
  return await receiveBody(body, name, receiving)
}

function checkPart(app: App, value: unknown): ImportOptions {
  const check = app.validatorCompiler!({ schema: ImportOptionsPart, method: 'POST', url: '', httpPart: 'body' })
  const result = check(value) as { value: ImportOptions } | { error: Error }
  if ('error' in result) throw result.error
  return result.value
}

import { addAbortSignal, Readable } from 'node:stream'
import type { FastifyRequest } from 'fastify'
import Type from 'typebox'
import { recordExport } from '../audit/record.ts'
import { unicodeEncodings } from '../csv/write.ts'
import { problems } from '../errors/documents.ts'
import { refuseParameters } from '../filters/meant-conditions.ts'
import type { App } from '../http/foundation.ts'
import { listHeaders } from '../lists/send-list.ts'
import { operationDocs } from '../records/api/operation-docs.ts'
import type { RecordResource } from '../records/api/record-resource.ts'
import type { RecordRoutes } from '../records/api/route-context.ts'
import { conditionsFor } from '../reporting-period/read-event.ts'
import { admit } from '../rights/authenticate.ts'
import { bytes } from '../schema/build.ts'
import { type ExportReading, planExport } from './file.ts'
import { streamOf } from './gzip.ts'
import { exportOfQuery, FilteredExportQuery, viewOf } from './options.ts'
import { requireExport } from './require.ts'

const file = {
  description:
    'The file. It is complete only if the connection closes without an error. If a field is deleted during the export, its column is empty from there on. The trailer `Export-Fields-Lost` lists these fields. The trailer `Export-Characters-Replaced` is the number of characters that became `?` because the encoding lacks them; Unicode files have none.',
  headers: {
    ...listHeaders,
    'Content-Disposition': Type.String({
      description: 'Name of the file.',
      examples: ['attachment; filename="contacts-2026-11-23.csv"'],
    }),
    'Export-Omitted': Type.Integer({
      description: 'Number of records in the list that the file omits because they do not participate in exports.',
    }),
  },
  content: {
    'text/csv': { schema: bytes<Readable>('CSV (RFC 4180).') },
    'application/gzip': { schema: bytes<Readable>('The same, compressed with gzip.') },
  },
}

/** Adds the export route of each resource. */
export function exportRoutes(app: App, resources: readonly RecordResource[], routes: RecordRoutes): void {
  const closing = new AbortController()
  app.addHook('preClose', async () => closing.abort())
  for (const resource of resources) exportRoute(app, resource, { ...routes, closing: closing.signal })
}

function exportRoute(
  app: App,
  { type, path, ofList, missing, codeOf }: RecordResource,
  { closing, ...routes }: RecordRoutes & { closing: AbortSignal },
): void {
  app.get(
    `${path}/export`,
    {
      attachValidation: true,
      config: { untagged: true },
      schema: {
        ...operationDocs(type).export,
        ...ofList,
        querystring: FilteredExportQuery,
        response: { 200: file, ...missing, ...problems(400, 401, 403, 422, 503) },
      },
    },
    async (request, reply) => {
      const { access, query, validationError } = request
      const code = codeOf(request)
      refuseParameters(validationError, () => conditionsFor(access.grant(code)))
      const grant = requireExport(access, code, viewOf(query, false))
      const asked = exportOfQuery(query, access.language)
      const { lost, written, open, ...planned } = await planExport(readingFor(request, routes), access, grant, asked)
      const headers = {
        ...planned.headers,
        'content-type': planned.contentType,
        'content-disposition': `attachment; filename="${planned.name}"`,
      }
      if (request.method === 'HEAD') return reply.headers(headers).send(Readable.from([]))
      const first = await open()
      const recordRows = await recordExport(routes.db, request, { type: code, format: 'csv' })
      const bytes = thenCall(first, () => recordRows(written.rows))
      reply.trailer('export-fields-lost', async () => [...lost].join(', '))
      if (!unicodeEncodings.includes(asked.encoding)) {
        reply.trailer('export-characters-replaced', async () => String(written.replaced))
      }
      // An error or a shutdown breaks the connection, so that a partial file does not look complete.
      return reply.headers(headers).send(addAbortSignal(closing, streamOf(bytes, asked)))
    },
  )
}

/** Reads each page on its own, so that no transaction outlives a page. */
function readingFor(request: FastifyRequest, { db, access, cursors, unindexed }: RecordRoutes): ExportReading {
  return {
    cursors,
    note: (used) => unindexed.note(used),
    within: (work) => work(db),
    async accessAnew() {
      await admit(request, db, access)
      return request.access
    },
  }
}

/** Yields all items. Calls the function at the end, also when the receiver has stopped reading. */
async function* thenCall<T>(items: AsyncIterable<T>, end: () => Promise<void>): AsyncGenerator<T, void, undefined> {
  try {
    yield* items
  } finally {
    await end()
  }
}

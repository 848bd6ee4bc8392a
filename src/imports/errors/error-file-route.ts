import { addAbortSignal, Readable } from 'node:stream'
import { create as contentDisposition } from 'content-disposition'
import Type from 'typebox'
import type { Database } from '../../database/connect.ts'
import { problems } from '../../errors/documents.ts'
import { Problem } from '../../errors/problem.ts'
import { withFirstItem } from '../../exports/pages.ts'
import { BytesMissing, type FileStore, storeUnavailable } from '../../files/store.ts'
import type { App } from '../../http/foundation.ts'
import { JobParams, ownerOf } from '../../jobs/api/requests.ts'
import { readJob } from '../../jobs/find.ts'
import { bytes, describeOperations, enumOf } from '../../schema/build.ts'
import { findImport } from '../find-import.ts'
import { errorFile } from './error-file.ts'

const ErrorFileQuery = Type.Object(
  {
    severity: Type.Optional(
      enumOf(['error', 'warning', 'all'], {
        default: 'error',
        description:
          '`error`: the rows that were rejected. `warning`: the rows that were imported without some of their values. `all`: both.',
      }),
    ),
  },
  { additionalProperties: false },
)

const file = {
  description: 'The file. It is complete only if the connection closes without an error.',
  headers: {
    'Content-Disposition': Type.String({ description: 'Name of the file.' }),
  },
  content: { 'text/csv': { schema: bytes<Readable>('CSV in the encoding of the source.') } },
}

/** Adds the route that returns the failed rows of an import. */
export function errorFileRoute(app: App, { db, files }: { db: Database; files: FileStore }): void {
  const closing = new AbortController()
  app.addHook('preClose', async () => closing.abort())
  app.get(
    '/jobs/:id/errors.csv',
    {
      config: { untagged: true },
      schema: {
        ...describeOperations('Jobs')(
          'downloadJobErrors',
          'Download the failed rows of an import',
          "Returns the rows that an import rejected, with the columns, delimiter and encoding of its file, and a last column with the reasons in the caller's language (in English if the encoding has no Cyrillic letters). Correct the rows and import the file: the last column is ignored.",
        ),
        params: JobParams,
        querystring: ErrorFileQuery,
        response: { 200: file, ...problems(400, 401, 403, 404, 409, 503) },
      },
    },
    async (request, reply) => {
      const { language, method, params, query } = request
      const { id, type } = await readJob(db, params.id, ownerOf(request), language)
      const source = await findImport(db, files, id)
      if (!source) throw new Problem(type === 'import' ? 'import_type_deleted' : 'job_without_file', { id })
      const { dialect, name } = source
      reply.headers({
        'content-type': `text/csv; charset=${dialect.encoding}; header=${dialect.header ? 'present' : 'absent'}`,
        'content-disposition': contentDisposition(`${name.replace(/\.csv$/i, '')}-errors.csv`),
      })
      if (method === 'HEAD') return reply.send(Readable.from([]))
      const severity = query.severity ?? 'error'
      const rows = errorFile(db, { jobId: id, ...source }, { severity, language })
      const lines = await withFirstItem(rows).catch((error: unknown) => {
        throw error instanceof BytesMissing ? storeUnavailable(error) : error
      })
      // An early end breaks the connection, so that a partial file does not look complete.
      return reply.send(addAbortSignal(closing.signal, Readable.from(lines)))
    },
  )
}

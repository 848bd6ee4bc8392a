import type { FastifyRequest } from 'fastify'
import Type from 'typebox'
import type { Transaction } from '../database/transaction.ts'
import type { SystemType } from '../entities/types.ts'
import { pathOf } from '../http/error-handler.ts'
import type { App } from '../http/foundation.ts'
import { Problem, problemDocument } from '../http/problem.ts'
import { enumOf, ProblemDocument, problems, ref } from '../http/schema.ts'
import { isTried, once, send } from '../idempotency/once.ts'
import type { Access } from '../rights/access.ts'
import { onFreshCatalogue } from '../rights/authenticate.ts'
import { BatchFailed, performBatch } from './batch.ts'
import type { BatchOperation } from './batch-references.ts'
import { operationNames, type Performed } from './operations.ts'
import { mostOperations } from './requests.ts'
import type { RecordRoutes } from './routes.ts'

const id = { minimum: 1, maximum: Number.MAX_SAFE_INTEGER }

/** The record of an earlier operation of the same batch. */
const Reference = Type.Unsafe<{ $ref: string }>({
  $id: 'BatchReference',
  type: 'object',
  // Among properties, or in an example, tools would take it for a reference of their own.
  patternProperties: { '^[$]ref$': { type: 'string', description: 'The name that the operation has under `as`.' } },
  minProperties: 1,
  additionalProperties: false,
  description: 'The record of an earlier operation: `{"$ref": "name"}`.',
})

/** One operation of a batch. */
const Operation = Type.Object(
  {
    op: enumOf([...operationNames], { description: 'What to do.' }),
    type: Type.Optional(Type.String({ description: 'Code of the type; only needed in a batch over several types.' })),
    as: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 100,
        description: 'A name by which later operations refer to its record.',
      }),
    ),
    id: Type.Optional(
      Type.Union([Type.Integer(id), ref(Reference)], { description: 'Id of the record to update or delete.' }),
    ),
    external: Type.Optional(
      Type.Object(
        {
          source: Type.String({ description: 'The other system.' }),
          key: Type.String({ description: 'Its key for the record.' }),
        },
        { additionalProperties: false, description: 'A key of another system instead of the id.' },
      ),
    ),
    ifMatch: Type.Optional(
      Type.Union([Type.Integer(id), Type.String()], {
        description: 'Version or entity tag that the record must still have.',
      }),
    ),
    data: Type.Optional(
      Type.Record(Type.String(), Type.Unknown(), {
        description:
          'Fields of the record, as in a single request. An id may be `{"$ref": "name"}`: the record of an earlier operation.',
      }),
    ),
  },
  { $id: 'BatchOperation', additionalProperties: false, description: 'One operation of a batch.' },
)

/** What a batch is asked to do. */
const Batch = Type.Object(
  {
    atomic: Type.Optional(
      Type.Boolean({ default: true, description: 'Whether one failure takes everything back; true when left out.' }),
    ),
    operations: Type.Array(ref(Operation), {
      minItems: 1,
      maxItems: mostOperations,
      description: 'The operations. Those that build on each other are done in this order.',
    }),
  },
  {
    $id: 'Batch',
    description: 'Operations to be done together.',
    additionalProperties: false,
    examples: [
      {
        atomic: true,
        operations: [
          { op: 'upsert', external: { source: 'erp', key: 'K-17' }, data: { comment: 'Synchronised' } },
          { op: 'delete', external: { source: 'erp', key: 'K-18' } },
        ],
      },
    ],
  },
)

/** What became of one operation. */
const Result = Type.Object(
  {
    status: Type.Integer({ description: 'The status that it would have as a request of its own.', examples: [201] }),
    id: Type.Optional(Type.Integer({ description: 'Id of the record.' })),
    record: Type.Optional(Type.Record(Type.String(), Type.Unknown(), { description: 'The record as saved.' })),
    problem: Type.Optional(ref(ProblemDocument)),
  },
  { $id: 'BatchItem', description: 'What became of one operation.' },
)

/** What became of all of them. */
const Results = Type.Object(
  { results: Type.Array(ref(Result), { description: 'One for each operation, in their order.' }) },
  { $id: 'BatchResults', description: 'What became of the operations of a batch.' },
)

/** The schemas of these routes. */
export const batchSchemas = [Reference, Operation, Batch, Result, Results]

/** Many writes in one request: of one type, or of several when none is given. */
export function batchRoute(app: App, options: RecordRoutes, type?: SystemType): void {
  const many = type?.titles.en.toLowerCase() ?? 'records of any type'
  const name = type ? type.plural.charAt(0).toUpperCase() + type.plural.slice(1) : 'Records'
  app.post(
    type ? `/${type.plural}/batch` : '/batch',
    {
      schema: {
        operationId: `batch${name}`,
        summary: `Write many ${many}`,
        description: `Up to ${mostOperations} creations, changes, upserts and deletions of ${many} at once. 200 when all are done, 207 when some are not, 422 when an atomic batch was taken back; each operation has its own status.`,
        tags: [type?.titles.en ?? 'Records'],
        security: [{ key: [] }],
        body: ref(Batch),
        response: {
          200: ref(Results),
          207: { ...ref(Results), description: 'Some are not done; see their status.' },
          ...problems(400, 401, 403, 409, 413, 415, 422, 503),
        },
      },
    },
    async (request, reply) => {
      const { atomic = true, operations } = request.body
      const asked = {
        atomic,
        operations: operations as BatchOperation[],
        type: type?.code,
        dryRun: isTried(request),
      }
      const told = (outcomes: readonly Performed[]) => resultsOf(request, operations, outcomes)
      const answer = (outcomes: readonly Performed[]) => ({
        status: outcomes.every((outcome) => !('problem' in outcome)) ? 200 : 207,
        body: `{"results":${told(outcomes)}}`,
      })
      const finish = (trx: Transaction, perform: () => Promise<Performed[]>) =>
        once(request, reply, trx, async () => answer(await perform()))
      try {
        const work = (access: Access) => performBatch(options.db, access, asked, finish)
        return send(reply, await onFreshCatalogue(request, options, work))
      } catch (error) {
        if (!(error instanceof BatchFailed)) throw error
        throw new Problem('batch_rolled_back', {}, { extra: { results: JSON.parse(told(error.outcomes)) } })
      }
    },
  )
}

function resultsOf(
  request: FastifyRequest,
  operations: readonly { op: string }[],
  outcomes: readonly Performed[],
): string {
  const at = { instance: pathOf(request), traceId: request.id }
  const results = outcomes.map((outcome, index) => {
    if ('problem' in outcome) {
      const problem = problemDocument(outcome.problem, request.language, at)
      return JSON.stringify({ status: problem.status, problem })
    }
    const status = statusOf(outcome, operations[index]?.op)
    const record = outcome.body ? `,"record":${outcome.body}` : ''
    return `{"status":${status},"id":${outcome.id}${record}}`
  })
  return `[${results.join()}]`
}

function statusOf({ created }: Performed, op: string | undefined): number {
  if (op === 'delete') return 204
  return created ? 201 : 200
}

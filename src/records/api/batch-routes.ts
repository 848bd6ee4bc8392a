import type { FastifyRequest } from 'fastify'
import type { Transaction } from '../../database/transaction.ts'
import { problems } from '../../errors/documents.ts'
import { maxFaults, Problem, problemDocument } from '../../errors/problem.ts'
import { pathOf } from '../../http/error-handler.ts'
import type { App } from '../../http/foundation.ts'
import { isDryRun, once, send } from '../../idempotency/once.ts'
import { describeOperations } from '../../schema/build.ts'
import { BatchFailed, performBatch } from '../batch/batch.ts'
import type { OperationOutcome } from '../batch/operations.ts'
import { batchRefs } from './batch-schemas.ts'
import type { RecordResource } from './record-resource.ts'
import { mostOperations, OnDuplicateQuery, onDuplicateOf } from './requests.ts'
import type { RecordRoutes } from './route-context.ts'

/** Adds the route that performs many writes in one request: of the given resource, or of any type without one. */
export function batchRoute(app: App, options: RecordRoutes, resource?: RecordResource): void {
  const type = resource?.type
  const { batch, results } = batchRefs(type)
  const many = type?.titles.en.toLowerCase() ?? 'records of any type'
  const name = type ? type.plural.charAt(0).toUpperCase() + type.plural.slice(1) : 'Records'
  app.post(
    `${resource?.path ?? ''}/batch`,
    {
      config: { startsEarly: true },
      schema: {
        ...describeOperations(type?.titles.en ?? 'Records')(
          `batch${name}`,
          `Write a batch of ${many}`,
          `Creates, changes, upserts and deletes ${many}: up to ${mostOperations} operations in one request. Returns 200 when all operations succeed, 207 when some fail, and 422 when an atomic batch is rolled back. Each operation has its own status.`,
        ),
        ...resource?.ofList,
        querystring: OnDuplicateQuery,
        body: batch,
        response: {
          200: results,
          207: { ...results, description: 'Some operations failed. Check the status of each.' },
          ...resource?.missing,
          ...problems(400, 401, 403, 409, 413, 415, 422, 503),
        },
      },
    },
    async (request, reply) => {
      const { atomic = true, operations } = request.body
      const only = resource?.codeOf(request)
      const asked = {
        atomic,
        operations,
        type: only,
        dryRun: isDryRun(request),
        onCreatedOf: options.onCreatedOf,
        onDuplicate: onDuplicateOf(request.query),
      }
      const told = (outcomes: readonly OperationOutcome[]) => resultsOf(request, operations, outcomes)
      const answer = (outcomes: readonly OperationOutcome[]) => ({
        status: outcomes.every((outcome) => !('problem' in outcome)) ? 200 : 207,
        body: `{"results":${told(outcomes)}}`,
        records: outcomes.flatMap((outcome, index) => {
          const { types } = request.access.catalogue
          const typeId = types.get(only ?? String(operations[index]?.type))?.id
          return 'problem' in outcome || !outcome.body || typeId === undefined ? [] : [{ typeId, id: outcome.id }]
        }),
      })
      const finish = (trx: Transaction, perform: () => Promise<OperationOutcome[]>) =>
        once(request, reply, trx, async () => answer(await perform()))
      try {
        return send(reply, await performBatch(options.db, request.access, asked, finish))
      } catch (error) {
        if (!(error instanceof BatchFailed)) throw error
        const extra = { results: JSON.parse(told(error.outcomes)) }
        throw new Problem('batch_rolled_back', {}, { faults: error.faults().slice(0, maxFaults), extra })
      }
    },
  )
}

function resultsOf(
  request: FastifyRequest,
  operations: readonly { op: string }[],
  outcomes: readonly OperationOutcome[],
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

function statusOf({ created }: OperationOutcome, op: string | undefined): number {
  if (op === 'delete') return 204
  return created ? 201 : 200
}

import Type from 'typebox'
import type { SystemType } from '../entities/types.ts'
import { problems } from '../errors/documents.ts'
import type { App } from '../http/foundation.ts'
import { addSchemas } from '../http/shared-schemas.ts'
import { answerOnce } from '../idempotency/once.ts'
import { jobAccepted } from '../jobs/api/requests.ts'
import type { JobQueue } from '../jobs/queue.ts'
import { JobDocument } from '../jobs/schemas.ts'
import type { RecordRoutes } from '../records/api/route-context.ts'
import { describeOperations, enumOf, ref } from '../schema/build.ts'
import { leadModes, leadModeTask, startMode } from './mode-task.ts'

const LeadModeChange = Type.Object(
  { mode: enumOf([...leadModes], { description: 'The new mode.' }) },
  {
    $id: 'LeadModeChange',
    additionalProperties: false,
    description: 'What happens to leads from now on.',
    examples: [{ mode: 'simple' }],
  },
)

/** Adds the route that changes the mode of leads, for each type of leads. */
export function leadModeRoutes(
  app: App,
  types: readonly SystemType[],
  { db, queue }: RecordRoutes & { queue: JobQueue },
): void {
  const converted = types.filter(({ traits }) => traits.has('conversion'))
  if (converted.length) addSchemas(app, [LeadModeChange])
  for (const type of converted) {
    app.post(
      `/${type.plural}/mode`,
      {
        schema: {
          ...describeOperations('Leads')(
            'changeLeadMode',
            'Change the mode of leads',
            'In the `classic` mode people convert leads. In the `simple` mode a new lead is converted at once, in the request or import that creates it: to a deal, to a contact if it names a person, and to a company if it names one. If a record cannot be made, the lead is not created either. Changing to `simple` starts a job that converts the open leads; its errors list the leads that stay open. Changing to `classic` converts nothing. Requires an administrator.',
          ),
          body: ref(LeadModeChange),
          response: { 202: ref(JobDocument), ...problems(400, 401, 403, 409, 413, 415, 422, 503) },
        },
      },
      async (request, reply) => {
        const { access } = request
        access.requireCrm()
        access.requireSettings()
        const change = { mode: request.body.mode, creator: access.caller }
        await queue.prepare(leadModeTask)
        return await answerOnce(request, reply, db, async (trx) =>
          jobAccepted(trx, await startMode(trx, queue, change), request),
        )
      },
    )
  }
}

import type { Database } from '../database/connect.ts'
import type { Transaction } from '../database/transaction.ts'
import { problems } from '../errors/documents.ts'
import type { FieldUses } from '../fields/field-use.ts'
import { scrubTask } from '../history/scrub.ts'
import type { App } from '../http/foundation.ts'
import { addSchemas } from '../http/shared-schemas.ts'
import { answerIndex, isDryRun, once, send } from '../idempotency/once.ts'
import type { JobQueue } from '../jobs/queue.ts'
import type { AccessMaker } from '../rights/access.ts'
import { describeOperations, ref } from '../schema/build.ts'
import { changeOnline } from '../user-fields/change-columns.ts'
import { indexTask } from '../user-fields/make-indexes.ts'
import { applyModel } from './apply-model.ts'
import { exportModel } from './export-model.ts'
import { Model, ModelEffect, ModelInput, modelSchemas } from './schemas.ts'

const say = describeOperations('Types and fields')

/** The dependencies of the routes of models. */
export interface ModelRoutes {
  db: Database
  access: AccessMaker
  queue: JobQueue
  /** The places that can use a user field. */
  uses: readonly FieldUses[]
}

/** Adds the routes that export the model of the instance and apply one. */
export function modelRoutes(app: App, { db, access: maker, queue, uses }: ModelRoutes): void {
  addSchemas(app, modelSchemas)
  app.get(
    '/model',
    {
      schema: {
        ...say(
          'getModel',
          'Export the model',
          'Returns the dictionaries, the smart processes, and the user fields (custom fields) and common cards of all types, as one document, which another instance can apply. It does not say who sees a field, and it leaves out defaults that are ids and cards of other pipelines than the default one. Requires the settings right.',
        ),
        response: { 200: ref(Model), ...problems(400, 401, 403, 503) },
      },
    },
    async ({ access }) => {
      access.requireCrm()
      access.requireSettings()
      return await exportModel(db, access)
    },
  )

  app.put(
    '/model',
    {
      schema: {
        ...say(
          'applyModel',
          'Apply a model',
          'Creates and changes dictionaries, smart processes, user fields (custom fields) and common cards as the model describes, all of them or none. Parts that the model does not describe stay as they are. Nothing is deleted except the parts that `delete` names. `inCard` counts for new fields only. The kind of a field and `multiple` cannot change. With `dryRun=true`, returns what would be created, changed, deleted and refused. Requires the settings right.',
        ),
        body: ref(ModelInput),
        response: { 200: ref(ModelEffect), ...problems(400, 401, 403, 409, 413, 415, 422, 503) },
      },
    },
    async (request, reply) => {
      const { access, body: model } = request
      access.requireCrm()
      access.requireSettings()
      const dryRun = isDryRun(request)
      if (!dryRun) await Promise.all([queue.prepare(indexTask), queue.prepare(scrubTask)])
      const work = (trx: Transaction) =>
        once(request, reply, trx, async () => {
          return {
            status: 200,
            body: await applyModel(trx, { maker, access, removal: { queue, uses } }, { model, dryRun }),
          }
        })
      return send(reply, await changeOnline(db, work, { retryOnUnique: [answerIndex], dryRun }))
    },
  )
}

import type { Transaction } from '../database/transaction.ts'
import { nearest } from '../errors/nearest.ts'
import type { JobQueue } from '../jobs/queue.ts'
import type { Access } from '../rights/access.ts'
import { type Deletions, readDeletions } from './deletions.ts'
import { ModelPlan } from './model-plan.ts'
import { planDeletions } from './plan-deletions.ts'
import { entryName, nameOf, planDictionaries } from './plan-dictionaries.ts'
import { fieldName, type OptionsAfter, planFields } from './plan-fields.ts'
import type { ModelInput } from './schemas.ts'

/** Plans how a model is applied. `access` is that of the transaction. */
export async function planModel(
  trx: Transaction,
  { access, queue }: { access: Access; queue: JobQueue },
  model: ModelInput,
): Promise<ModelPlan> {
  const plan = new ModelPlan()
  const { dictionaries: bodies = [], types = [], delete: names = [] } = model
  const deletions = readDeletions(plan, names)
  const dictionaries = planDictionaries(plan, bodies, access.catalogue.lookups.dictionaries)
  const base = access.context()
  const context = { ...base, lookups: { ...base.lookups, dictionaries } }
  const after: OptionsAfter = new Map()
  for (const [{ code, fields = [] }, pointer] of plan.items(types, '/types')) {
    if (access.catalogue.types.has(code)) {
      planFields({ plan, grant: access.grant(code), context }, fields, { pointer: `${pointer}/fields`, after })
    } else refuseType(plan, access, { code, pointer })
  }
  refuseDescribed(plan, model, deletions)
  await planDeletions({ trx, plan, access, queue, after }, deletions)
  return plan
}

function refuseType(
  plan: ModelPlan,
  { catalogue }: Access,
  { code, pointer }: { code: string; pointer: string },
): void {
  const hint = nearest(code, catalogue.types.keys())
  plan.refuse(`${pointer}/code`, 'unknown_type', { params: { name: code.slice(0, 100) }, ...(hint && { hint }) })
}

/** Adds a fault for each part that the model describes and deletes. */
function refuseDescribed(plan: ModelPlan, { dictionaries = [], types = [] }: ModelInput, deletions: Deletions): void {
  const described = new Set([
    ...dictionaries.flatMap(({ code, entries = [] }) => [
      nameOf(code),
      ...entries.map((one) => entryName(code, one.code)),
    ]),
    ...types.flatMap(({ code, fields = [] }) =>
      fields.flatMap((field) => {
        const name = fieldName(code, field.code)
        return [name, ...(field.options ?? []).map((option) => `${name}.options.${option.code}`)]
      }),
    ),
  ])
  for (const { name, pointer } of Object.values(deletions).flat()) {
    if (described.has(name)) plan.refuse(pointer, 'part_described', { params: { part: name } })
  }
}

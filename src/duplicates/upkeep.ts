import type { Task } from '../jobs/task.ts'
import type { AccessContext } from '../rights/access-context.ts'
import { rebuildKeys } from './rebuild-keys.ts'

/**
 * Keeps what duplicates need: computes keys again after the compared fields or the way to compare have changed. A change of
 * the settings starts it at once.
 */
export const upkeepTask: Task<object, AccessContext> = {
  name: 'duplicates-upkeep',
  schedule: '*/5 * * * *',
  async run(context, _payload, signal) {
    const { catalogue } = await context.access.system(context.db)
    for (const { code, traits } of catalogue.types.values()) {
      if (traits.has('duplicates')) await rebuildKeys(context, code, signal)
    }
  },
}

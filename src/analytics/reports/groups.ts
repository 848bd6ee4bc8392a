import { say } from '../../errors/code-text.ts'
import type { Semantic } from '../../fields/lookups.ts'
import { selects } from '../../fields/operators.ts'
import type { Filter } from '../../filters/filter.ts'
import type { GroupChoice } from './definition.ts'

/** The groups that reports about records with stages share. */
export const commonGroups = {
  responsible: { label: say('Responsible', 'Ответственный'), group: { field: 'responsibleId' } },
  pipeline: { label: say('Pipeline', 'Воронка'), group: { field: 'pipelineId' } },
  source: { label: say('Source', 'Источник'), group: { field: 'source' } },
} satisfies Record<string, GroupChoice>

/** Returns the condition that the present stage of a record has this meaning. */
export function isNow(semantic: Semantic): Filter {
  return { field: 'stageSemantic', op: selects.value, value: semantic }
}

import { say } from '../../errors/code-text.ts'
import type { GroupChoice } from './definition.ts'

/** The groups that reports about records with stages share. */
export const commonGroups = {
  responsible: { label: say('Responsible', 'Ответственный'), group: { field: 'responsibleId' } },
  pipeline: { label: say('Pipeline', 'Воронка'), group: { field: 'pipelineId' } },
  source: { label: say('Source', 'Источник'), group: { field: 'source' } },
} satisfies Record<string, GroupChoice>

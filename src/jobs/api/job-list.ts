import { jobStatuses } from '../../database/job-status.ts'
import { describeList } from '../../lists/describe-list.ts'
import { JobDocument } from '../schemas.ts'

/** The list of jobs. */
export const jobList = describeList({
  name: 'jobs',
  item: JobDocument,
  fields: [
    { code: 'id', kind: 'id', label: { en: 'ID', ru: 'ID' }, notNull: true },
    { code: 'type', kind: 'string', label: { en: 'Type', ru: 'Вид' }, notNull: true },
    {
      code: 'status',
      kind: 'enumeration',
      label: { en: 'Status', ru: 'Состояние' },
      notNull: true,
      codes: jobStatuses,
    },
    { code: 'createdBy', kind: 'employee', label: { en: 'Started by', ru: 'Кем запущено' }, notNull: true },
    { code: 'createdAt', kind: 'datetime', label: { en: 'Created', ru: 'Дата создания' }, notNull: true },
    { code: 'startedAt', kind: 'datetime', label: { en: 'Started', ru: 'Начато' } },
    { code: 'finishedAt', kind: 'datetime', label: { en: 'Finished', ru: 'Закончено' } },
  ],
  sort: '-id',
  parameters: {},
})

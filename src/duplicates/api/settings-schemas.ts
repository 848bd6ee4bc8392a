import Type from 'typebox'
import { enumOf } from '../../schema/build.ts'
import { mostExtras } from '../comparing.ts'
import { type Schedule, schedules } from '../settings.ts'

const names = Object.keys(schedules) as [Schedule, ...Schedule[]]

const fields = Type.Array(Type.String({ maxLength: 200 }), {
  maxItems: mostExtras,
  uniqueItems: true,
  description: `Fields that are compared besides names, titles, phones, e-mails, websites, dates of birth and addresses: at most ${mostExtras}.`,
  examples: [['userFields.passport']],
})
const schedule = enumOf(names, {
  description: 'How often all records are searched for duplicates.',
  examples: ['weekly'],
})
const autoMerge = Type.Boolean({
  description: 'Whether a scan merges groups that are certain and without conflicts.',
  examples: [false],
})

/** The settings for duplicates in a response. */
export const DuplicateSettingsDocument = Type.Object(
  { fields, schedule, autoMerge },
  { $id: 'DuplicateSettings', description: 'How the records of a type are searched for duplicates.' },
)

/** The settings for duplicates in a request. */
export const DuplicateSettingsInput = Type.Object(
  { fields: Type.Optional(fields), schedule: Type.Optional(schedule), autoMerge: Type.Optional(autoMerge) },
  {
    $id: 'DuplicateSettingsInput',
    additionalProperties: false,
    description: 'How the records of a type are searched for duplicates. Absent settings return to their defaults.',
    examples: [{ fields: ['comment'], schedule: 'weekly' }],
  },
)

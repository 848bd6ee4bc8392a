import Type from 'typebox'
import { enumOf, nullable } from '../../schema/build.ts'
import { mostExtras } from '../comparing.ts'
import { type Schedule, scanTime, schedules } from '../schedule.ts'

const names = Object.keys(schedules) as [Schedule, ...Schedule[]]

const fields = Type.Array(Type.String({ maxLength: 200 }), {
  maxItems: mostExtras,
  uniqueItems: true,
  description: `Fields that are compared besides names, titles, phones, e-mails, websites, dates of birth and addresses: at most ${mostExtras}.`,
  examples: [['userFields.passport']],
})
const schedule = enumOf(names, {
  description: `How often all records are searched for duplicates. A scan starts at ${scanTime} in the time zone of the settings, the first one in the night after the schedule was set. If the server was off at that time, it starts when the server is on again.`,
  examples: ['weekly'],
})
const autoMerge = Type.Boolean({
  description: 'Whether a scan merges groups that are certain and without conflicts.',
  examples: [false],
})

/** The settings for duplicates in a response. */
export const DuplicateSettingsDocument = Type.Object(
  {
    ...{ fields, schedule, autoMerge },
    autoMergeStopped: nullable(
      Type.Object({
        at: Type.String({ format: 'date-time', description: 'Time when it stopped.' }),
        code: Type.String({ description: 'Stable code of the reason.', examples: ['undone_too_often'] }),
        message: Type.String({ description: "The reason in the caller's language." }),
      }),
      {
        description:
          'Why automatic merging stopped itself. Null if it did not, or after an administrator switched it on again.',
      },
    ),
  },
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

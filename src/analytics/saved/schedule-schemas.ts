import Type from 'typebox'
import { jobStatuses } from '../../database/job-status.ts'
import { checkedAs, enumOf, nullable, ref } from '../../schema/build.ts'
import { type Form, mediaTypes } from '../forms/choose-form.ts'
import { frequencies, type ScheduleInput } from './schedule.ts'

const every = enumOf(frequencies, { description: 'How often the report is calculated.' })
const weekday = {
  minimum: 1,
  maximum: 7,
  description: 'Day of the week, from 1 for Monday to 7 for Sunday. Only if `every` is `week`.',
}
const day = {
  minimum: 1,
  maximum: 31,
  description: 'Day of the month; in shorter months, the last one. Only if `every` is `month`.',
}
const hour = Type.Integer({
  ...{ minimum: 0, maximum: 23 },
  description:
    'Hour of the time zone. If the clocks skip it, the report is calculated an hour later; if they show it twice, at the first time.',
})
const timeZone = { description: 'Time zone of the hour.', examples: ['Europe/Moscow'] }
const formSaid = { description: 'Form of the file.' }
const language = { description: 'Language of the file.' }

/** Says that a member is required for one frequency, and has no value for the others. */
const onlyFor = (frequency: string, name: string) => ({
  if: { properties: { every: { enum: [frequency] } }, required: ['every'] },
  // biome-ignore lint/suspicious/noThenProperty: the word of JSON schemas
  then: { required: [name], properties: { [name]: { type: 'integer' } } },
  else: { properties: { [name]: { type: 'null' } } },
})

function inputOf($id: string, forms: readonly [Form, ...Form[]]) {
  const members = Type.Object(
    {
      every,
      weekday: Type.Optional(nullable(Type.Integer(weekday))),
      day: Type.Optional(nullable(Type.Integer(day))),
      hour,
      timeZone: Type.Optional(
        nullable(Type.String({ ...timeZone, description: `${timeZone.description} Default: that of the caller.` })),
      ),
      form: enumOf([...forms], formSaid),
      language: Type.Optional(
        nullable(enumOf(['en', 'ru'], { description: `${language.description} Default: that of the caller.` })),
      ),
    },
    { additionalProperties: false },
  )
  return Type.Unsafe<ScheduleInput>({
    ...members,
    $id,
    ...checkedAs({ ...members, allOf: [onlyFor('week', 'weekday'), onlyFor('month', 'day')] }),
    description: 'When the report is calculated. The owner gets the file with the job.',
    examples: [{ every: 'week', weekday: 1, hour: 8, timeZone: 'Europe/Moscow', form: forms[0] }],
  })
}

const forms = Object.keys(mediaTypes) as [Form, ...Form[]]
/** The schedule of a report in a request. */
export const ReportScheduleInput = inputOf('ReportScheduleInput', forms)
/** The schedule of a dashboard in a request. A dashboard has no rows of one table, and is no picture. */
export const DashboardScheduleInput = inputOf('DashboardScheduleInput', ['json'])

const LastJob = Type.Object(
  {
    id: Type.Integer({ description: 'Id of the job. Its file is at `/v1/jobs/{id}/file`.' }),
    status: enumOf(jobStatuses, { description: 'Status of the job.' }),
    dueAt: Type.String({ format: 'date-time', description: 'The time of the schedule.' }),
  },
  { $id: 'LastScheduledJob', description: 'The last job of a schedule.' },
)

/** A schedule in a response. */
export const ReportSchedule = Type.Object(
  {
    every,
    weekday: nullable(Type.Integer(weekday)),
    day: nullable(Type.Integer(day)),
    hour,
    timeZone: Type.String(timeZone),
    form: enumOf(forms, formSaid),
    language: enumOf(['en', 'ru'], language),
    nextRunAt: Type.String({ format: 'date-time', description: 'When the report is calculated next.' }),
    lastJob: nullable(ref(LastJob), {
      description: 'The last job. Null if there is none, or if the caller is not the owner.',
    }),
  },
  { $id: 'ReportSchedule', description: 'When a report is calculated by itself.' },
)

/** The schemas of schedules. */
export const scheduleSchemas = [ReportScheduleInput, DashboardScheduleInput, LastJob, ReportSchedule]

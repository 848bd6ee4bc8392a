import Type from 'typebox'
import { documentedOnly, enumOf, noSpaces, ref } from '../schema/build.ts'
import { eventNames, events } from './events.ts'
import { comparisons } from './period.ts'
import { periodWords } from './words.ts'

const words = periodWords.map((word) => `\`${word}\``).join(', ')

/** The name of a reporting period. */
const PeriodWord = Type.String({
  maxLength: 20,
  description: `Reporting period: ${words}, or \`last\` and \`Days\` with another number of days. Periods of days end with today. The setting \`fiscalYearStart\` says when fiscal years begin.`,
  examples: ['lastMonth'],
})
const Limit = { ...noSpaces, maxLength: 40 }
const From = Type.String({
  ...Limit,
  description:
    'Beginning of the period: an instant, or a date such as `2026-01-01`, which begins at midnight in the time zone.',
})
const To = Type.String({
  ...Limit,
  description: 'End of the period: an instant or a date. The period ends just before it.',
})

/** A reporting period in a body. The reader of periods checks it. */
export const PeriodInput = Type.Unsafe<string | { from: string; to: string }>({
  ...documentedOnly,
  $id: 'PeriodInput',
  anyOf: [
    PeriodWord,
    {
      type: 'object',
      properties: { from: From, to: To },
      required: ['from', 'to'],
      additionalProperties: false,
      description: 'Beginning and end of the period.',
    },
  ],
  description: 'A reporting period: a word, or its beginning and end.',
  examples: ['lastMonth', { from: '2026-01-01', to: '2026-02-01' }],
})

/** The parameters of a reporting period in a URL. */
export const periodParameters = {
  period: Type.Optional(PeriodWord),
  from: Type.Optional(From),
  to: Type.Optional(To),
  compare: Type.Optional(
    enumOf([...comparisons], {
      description:
        'Compares with an earlier period: `previous` is the one directly before, `lastYear` has the same dates one year earlier.',
    }),
  ),
}

/** The same in a body. */
export const periodMembers = {
  ...periodParameters,
  period: Type.Optional(ref(PeriodInput)),
}

/** A reporting period in a response. */
export const ReportingPeriod = Type.Object(
  {
    from: Type.String({ format: 'date-time', description: 'First instant.' }),
    to: Type.String({ format: 'date-time', description: 'First instant after the period.' }),
    timeZone: Type.String({ description: 'Time zone of its days.', examples: ['Europe/Moscow'] }),
    lastDay: Type.String({ format: 'date', description: 'Date of the last instant in the time zone.' }),
  },
  {
    $id: 'ReportingPeriod',
    description: 'A reporting period. It contains the instants from `from` on and before `to`.',
  },
)

const definitions = eventNames.map((name) => `- \`${name}\`: ${events[name].words.en}`).join('\n')

/** A condition of a filter on what happened to a record in a period. The reader of events checks it. */
export const EventCondition = Type.Object(
  {
    event: enumOf(eventNames, { description: `What happened:\n${definitions}` }),
    period: Type.Optional(ref(PeriodInput)),
    stageId: Type.Optional(
      Type.String({
        maxLength: 100,
        description:
          'Stage of `entered`, `advanced`, `reached` and `lostFrom`. Default: any stage of the pipeline, which is then required.',
        examples: ['EXECUTING'],
      }),
    ),
    pipelineId: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: Number.MAX_SAFE_INTEGER,
        description: 'Pipeline of the stage. Default: all pipelines that have the stage.',
        examples: [1],
      }),
    ),
  },
  {
    ...documentedOnly,
    $id: 'EventCondition',
    additionalProperties: false,
    description:
      'A condition on what happened to a record in a period. The history of stages and changes decides, so the result does not change when a record is moved or edited after the period. `period` is required, except for `reached` and `lostFrom`: without a period they mean until now. Its days are those of the time zone of the request.',
    examples: [{ event: 'won', period: 'lastMonth' }],
  },
)

import Type from 'typebox'
import { enumOf } from '../schema/build.ts'
import { comparisons } from './period.ts'
import { periodWords } from './words.ts'

const words = periodWords.map((word) => `\`${word}\``).join(', ')

/** The name of a reporting period. */
const PeriodWord = Type.String({
  maxLength: 20,
  description: `Reporting period: ${words}, or \`last\` and \`Days\` with another number of days. Periods of days end with today. The setting \`fiscalYearStart\` says when fiscal years begin.`,
  examples: ['lastMonth'],
})
const Limit = { maxLength: 40 }
const From = Type.String({
  ...Limit,
  description: 'Beginning of the period: an instant, or a date, which begins at midnight in the time zone.',
  examples: ['2026-01-01'],
})
const To = Type.String({
  ...Limit,
  description: 'End of the period: an instant or a date. The period ends just before it.',
  examples: ['2026-04-01'],
})

/** The parameters of a reporting period, in a URL or a body. */
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

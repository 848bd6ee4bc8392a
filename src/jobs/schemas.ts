import Type from 'typebox'
import { listOf } from '../http/lists.ts'
import { enumOf, nullable, ref, shownOnly } from '../schema/build.ts'

/** What becomes of a job. */
export const jobStatuses = [
  ...(['queued', 'running', 'paused', 'completed', 'completedWithErrors', 'failed', 'cancelled'] as const),
] as const

const instant = (description: string) => Type.String({ format: 'date-time', description })
const count = (description: string) => Type.Integer({ description })

const some = (description: string) => Type.Optional(count(description))

const JobResult = Type.Object(
  {
    rows: some('Import: rows that were read.'),
    created: some('Import: records that were made.'),
    updated: some('Import: records that were changed.'),
    skipped: some('Import: rows that were left out on purpose.'),
    failed: some('Import: rows that were refused. Bulk action: records that were left as they are.'),
    warnings: some('Import: cells that were left out.'),
    unmapped: Type.Optional(Type.Array(Type.String(), { description: 'Import: columns that are no field.' })),
    dialect: Type.Optional(
      Type.Object(
        {
          encoding: Type.String({ description: 'Encoding of its letters.' }),
          delimiter: Type.String({ description: 'What stands between cells.' }),
          quote: Type.String({ description: 'What stands around cells.' }),
          backslash: Type.Boolean({ description: 'Whether a backslash before a quote makes it text.' }),
          header: Type.Boolean({ description: 'Whether the first row names the columns.' }),
          skip: Type.Integer({ description: 'Lines before the header.' }),
        },
        { description: 'Import: how the file is written.' },
      ),
    ),
    dryRun: Type.Optional(Type.Boolean({ description: 'Whether nothing of it was kept.' })),
    records: some('Bulk action: records that it was about.'),
    done: some('Bulk action: records to which it was done.'),
    left: some('Undoing: records of which something was left.'),
    purged: some('Emptying of the recycle bin: records that were purged.'),
  },
  // Other types of jobs have other numbers.
  {
    ...shownOnly,
    $id: 'JobResult',
    description: 'What was done; which members there are depends on the type of the job.',
  },
)

/** A job, as answered. */
export const JobDocument = Type.Object(
  {
    id: count('Id of the job.'),
    type: Type.String({ description: 'What it does.', examples: ['import'] }),
    status: enumOf(['queued', 'running', 'paused', 'completed', 'completedWithErrors', 'failed', 'cancelled'], {
      description: 'What has become of it.',
    }),
    progress: Type.Object(
      {
        done: count('How much is done.'),
        total: nullable(Type.Integer(), { description: 'How much there is to do; null until that is known.' }),
        rate: nullable(Type.Number(), { description: 'How much was done in a second.' }),
        etaSeconds: nullable(Type.Integer(), { description: 'Seconds until the end at that rate.' }),
      },
      { description: 'How far it is.' },
    ),
    result: ref(JobResult),
    error: nullable(Type.String(), { description: "Why it failed, in the caller's language." }),
    errorCode: nullable(Type.String(), { description: 'Stable code of the same.', examples: ['unclosed_quote'] }),
    createdBy: count('The user who started it.'),
    createdAt: instant('When it was asked for.'),
    startedAt: nullable(instant(''), { description: 'When it began.' }),
    finishedAt: nullable(instant(''), { description: 'When it ended.' }),
    links: Type.Record(Type.String(), Type.String(), { description: 'Where to ask on: `self`, `errors`, `cancel`.' }),
  },
  { $id: 'Job', description: 'Work that is done after the answer.' },
)
export type JobDocument = Type.Static<typeof JobDocument>

/** Something wrong in a row of what a job reads, as answered. */
export const JobFaultDocument = Type.Object(
  {
    row: nullable(Type.Integer(), {
      description: 'Number of the row among the rows of data, from 1; null where no file is read.',
    }),
    line: nullable(Type.Integer(), { description: 'Line of the file on which the row begins, from 1.' }),
    recordId: nullable(Type.Integer(), {
      description: 'Id of the record, also of one that an import made without the value; null where a row made none.',
    }),
    column: nullable(Type.String(), {
      description: 'Name of the column, or path of the field; null when it is all of it.',
    }),
    severity: enumOf(['error', 'warning'], {
      description: 'Whether the row was left out, or only what the column says.',
    }),
    code: Type.String({ description: 'Stable code of the fault.', examples: ['invalid_date'] }),
    message: Type.String({ description: 'Sentence for people, in the language of the caller.' }),
  },
  { $id: 'JobFault', description: 'What is wrong with a row.' },
)
export type JobFaultDocument = Type.Static<typeof JobFaultDocument>

/** A page of jobs. */
export const JobList = listOf(JobDocument, 'JobList')

/** A page of what was wrong with rows. */
export const JobFaultList = listOf(JobFaultDocument, 'JobFaultList')

/** The schemas of these routes. */
export const jobSchemas = [JobResult, JobDocument, JobFaultDocument, JobList, JobFaultList]

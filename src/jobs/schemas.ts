import Type from 'typebox'
import { formatReasons } from '../cells/survey.ts'
import { jobStatuses } from '../database/job-status.ts'
import { listOf } from '../http/lists.ts'
import { documentedOnly, enumOf, nullable, ref } from '../schema/build.ts'

const instant = (description: string) => Type.String({ format: 'date-time', description })
const count = (description: string) => Type.Integer({ description })

const some = (description: string) => Type.Optional(count(description))

/** What the result of an import says about the format of the file. */
export const importedDialect = {
  encoding: Type.String({ description: 'Encoding of the file.' }),
  delimiter: Type.String({ description: 'Delimiter between cells.' }),
  quote: Type.String({ description: 'Quote character around cells; empty if cells are not quoted.' }),
  backslash: Type.Boolean({ description: 'Whether a backslash escapes a quote.' }),
  header: Type.Boolean({ description: 'Whether the first row contains the column names.' }),
  skip: count('Number of lines before the header.'),
}

/** What the result of an import says about a column that fills a field. */
export const importedColumn = {
  index: count('Place of the column in the file, from 0.'),
  column: Type.String({ description: 'Name of the column in the file.' }),
  field: Type.String({ description: 'The field, or the part of a field, that it fills.' }),
  dateFormat: Type.Optional(Type.String({ description: 'How its dates are read.', examples: ['dd.mm.yyyy'] })),
  numberFormat: Type.Optional(Type.String({ description: 'How its numbers are read.', examples: ['1.234,50'] })),
  formatReason: Type.Optional(
    enumOf([...formatReasons], {
      description:
        'Why it is read so: the request says so (`given`), the file is an export in raw mode (`ownFile`), most cells fit (`cells`), dates with points have the day first (`points`), all cells are numbers by which spreadsheets keep dates (`dayNumbers`), each mark is followed by three digits (`thousands`), or the country writes so (`country`).',
    }),
  ),
  isAmbiguous: Type.Optional(
    Type.Boolean({
      description:
        'Whether another reading fits as many cells and gives other values, or some cells fit only another one.',
    }),
  ),
}

/** The user fields and entries that a file lacks. */
export const MissingDocument = Type.Object(
  {
    fields: Type.Array(
      Type.Object({
        index: count('Place of the column in the file, from 0.'),
        column: Type.String({ description: 'Name of the column in the file.' }),
        code: Type.String({ description: 'Code of the field.', examples: ['delivery_city'] }),
        kind: Type.String({ description: 'Kind of the field, by the cells of the column.', examples: ['string'] }),
        label: Type.String({ description: 'Label of the field.' }),
      }),
      { description: 'Fields for unknown columns, at most 100.' },
    ),
    entries: Type.Array(
      Type.Object({
        dictionary: nullable(Type.String(), {
          description: 'Code of the dictionary. Null for the options of an enumeration.',
        }),
        field: Type.String({ description: 'Path of the field.' }),
        values: Type.Array(Type.String(), { description: 'Labels of the entries or options.' }),
      }),
      {
        description:
          'Unknown values, at most 200 of each dictionary or enumeration. Values with more than 100 characters, or without letters and digits, are left out.',
      },
    ),
  },
  { $id: 'ImportMissing', description: 'User fields and entries that a file lacks.' },
)

const JobResult = Type.Object(
  {
    rows: some(
      'Import: number of rows read. Export: number of records in the file. Scheduled report: number of rows of the report.',
    ),
    created: some('Import: number of records created.'),
    updated: some('Import: number of records updated.'),
    skipped: some('Import: number of rows skipped on purpose: duplicates, repeated headers and totals.'),
    companies: some('Import: number of companies created because contacts name them.'),
    failed: some('Import: number of rows rejected. Bulk action: number of records that could not be changed.'),
    warnings: some('Import: number of ignored cells.'),
    unmapped: Type.Optional(
      Type.Array(
        Type.Object(
          { index: importedColumn.index, column: importedColumn.column },
          { description: 'An ignored column of the file.' },
        ),
        { description: 'Import: the columns that match no field.' },
      ),
    ),
    added: Type.Optional({ ...ref(MissingDocument), description: 'Import with `create`: what it created.' }),
    toCreate: Type.Optional({
      ...ref(MissingDocument),
      description: 'Dry run of an import with `create`: what it would create.',
    }),
    columns: Type.Optional(
      Type.Array(Type.Object(importedColumn, { description: 'A column of the file.' }), {
        description: 'Import: the columns that fill fields.',
      }),
    ),
    dialect: Type.Optional(Type.Object(importedDialect, { description: 'Import: CSV format of the file.' })),
    dryRun: Type.Optional(Type.Boolean({ description: 'Whether this was a dry run, which saves nothing.' })),
    omitted: some('Export: number of records in the list that do not participate in exports.'),
    replaced: some(
      'Export: number of characters that became `?` because the encoding lacks them. Absent if there are none.',
    ),
    lost: Type.Optional(
      Type.Array(Type.String(), { description: 'Export: fields that were deleted while the file was written.' }),
    ),
    records: some('Bulk action: number of selected records.'),
    done: some('Bulk action: number of changed records. Revert: number of fully reverted records.'),
    left: some('Revert: number of records of which something was left as it is.'),
    groups: some('Automatic merging: number of groups that it looked at.'),
    merged: some('Automatic merging: number of groups that it merged.'),
    mergedRecords: some('Automatic merging: number of records that were merged into others.'),
    changed: some('Automatic merging: number of groups left because their records were changed since the scan.'),
    dismissed: some('Automatic merging: number of groups left because a user dismissed them.'),
    undone: some('Automatic merging: number of groups left because a user undid their merge.'),
    tooLarge: some('Automatic merging: number of groups left because they have too many records.'),
    otherResponsible: some('Automatic merging: number of groups left because of different responsible users.'),
    otherStage: some('Automatic merging: number of groups left because of different stages.'),
    conflicts: some('Automatic merging: number of groups left because values differ.'),
    uncertain: some('Automatic merging: number of groups left because the records are not similar enough.'),
    refused: some('Automatic merging: number of groups that could not be merged, for example without the right to it.'),
    savedReportId: some('Scheduled report: id of the saved report.'),
    dashboardId: some('Scheduled report: id of the dashboard.'),
    dueAt: Type.Optional(instant('Scheduled report: the time of the schedule.')),
    tiles: some('Scheduled report: number of tiles of the dashboard.'),
    failedTiles: some('Scheduled report: number of tiles that could not be calculated. The file says why.'),
    purged: some('Emptying the recycle bin: number of purged records.'),
  },
  // Other job types have other members.
  {
    ...documentedOnly,
    $id: 'JobResult',
    description: 'Result of a job. Its members depend on the type of the job.',
  },
)

/** A job in a response. */
export const JobDocument = Type.Object(
  {
    id: count('Id of the job.'),
    type: Type.String({ description: 'Type of the job.', examples: ['import'] }),
    status: enumOf(jobStatuses, { description: 'Status of the job.' }),
    progress: Type.Object(
      {
        done: count('Number of processed items.'),
        total: nullable(Type.Integer(), { description: 'Total number of items. Null until it is known.' }),
        rate: nullable(Type.Number(), {
          description: 'Items per second since a worker started or resumed the job. Null while it is queued or paused.',
        }),
        etaSeconds: nullable(Type.Integer(), { description: 'Estimated seconds until the end.' }),
      },
      { description: 'Progress of the job.' },
    ),
    result: ref(JobResult),
    error: nullable(Type.String(), { description: "Why the job failed, in the caller's language." }),
    errorCode: nullable(Type.String(), { description: 'Stable code of the error.', examples: ['internal_error'] }),
    createdBy: count('Id of the user who started the job.'),
    createdAt: instant('Time when the job was created.'),
    startedAt: nullable(instant(''), { description: 'Time when the job started.' }),
    finishedAt: nullable(instant(''), { description: 'Time when the job finished.' }),
    links: Type.Record(Type.String(), Type.String(), {
      description:
        'Links to `self`, `errors` and, until the job is over, `events`, `cancel`, and `pause` or `resume`. An export or a scheduled report that is completed has a link to its `file`.',
    }),
  },
  { $id: 'Job', description: 'Work that continues after the response.' },
)
export type JobDocument = Type.Static<typeof JobDocument>

/** A fault of a row or record in a job. */
export const JobFaultDocument = Type.Object(
  {
    row: nullable(Type.Integer(), {
      description: 'Number of the data row, from 1. Null for jobs that do not read a file.',
    }),
    line: nullable(Type.Integer(), { description: 'Line of the file where the row starts, from 1.' }),
    recordId: nullable(Type.Integer(), {
      description:
        'Id of the record. An import can create a record without the invalid value. Null when there is no record.',
    }),
    column: nullable(Type.String(), {
      description: 'Name of the column, or path of the field. Null when the fault concerns the whole row or record.',
    }),
    severity: enumOf(['error', 'warning', 'info'], {
      description:
        '`error`: the row was rejected. `warning`: only the value of the column was ignored. `info`: the row was skipped on purpose: as the options of the import say, or because it repeats the header or contains totals. Automatic merging: the group of the record is left for a user.',
    }),
    code: Type.String({ description: 'Stable code of the fault.', examples: ['invalid_date'] }),
    message: Type.String({ description: "Human-readable message in the caller's language." }),
  },
  { $id: 'JobFault', description: 'A fault of a row or record.' },
)
export type JobFaultDocument = Type.Static<typeof JobFaultDocument>

/** A page of faults of a job. */
export const JobFaultList = listOf(JobFaultDocument, 'JobFaultList')

/** Schemas of the job routes. */
export const jobSchemas = [MissingDocument, JobResult, JobDocument, JobFaultDocument, JobFaultList]

import Type from 'typebox'
import { cellKinds } from '../../cells/kind.ts'
import { usedFrom } from '../../columns/header.ts'
import { reasons } from '../../columns/propose.ts'
import { delimiters } from '../../csv/dialect.ts'
import { encodings } from '../../csv/encoding.ts'
import { importedColumn, importedDialect, JobFaultDocument, MissingDocument } from '../../jobs/schemas.ts'
import { enumOf, nullable, ref } from '../../schema/build.ts'
import { RecordValues } from './record-values.ts'

const count = (description: string) => Type.Integer({ description })

const ImportDialect = Type.Object(
  {
    ...importedDialect,
    encoding: enumOf([...encodings], importedDialect.encoding),
    delimiter: enumOf([...delimiters], importedDialect.delimiter),
    quote: enumOf(['"', "'", ''], importedDialect.quote),
  },
  { description: 'CSV format of the file.' },
)

const header = Type.Array(Type.String(), { description: 'Names of the columns; empty if the file has none.' })

/** The cells of a file in a response. */
export const ImportCells = Type.Object(
  {
    dialect: ImportDialect,
    header,
    rows: Type.Array(Type.Array(Type.String()), { description: 'The cells of each row as read, untrimmed.' }),
  },
  { $id: 'ImportCells', description: 'All cells of a file (`raw=true`).' },
)

const ImportColumn = Type.Object(
  {
    ...importedColumn,
    field: nullable(Type.String(), {
      description: 'The field, or the part of a field, that the column fills. Null if it is ignored.',
    }),
    proposal: nullable(
      Type.Object({
        field: Type.String({ description: 'What the column seems to contain.' }),
        confidence: Type.Number({
          description: `From 0 to 1. It is used from ${usedFrom} on.`,
          minimum: 0,
          maximum: 1,
        }),
        reason: enumOf([...reasons], { description: 'Why: the mapping, the name, or the cells.' }),
        program: Type.Optional(Type.String({ description: 'The program that writes this name.' })),
      }),
      { description: 'The best guess, used or not. Null without one.' },
    ),
    kind: enumOf([...cellKinds], { description: 'What its cells contain.' }),
    examples: Type.Array(Type.String(), { description: 'Some of its cells.' }),
  },
  { description: 'A column of the file.' },
)

/** What an import can do with a row. */
export const rowActions = ['create', 'update', 'skip', 'fail'] as const
/** What an import does with a row. */
export type RowAction = (typeof rowActions)[number]

const share = (description: string) => Type.Number({ minimum: 0, maximum: 1, description })

const { row, line, column, severity, code, message } = JobFaultDocument.properties

/** What an import would do with the first rows of a file, in a response. */
export const ImportPreviewDocument = Type.Object(
  {
    dialect: ImportDialect,
    confidence: Type.Object(
      {
        encoding: share('Of the encoding.'),
        delimiter: share('Of the delimiter.'),
        header: share('That the file has column names, or that it has none.'),
      },
      { description: 'How sure the detection is, from 0 to 1. What the request says is 1.' },
    ),
    source: Type.String({
      description: 'Program that wrote the file, which is the source of its external ids. `csv` if it is unknown.',
      examples: ['bitrix24'],
    }),
    header,
    columns: Type.Array(ImportColumn, { description: 'The columns of the file.' }),
    rows: Type.Array(
      Type.Object({
        row: count('Number of the data row, from 1.'),
        line: count('Line of the file where the row starts, from 1.'),
        action: enumOf([...rowActions], {
          description:
            'What the import would do with the row. `update` is about a duplicate. `skip` is about a duplicate, a repeated header or totals.',
        }),
        duplicateId: nullable(Type.Integer(), {
          description: 'Id of the record that the row would change, or for which it would be skipped.',
        }),
        record: nullable(ref(RecordValues), {
          description: 'The record as it would be stored. Null if the row would be rejected or is no record.',
        }),
      }),
      { description: 'The first rows as they would be stored, at most 100.' },
    ),
    faults: Type.Array(Type.Object({ row, line, column, severity, code, message }), {
      description: 'Errors and warnings of these rows.',
    }),
    result: Type.Object(
      {
        rows: count('Number of rows tried.'),
        created: count('Number of records that would be created.'),
        updated: count('Number of records that would be changed.'),
        skipped: count('Number of rows that would be skipped: duplicates, repeated headers and totals.'),
        companies: count('Number of companies that would be created for contacts.'),
        failed: count('Number of rows that would be rejected.'),
        warnings: count('Number of cells that would be ignored.'),
      },
      { description: 'Result of these rows.' },
    ),
    toCreate: {
      ...ref(MissingDocument),
      description:
        'What an import with `create` would create, as far as the first 1000 rows show. Empty without the settings right.',
    },
    isComplete: Type.Boolean({ description: 'Whether these are all rows of the file.' }),
  },
  { $id: 'ImportPreview', description: 'What an import would do with the first rows of a file.' },
)

/** The response of a preview. */
export const PreviewedImport = Type.Union([ref(ImportPreviewDocument), ref(ImportCells)], {
  $id: 'PreviewedImport',
  description: 'What an import would do with the file or, with `raw=true`, its cells.',
})

/** Schemas of previews. */
export const previewSchemas = [RecordValues, ImportCells, ImportPreviewDocument, PreviewedImport]

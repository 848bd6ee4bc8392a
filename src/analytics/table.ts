import Type, { type Static } from 'typebox'
import { filterSchemasOf } from '../filters/schemas.ts'
import { EventCondition, ReportingPeriod } from '../reporting-period/schemas.ts'
import { enumOf, nullable, ref } from '../schema/build.ts'

/** What a column contains. */
export const columnKinds = ['group', 'count', 'money', 'number', 'percent', 'duration', 'date', 'text'] as const
export type ColumnKind = (typeof columnKinds)[number]

/** The charts that can show a table. */
export const chartNames = ['bar', 'stackedBar', 'line', 'funnel', 'table'] as const
export type ChartName = (typeof chartNames)[number]

const currency = Type.String({ description: 'Code of the currency (ISO 4217).', examples: ['RUB'] })

const fieldName = Type.String({ maxLength: 200, description: 'Name of the field.' })
/** The schemas of a filter of records of any type. */
const filterSchemas = filterSchemasOf('Record', fieldName, ref(EventCondition))
/** A filter of records of any type. */
export const anyFilter = Type.Unsafe<object>(Type.Ref('RecordFilter'))

/** An amount of money in a cell. */
export const CellMoney = Type.Object(
  {
    amount: Type.String({ description: 'Exact amount.', examples: ['1234.50'] }),
    currency: nullable(currency, { description: 'Code of the currency (ISO 4217). Null for amounts without one.' }),
  },
  { $id: 'CellMoney', description: 'An amount with its currency.' },
)

/** The request that lists the records of a cell. */
export const CellList = Type.Object(
  {
    method: enumOf(['POST'], { description: 'HTTP method.' }),
    path: Type.String({ description: 'Path of the request.', examples: ['/v1/deals/search'] }),
    body: Type.Object(
      {
        filter: Type.Optional(anyFilter),
        timeZone: Type.String({ description: 'Time zone of the dates in the filter.', examples: ['Europe/Moscow'] }),
      },
      { description: 'Body of the request. `sort`, `fields`, `limit` and others can be added to it.' },
    ),
  },
  { $id: 'CellList', description: 'The request that lists the records of a cell.' },
)

const value = {
  anyOf: [
    { type: ['string', 'integer', 'null'] },
    { $ref: 'CellMoney' },
    { type: 'array', items: { $ref: 'CellMoney' } },
  ],
}

/** A value of a cell: a count or seconds (integer), a number, per cent or date (string), money, or money by currency. */
export type CellValue = string | number | null | Static<typeof CellMoney> | Static<typeof CellMoney>[]

/** A cell of a table. */
export const Cell = Type.Object(
  {
    value: Type.Unsafe<CellValue>({
      ...value,
      description:
        'Value by the kind of the column: `count` a whole number, `money` an amount or a list of amounts by currency, `number` and `percent` a decimal string, `duration` seconds, `date` a date or an instant. Null if there is nothing to calculate it from.',
    }),
    compared: Type.Optional(
      Type.Unsafe<CellValue>({ ...value, description: 'The same value for the period in `compared`.' }),
    ),
    list: Type.Optional(ref(CellList)),
  },
  { $id: 'ReportCell', description: 'A value of a report with the request that lists its records.' },
)
export type Cell = Static<typeof Cell>

/** The cells of a row, by the keys of their columns. Columns of groups have none. */
export type Cells = Record<string, Cell>
const cells = Type.Record(Type.String(), ref(Cell), { description: 'Cells by the keys of their columns.' })

/** A column of a table. */
export const ReportColumn = Type.Object(
  {
    key: Type.String({ description: 'Key of the column.', examples: ['count'] }),
    kind: enumOf([...columnKinds], { description: 'What the column contains.' }),
    label: Type.String({ description: "Label in the caller's language.", examples: ['Deals'] }),
    definition: Type.Optional(Type.String({ description: 'What exactly the column counts.' })),
  },
  { $id: 'ReportColumn', description: 'A column of a report.' },
)
export type ReportColumn = Static<typeof ReportColumn>

/** A value by which records are grouped: a code, an id, a date or a part of a time. A record of several types is a pair. */
export type GroupValue = string | number | boolean | null | { type: string; id: number }

/** A row of a table. */
export const ReportRow = Type.Object(
  {
    key: Type.Record(
      Type.String(),
      Type.Unsafe<GroupValue>({
        anyOf: [
          { type: ['string', 'integer', 'boolean', 'null'] },
          {
            type: 'object',
            properties: { type: { type: 'string' }, id: { type: 'integer' } },
            required: ['type', 'id'],
            additionalProperties: false,
          },
        ],
      }),
      {
        description:
          'Values of the groups, by the keys of their columns. Null is the group of records without a value.',
      },
    ),
    labels: Type.Record(Type.String(), Type.String(), {
      description: 'The same in words, by the keys of their columns.',
    }),
    label: Type.String({ description: 'Label of the row in words.', examples: ['Website'] }),
    definition: Type.Optional(Type.String({ description: 'What exactly the row counts.' })),
    other: Type.Optional(
      Type.Boolean({ description: 'True for the row of all records that are in none of the other rows.' }),
    ),
    cells,
  },
  { $id: 'ReportRow', description: 'A row of a report.' },
)
export type ReportRow = Static<typeof ReportRow>

/** A report as a table: a row for each group of records, a column for each measure. */
export const ReportTable = Type.Object(
  {
    report: Type.String({ description: 'Name of the report. `query` for a query.', examples: ['query'] }),
    title: Type.String({ description: "Title in the caller's language." }),
    period: nullable(ref(ReportingPeriod), { description: 'Period of the report, if it has one.' }),
    compared: nullable(ref(ReportingPeriod), {
      description: 'Period that the report is compared with, if there is one.',
    }),
    currency: nullable(currency, {
      description: 'Currency of the amounts. `each` if they are by currency. Null if there are none.',
    }),
    columns: Type.Array(ref(ReportColumn), { description: 'Columns: first the groups, then the measures.' }),
    rows: Type.Array(ref(ReportRow), { description: 'Rows in the requested order.' }),
    totals: Type.Object(
      { cells },
      {
        description:
          'Cells over all records of the report, each counted once. They can differ from the sums of the rows: a record with several values is in several rows, and there can be more rows than shown.',
      },
    ),
    charts: Type.Array(enumOf([...chartNames]), { description: 'Charts that suit the table, the best first.' }),
    truncated: Type.Boolean({ description: 'Whether there are more rows than shown.' }),
  },
  { $id: 'ReportTable', description: 'A report as a table.' },
)
export type ReportTable = Static<typeof ReportTable>

/** The named schemas of report tables. */
export const tableSchemas = [
  ...filterSchemas,
  CellMoney,
  CellList,
  Cell,
  ReportColumn,
  ReportRow,
  ReportingPeriod,
  ReportTable,
]

import Type from 'typebox'
import { filterOf } from '../filters/schemas.ts'
import { countedListOf } from '../http/lists.ts'
import { fixedOrderQuery } from '../records/api/requests.ts'
import { anyRecord } from '../records/api/schemas.ts'
import { enumOf, nullable } from '../schema/build.ts'
import { entryIdForm } from './entry-id.ts'

const entry = {
  id: Type.String({
    description: 'Id of the entry: prefix of the record type and id of the record.',
    examples: ['D_17'],
  }),
  type: Type.String({ description: 'Code of the record type.', examples: ['deal'] }),
  recordId: Type.Integer({ description: 'Id of the record.' }),
  name: Type.String({ description: 'Name of the record.', examples: ['Equipment for the Omsk branch'] }),
  deletedAt: Type.String({ format: 'date-time', description: 'Time when the record was deleted.' }),
  deletedBy: nullable(Type.Integer(), { description: 'Id of the user who deleted the record.' }),
  expiresAt: Type.String({
    format: 'date-time',
    description: 'Time after which the record can no longer be restored.',
  }),
}

/** A deleted record in a list. */
export const BinEntry = Type.Object(entry, { $id: 'RecycleBinEntry', description: 'A deleted record.' })

/** A deleted record with its fields. */
export const BinnedRecord = Type.Object(
  {
    ...entry,
    record: { ...anyRecord, description: 'The record when it was deleted, with the fields that the caller may read.' },
  },
  { $id: 'RecycleBinRecord', description: 'A deleted record with its fields.' },
)

/** The result of a trial run that empties the recycle bin. */
export const BinSize = Type.Object(
  { records: Type.Integer({ description: 'Number of deleted records of all types.' }) },
  { $id: 'RecycleBinSize', description: 'Number of records that emptying the recycle bin would purge.' },
)

/** A page of deleted records. */
export const BinEntryList = countedListOf(BinEntry, 'RecycleBinEntryList')

/** The named schemas of the recycle bin. */
export const binSchemas = [BinSize, BinEntry, BinnedRecord, BinEntryList]

/** The query parameters of the list. */
export const BinQuery = Type.Object(fixedOrderQuery, { additionalProperties: false })

/** The entry id in the path. */
export const EntryParams = Type.Object({
  id: Type.String({
    pattern: entryIdForm,
    description: 'Id of the entry: prefix of the record type and id of the record.',
    examples: ['D_17'],
  }),
})

/** The filter of the list, as the API document shows it. */
export const binFilter = filterOf(
  'Filter, as in lists of records. An entry must match all conditions. Fields: `type`, `recordId`, `name`, `deletedAt`, `deletedBy`, `id`.',
  { type: 'deal', deletedBy: 'me', deletedAt: { gte: 'last7Days' }, name: { contains: 'omsk' } },
  enumOf(['id', 'type', 'recordId', 'name', 'deletedAt', 'deletedBy']),
)

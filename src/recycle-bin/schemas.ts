import Type from 'typebox'
import { filterOf } from '../filters/schemas.ts'
import { countedListOf } from '../http/lists.ts'
import { orderedQuery } from '../records/api/requests.ts'
import { anyRecord } from '../records/api/schemas.ts'
import { enumOf, nullable } from '../schema/build.ts'
import { entryIdForm } from './entry-id.ts'

const entry = {
  id: Type.String({
    description: 'How the entry is named: prefix of the type and id of the record.',
    examples: ['D_17'],
  }),
  type: Type.String({ description: 'Code of the type.', examples: ['deal'] }),
  recordId: Type.Integer({ description: 'Id of the record.' }),
  name: Type.String({ description: 'How people call the record.', examples: ['Equipment for the Omsk branch'] }),
  deletedAt: Type.String({ format: 'date-time', description: 'When it was deleted.' }),
  deletedBy: nullable(Type.Integer(), { description: 'The user who deleted it.' }),
  expiresAt: Type.String({ format: 'date-time', description: 'From when on it cannot be restored any more.' }),
}

/** A deleted record, as the list of them shows it. */
export const BinEntry = Type.Object(entry, { $id: 'RecycleBinEntry', description: 'A deleted record.' })

/** The same with the record. */
export const BinnedRecord = Type.Object(
  {
    ...entry,
    record: { ...anyRecord, description: 'The record as it was, with the fields that the caller may see.' },
  },
  { $id: 'RecycleBinRecord', description: 'A deleted record with its fields.' },
)

/** What emptying the bin would meet. */
export const BinSize = Type.Object(
  { records: Type.Integer({ description: 'Deleted records of all types.' }) },
  { $id: 'RecycleBinSize', description: 'How many records emptying would purge.' },
)

/** A page of deleted records. */
export const BinEntryList = countedListOf(BinEntry, 'RecycleBinEntryList')

/** The schemas of these routes. */
export const binSchemas = [BinSize, BinEntry, BinnedRecord, BinEntryList]

/** The parameters of the list. */
export const BinQuery = Type.Object(orderedQuery, { additionalProperties: false })

/** The entry in the path. */
export const EntryParams = Type.Object({
  id: Type.String({
    pattern: entryIdForm,
    description: 'Prefix of the type and id of the record.',
    examples: ['D_17'],
  }),
})

/** How the conditions of the list are shown in the document. */
export const binFilter = filterOf(
  'Conditions that all have to hold, as in lists of records; the fields are `type`, `recordId`, `name`, `deletedAt`, `deletedBy`, `id`.',
  { type: 'deal', deletedBy: 'me', deletedAt: { gte: 'last7Days' }, name: { contains: 'omsk' } },
  enumOf(['id', 'type', 'recordId', 'name', 'deletedAt', 'deletedBy']),
)

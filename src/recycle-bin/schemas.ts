import Type from 'typebox'
import { describeList } from '../lists/describe-list.ts'
import { anyRecord } from '../records/api/schemas.ts'
import { nullable } from '../schema/build.ts'
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

const always = { notNull: true } as const

/** The list of deleted records. */
export const binList = describeList({
  name: 'recycle-bin',
  item: BinEntry,
  fields: [
    { code: 'id', kind: 'string', label: { en: 'Entry', ru: 'Запись в корзине' }, ...always },
    { code: 'type', kind: 'enumeration', label: { en: 'Type', ru: 'Тип' }, ...always },
    { code: 'recordId', kind: 'id', label: { en: 'ID', ru: 'ID' }, ...always },
    { code: 'name', kind: 'string', label: { en: 'Name', ru: 'Название' }, ...always },
    { code: 'deletedAt', kind: 'datetime', label: { en: 'Deleted', ru: 'Дата удаления' }, ...always },
    { code: 'deletedBy', kind: 'employee', label: { en: 'Deleted by', ru: 'Кем удалён' }, ...always },
  ],
  sort: '-deletedAt,-id',
  parameters: {},
})

/** The named schemas of the recycle bin. */
export const binSchemas = [BinSize, BinEntry, BinnedRecord, ...binList.schemas]

/** The entry id in the path. */
export const EntryParams = Type.Object({
  id: Type.String({
    pattern: entryIdForm,
    description: 'Id of the entry: prefix of the record type and id of the record.',
    examples: ['D_17'],
  }),
})

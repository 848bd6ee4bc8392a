import { type RawBuilder, sql } from 'kysely'
import Type from 'typebox'
import type { Field } from '../field.ts'
import type { Kind } from '../kind.ts'
import { recordTextColumns, recordTexts } from '../record-text.ts'
import { column, jsonColumn } from '../selection.ts'
import type { Value } from '../value.ts'
import * as choice from './choice-kinds.ts'
import { scalarKind } from './column-kinds.ts'
import { linkedTable, liveRecord, refuseUnseen } from './link-kinds.ts'
import { batchId } from './link-schemas.ts'

const single = scalarKind(choice.record)

/** One record of a type. Hidden while it is in the recycle bin; restoring it brings the link back unless replaced. */
export const record: Kind = {
  ...single,
  pointsTo: 'record',
  linked: ({ settings }, id) => (id === null ? [] : [{ type: settings.type ?? '', id: Number(id), primary: false }]),
  batchInput: () => Type.Union([batchId, Type.Null()]),
  csv: (field) => single.csv(field, 'raw').map((one) => ({ ...one, read: (text) => recordTexts(text, 'value') })),
  importColumns: (field) => recordTextColumns(field, 'value'),
  shown: (field) => jsonColumn(liveId(field)),
  value: (field) => column<Value>(liveId(field), Number, null),
  whole: (field) => single.shown(field),
  unseen: (field) =>
    column(
      sql`case when not exists (select ${liveOf(field)}) then ${columnOf(field)} end`,
      (id): Value[] => [Number(id)],
      [],
    ),
  read(input, place, before) {
    const value = single.read(input, place, before)
    if (!place.unseen?.length) return value
    if (value === before) return refuseUnseen(input, place, [{ id: Number(value) }])
    // The client saw null, so null means that it left the hidden link unchanged.
    return value === null ? before : value
  },
  targets: (field) =>
    single
      .targets(field)
      .map((target) => ({ ...target, column: sql.ref('linked.id'), shape: { rows: liveOf(field) } })),
}

function columnOf(field: Field): RawBuilder<unknown> {
  return sql.ref(`record.${field.column}`)
}

/** Returns SQL of the id that the field shows: null while the record is in the recycle bin. */
export function liveId(field: Field): RawBuilder<number | null> {
  return sql`(select linked.id ${liveOf(field)})`
}

function liveOf(field: Field): RawBuilder<unknown> {
  return liveRecord(linkedTable(field), columnOf(field))
}

import type { Field } from '../field.ts'
import { stringJson } from '../json-texts.ts'
import type { CsvColumn } from '../kind.ts'
import { joinItems, quotedItems } from '../list-cell.ts'
import type { Place } from '../value.ts'
import { jsonArray } from './column-kinds.ts'
import type { Channel, Communication } from './communication-kinds.ts'

/** Returns the column of the values of one kind, such as work phones. */
export function kindColumn(field: Field, channel: Channel, name: string): CsvColumn {
  return {
    field,
    key: `${field.path}.${name}`,
    label: channel.kinds[name]!,
    write(value) {
      const list = value as Communication[]
      // Most columns of an export are empty.
      if (!list.length) return ''
      return joinItems(
        list.flatMap((one) => (one.kind === name ? [one.value] : [])),
        channel.between,
      )
    },
    read: (text, place) => splitCell(text, place, channel)?.map((value) => ({ kind: name, value })),
    into: 'items',
  }
}

/** Returns the column of all values, as JSON. */
export function rawColumn(field: Field, channel: Channel): CsvColumn {
  return {
    field,
    key: field.path,
    label: field.label,
    write: (value) => {
      const items = (value as Communication[]).map((one) => `{"kind":"${one.kind}","value":${stringJson(one.value)}}`)
      return items.length ? `[${items.join()}]` : ''
    },
    read: (text, place) => jsonArray(text) ?? splitCell(text, place, channel)?.map((value) => ({ value })),
    into: 'items',
  }
}

function splitCell(text: string, place: Place, { between, split }: Channel): string[] | undefined {
  const faults = place.faults.length
  const quoted = quotedItems(text, (part) => (part.trim() ? (split(part, place) ?? []) : []), between)
  if (!quoted) return split(text, place)
  return place.faults.length > faults ? undefined : quoted
}

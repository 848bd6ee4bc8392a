import type { Database } from '../../database/connect.ts'
import { fieldsOf } from '../../entities/system-fields.ts'
import type { FieldsByPath } from '../../fields/field.ts'
import type { Value } from '../../fields/value.ts'
import { changesOf, type FieldChange, type HistoryRow } from '../../history/read.ts'
import type { Access } from '../../rights/access.ts'
import type { Grant } from '../../rights/grant.ts'
import { nameReader, pipelineWriting, wordsOf } from './values-in-words.ts'

const actor = fieldsOf(0, [{ code: 'actorId', kind: 'employee', label: { en: 'Who', ru: 'Кто' } }])[0]!

/** An entry with the pipeline of the record after it. Null when there is none or the caller may not see it. */
type EntryInPipeline = HistoryRow & { pipelineId: number | null }

/** Entries of the history of a record, and the fields whose changes the caller sees. */
interface RecordedChanges {
  grant: Grant
  recorded: FieldsByPath
  entries: readonly EntryInPipeline[]
}

/** Adds labels of fields, text of values and names of users to history entries. */
export async function entriesInWords(
  db: Database,
  access: Access,
  { grant, recorded, entries }: RecordedChanges,
  timeZone: string,
) {
  const { language } = access
  const changes = new Map(entries.map((entry) => [entry, changesOf(entry, recorded)]))
  const all = [...changes.values()].flat()
  const names = await nameReader(grant, [actor, ...new Set(all.map(({ field }) => field))])(db, (field) =>
    field === actor
      ? entries.map(({ actorId }) => actorId)
      : all.flatMap((change) => (change.field === field ? [change.old, change.new] : [])),
  )
  const { lookups } = access.context(timeZone)
  const inPipeline = pipelineWriting({ mode: 'people', language, lookups, timeZone, ...names })
  const inWords = ({ field, ...values }: FieldChange, { before, since }: { before: Value; since: Value }) => ({
    field: field.path,
    label: field.label[language],
    ...values,
    oldText: wordsOf(field, values.old, inPipeline(before)),
    newText: wordsOf(field, values.new, inPipeline(since)),
  })
  return entries.map((entry) => {
    const { pipelineId, ...rest } = entry
    // The pipeline before the entry: the old value if it changed, else the same pipeline.
    const before = pipelineId === null ? null : (entry.changes?.pipelineId?.[0] ?? pipelineId)
    const described = (changes.get(entry) ?? []).map((change) => inWords(change, { before, since: pipelineId }))
    return { ...rest, actorName: entry.actorId === null ? null : names.userName(entry.actorId), changes: described }
  })
}

import { isDeepStrictEqual } from 'node:util'
import type { Saved } from '../seed.ts'
import type { Kept, Plural } from './account.ts'
import { bothSay, type Checker } from './checks.ts'
import type { Link, StoredState } from './ground.ts'

interface Entry {
  version: number
  at: string
  changes: { field: string; old: unknown; new: unknown }[]
}
interface Page {
  data: Entry[]
  page: { next: string | null }
}

/** The history has every version, its times increase, and its changes lead to the current record. */
export async function historyFaults(checker: Checker, kept: Kept, body: Saved): Promise<string[]> {
  const { ground } = checker
  const entries = await entriesOf(checker, kept)
  const told = entries.map(({ version }) => version)
  const all = Array.from({ length: body.version }, (_, index) => index + 1)
  const expected = all.filter((version) => !ground.untold.has(`${kept.plural} ${kept.id} ${version}`))
  const { values, faults } = replay(kept, entries, ground)
  return [
    ...(isDeepStrictEqual(told, expected) ? [] : [`is told of in the versions ${told}, not ${expected}`]),
    ...entries.flatMap(({ at }, index) =>
      index && at < entries[index - 1]!.at ? [`was changed at ${at}, before the change before`] : [],
    ),
    ...faults,
    ...[...values].flatMap(([field, value]) =>
      isLinks(field) || isDeepStrictEqual(value, asRecorded(valueAt(body, field)))
        ? []
        : [`has ${say(valueAt(body, field))} in ${field}, not ${say(value)}`],
    ),
    ...linkLists.flatMap((field) => listFaults(kept, field, values.get(field), body[field], ground)),
  ]
}

async function entriesOf(checker: Checker, { plural, id }: Kept): Promise<Entry[]> {
  const entries: Entry[] = []
  for (let cursor: string | null = ''; cursor !== null; ) {
    const path: string = `/v1/${plural}/${id}/history?limit=500${cursor && `&cursor=${cursor}`}`
    const { body }: { body: Page } = await bothSay<Page>(checker, path, '200')
    entries.push(...body.data)
    cursor = body.page.next
  }
  return entries.toReversed()
}

/** Returns the values after all changes, starting with the created record, which histories do not repeat. */
function replay({ created }: Kept, entries: readonly Entry[], ground: StoredState) {
  const values = new Map<string, unknown>()
  const faults: string[] = []
  for (const field of linkLists) if (created?.[field]) values.set(field, created[field])
  for (const { field, old, new: value } of entries.flatMap(({ changes }) => changes)) {
    const first = created && !isPassing(field) ? valueAt(created, field) : old
    const before = values.has(field) ? values.get(field) : first
    // A purge removes a record from lists without a history entry.
    const [one, other] = isLinks(field) ? [before, old].map((list) => unpurged(field, list, ground)) : [before, old]
    if (!isDeepStrictEqual(one, other)) faults.push(`had ${say(before)} in ${field}; its history says ${say(old)}`)
    values.set(field, value)
  }
  return { values, faults }
}

/** Lists of links, by field. A field is named like its target records. */
const linkLists = ['contacts', 'companies'] as const
const isLinks = (field: string): field is (typeof linkLists)[number] => (linkLists as readonly string[]).includes(field)

/** Links to records in the recycle bin are kept but hidden. Links to purged ones are deleted. No other may be lost. */
function listFaults({ plural, id }: Kept, field: Plural, told: unknown, shown: unknown, ground: StoredState): string[] {
  if (shown === undefined) return []
  const kept = ground.links.get(`${plural} ${id} ${field}`) ?? []
  const visible = without(kept, (linked) => ground.binned.has(`${field} ${linked}`))
  return [
    ...(told === undefined || isDeepStrictEqual(unpurged(field, told, ground), kept)
      ? []
      : [`keeps ${say(kept)} in ${field}; its history says ${say(told)}`]),
    ...(isDeepStrictEqual(visible, shown) ? [] : [`shows ${say(shown)} in ${field}, and keeps ${say(kept)}`]),
  ]
}

const unpurged = (field: string, list: unknown, { purged }: StoredState) =>
  without(list as Link[], (id) => purged.has(`${field} ${id}`))

/** Returns the list without some links. The first remaining one replaces a removed primary. */
function without(list: readonly Link[], isGone: (id: number) => boolean): Link[] {
  const left = list.filter(({ id }) => !isGone(id))
  const primary = left.find((link) => link.primary) ?? left[0]
  return left.map((link) => ({ id: link.id, primary: link === primary }))
}

/** The history stores a file by its id. */
function asRecorded(value: unknown): unknown {
  return isFile(value) ? value.id : value
}

function isFile(value: unknown): value is { id: number } {
  return value !== null && typeof value === 'object' && 'size' in value
}

const say = (value: unknown) => JSON.stringify(value)
const isPassing = (field: string) => /\.v\d_\d/.test(field)
const valueAt = (record: Saved, path: string) =>
  path.split('.').reduce<unknown>((value, name) => (value as Record<string, unknown> | null)?.[name], record)

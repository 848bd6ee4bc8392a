import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { findGroups } from './groups.ts'
import { measureGroups } from './measures.ts'
import { measureNames } from './name-pairs.ts'
import { recordsOf } from './records.ts'
import { type SetResult, tableOf } from './report.ts'
import { describeSets, type KnownSet, readSets } from './sets.ts'

/** Sets that are too large for the repository and are kept beside it. */
const beside = join(import.meta.dirname, '../../shared/data/dedupe')

const { values } = parseArgs({
  options: {
    dir: { type: 'string', default: beside },
    json: { type: 'boolean', default: false },
    only: { type: 'string', multiple: true, default: [] },
  },
})

function resultOf(set: KnownSet): SetResult {
  const found = findGroups(recordsOf(set), set.type, set.columns.extra)
  const measure = (groups: readonly (readonly number[])[]) =>
    measureGroups(
      groups.map((group) => group.map((place) => set.rows[place]!.id!)),
      set.truth,
    )
  return {
    set: set.name,
    records: set.rows.length,
    suggestions: measure(found.suggestions),
    automatic: measure(found.automatic),
    equal: measure(found.equal),
  }
}

const sets = readSets(values.dir, values.only).map(resultOf)
const names = describeSets(values.dir, values.only)
  .filter(([, { kind }]) => kind === 'pairs')
  .flatMap(([set, { truth }]) => measureNames(values.dir, set, truth))
console.log(values.json ? JSON.stringify({ sets, names }) : tableOf(sets, names))

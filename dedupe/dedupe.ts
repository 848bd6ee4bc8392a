import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { startInstances } from '../fidelity/instances.ts'
import { type FoundGroups, findGroups } from './groups.ts'
import { measureGroups } from './measures.ts'
import { measureNames } from './name-pairs.ts'
import { recordsOf } from './records.ts'
import { type SetResult, tableOf } from './report.ts'
import { scanSet } from './scan.ts'
import { describeSets, type KnownSet, readSets } from './sets.ts'

/** Sets that are too large for the repository and are kept beside it. */
const beside = join(import.meta.dirname, '../../shared/data/dedupe')

const { values } = parseArgs({
  options: {
    dir: { type: 'string', default: beside },
    json: { type: 'boolean', default: false },
    only: { type: 'string', multiple: true, default: [] },
    // Finds the groups with the functions of a scan, without a server. Takes seconds instead of minutes.
    memory: { type: 'boolean', default: false },
  },
})

function resultOf(set: KnownSet, found: FoundGroups): SetResult {
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

async function scanSets(known: readonly KnownSet[]): Promise<SetResult[]> {
  const results: SetResult[] = []
  const instances = await startInstances()
  try {
    for (const set of known) {
      results.push(resultOf(set, await instances.withEmpty((api) => scanSet(api, set, recordsOf(set)))))
    }
  } finally {
    await instances.stop()
  }
  return results
}

async function compareInMemory(set: KnownSet): Promise<SetResult> {
  return resultOf(set, await findGroups(recordsOf(set), set.type, set.columns.extra))
}

const known = readSets(values.dir, values.only)
const sets = values.memory ? await Promise.all(known.map(compareInMemory)) : await scanSets(known)
const names = describeSets(values.dir, values.only)
  .filter(([, { kind }]) => kind === 'pairs')
  .flatMap(([set, { truth }]) => measureNames(values.dir, set, truth))
console.log(values.json ? JSON.stringify({ sets, names }) : tableOf(sets, names))

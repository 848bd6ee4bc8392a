import type { Api, Job } from '../fidelity/api.ts'
import type { ComparedRecord } from '../src/duplicates/comparison/compared-record.ts'
import type { FoundGroups } from './groups.ts'
import { haveEqualValues } from './groups.ts'
import { loadSet } from './load.ts'
import type { KnownSet } from './sets.ts'

/** A group of duplicates in a response. */
interface Group {
  memberIds: number[]
  automatic: boolean
}

/** Loads a set into an empty base through the API, scans it, and returns the groups that the API lists. */
export async function scanSet(api: Api, set: KnownSet, records: readonly ComparedRecord[]): Promise<FoundGroups> {
  const { plural } = set.type
  const places = await loadSet(api, set, records)
  const job = await api.finished(await api.write<Job>('POST', `/v1/${plural}/duplicates/scan`, {}))
  if (job.status !== 'completed') throw new Error(`scan of ${plural}: ${JSON.stringify(job)}`)
  const groups = await api.pages<Group>(`/v1/${plural}/duplicates/groups?limit=500`)
  const found = groups.map(({ memberIds, automatic }) => ({ automatic, group: memberIds.map((id) => places.get(id)!) }))
  const automatic = found.filter((one) => one.automatic).map(({ group }) => group)
  return {
    suggestions: found.map(({ group }) => group),
    automatic,
    equal: automatic.filter((group) => haveEqualValues(group.map((place) => records[place]!))),
  }
}

import { systemTypes } from '../../../src/entities/types.ts'
import type { JobApi } from '../../jobs.ts'

/** Returns the values of all records of all worlds by the name of their field, hidden values too. */
export async function samplesOf(worlds: readonly JobApi[]): Promise<Map<string, unknown[]>> {
  const found = new Map<string, Set<unknown>>()
  const note = (name: string, value: unknown): void => {
    if (Array.isArray(value)) for (const item of value) note(name, item?.id ?? item?.value ?? item)
    if (value === null || typeof value !== 'object') found.set(name, (found.get(name) ?? new Set()).add(value))
    else if (!Array.isArray(value)) for (const [inner, one] of Object.entries(value)) note(inner, one)
  }
  for (const { call } of worlds) {
    for (const { plural } of systemTypes) {
      const { body } = await call('get', `/v1/${plural}?limit=500`).expect(200)
      for (const record of body.data) note('', record)
    }
  }
  return new Map([...found].map(([name, values]) => [name, [...values].filter((value) => value !== undefined)]))
}

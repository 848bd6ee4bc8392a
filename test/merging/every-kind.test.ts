import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { aGround } from '../fields/kinds/ground.ts'
import type { KindCase } from '../fields/kinds/kind-row.ts'
import { kindRows } from '../fields/kinds/rows.ts'
import { type JobApi, startJobApi } from '../jobs.ts'
import { aContact, read } from '../seed.ts'

let api: JobApi
const cases = new Map<string, KindCase>()
beforeAll(async () => {
  api = await startJobApi()
  const ground = await aGround(api)
  for (const row of kindRows) {
    const { kind, multiple } = row
    const about = row.of(ground)
    cases.set(codeOf(row), about)
    const field = { code: codeOf(row), kind, multiple, label: codeOf(row), ...about.field }
    await api.call('post', '/v1/types/contact/fields', field).expect(201)
  }
}, 120_000)
afterAll(() => api.close())

type Fields = Record<string, unknown>

const codeOf = ({ kind, multiple }: (typeof kindRows)[number]) => `${kind.toLowerCase()}_${multiple ? 'list' : 'one'}`

describe.each(kindRows)('A field of kind $kind (several values: $multiple)', (row) => {
  const code = codeOf(row)
  const path = `userFields.${code}`
  const shown = (at: 0 | 1) => {
    const { given, shown = given } = cases.get(code)!.values[at]
    return shown
  }

  /** Merges a contact with the second value, or without one, and returns the survivor's value and the conflicts. */
  async function merged(own: 0 | 1 | null, other: 0 | 1 | null, choosesOther = false) {
    const contact = (at: 0 | 1 | null) =>
      aContact(api, { userFields: { [code]: at === null ? null : cases.get(code)!.values[at].given } })
    const [survivor, source] = [await contact(own), await contact(other)]
    const choices = choosesOther ? { [path]: source.id } : {}
    const body = { survivorId: survivor.id, ids: [source.id], choices }
    const { status, body: made } = await api.call('post', '/v1/contacts/merge', body)
    const valueIn = (body: object) => ('userFields' in body ? (body.userFields as Fields)[code] : undefined)
    const undo = async () => {
      await api.call('post', `/v1/merges/${made.id}/revert`).expect(200)
      const [left, right] = [await read(api, `contacts/${survivor.id}`), await read(api, `contacts/${source.id}`)]
      return [valueIn(left), valueIn(right)]
    }
    return { status, value: valueIn(made.record ?? {}), conflicts: made.conflicts, faults: made.errors, undo }
  }

  it('fills an empty value, and keeps one that the other does not have', async () => {
    const filled = await merged(null, 1)
    expect([filled.value, filled.conflicts]).toEqual([shown(1), []])
    expect(await filled.undo()).toEqual([null, shown(1)])
    expect((await merged(0, null)).value).toEqual(shown(0))
  })

  it(row.multiple ? 'joins lists without repeats' : 'keeps one of two values', async () => {
    const both = await merged(0, 1)
    if (row.multiple) {
      const [own, other] = [shown(0), shown(1)] as [unknown[], unknown[]]
      const texts = new Set([...own, ...other].map((one) => JSON.stringify(one)))
      expect(both.value).toEqual([...texts].map((text) => JSON.parse(text)))
      expect(both.conflicts).toEqual([])
      expect((await merged(0, 1, true)).faults).toMatchObject([{ code: 'joined_values' }])
    } else {
      expect(both.value).toEqual(shown(0))
      expect(both.conflicts).toMatchObject([{ field: path, decision: 'survivor' }])
      const chosen = await merged(0, 1, true)
      expect(chosen.value).toEqual(shown(1))
      expect(await chosen.undo()).toEqual([shown(0), shown(1)])
    }
    expect(await both.undo()).toEqual([shown(0), shown(1)])
  })

  it('keeps equal values without a conflict', async () => {
    const { value, conflicts } = await merged(0, 0)
    expect([value, conflicts]).toEqual([shown(0), []])
  })
})

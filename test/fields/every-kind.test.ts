import { afterAll, beforeAll, expect, it } from '@jest/globals'
import type { Kind } from '../../src/fields/kind.ts'
import { kinds } from '../../src/fields/kinds/kinds.ts'
import { type JobApi, startJobApi } from '../jobs.ts'
import { aGround } from './kinds/ground.ts'
import type { Ground } from './kinds/kind-row.ts'
import { kindRows } from './kinds/rows.ts'
import { describeKinds } from './kinds/suite.ts'

let api: JobApi
let ground: Ground
beforeAll(async () => {
  api = await startJobApi()
  ground = await aGround(api)
})
afterAll(() => api.close())

it('tests every kind of user fields, with one value and with several where it can have them', () => {
  const all = Object.entries<Kind>(kinds).flatMap(([kind, { user }]) => {
    if (!user) return []
    return user === 'multiple' ? [`${kind} false`, `${kind} true`] : [`${kind} false`]
  })
  expect(kindRows.map(({ kind, multiple }) => `${kind} ${multiple}`).sort()).toEqual(all.sort())
})

describeKinds(kindRows, () => ground)

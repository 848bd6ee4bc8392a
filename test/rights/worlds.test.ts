import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { randomOf } from '../storm/random.ts'
import { type Answer, answerTo } from './worlds/answers.ts'
import { hiddenFields, shownFields } from './worlds/company.ts'
import { type ApiDocument, documentOf, operationsOf } from './worlds/operations.ts'
import { type Asked, requestOf, type Seen } from './worlds/requests.ts'
import { samplesOf } from './worlds/samples.ts'
import type { Sources } from './worlds/values.ts'
import { kinds, makeWorlds, type Worlds } from './worlds/worlds.ts'

/** How many random requests are sent for each operation. `npm run test:long` sends more. */
const perOperation = Number(process.env.WORLDS ?? 5)
const seed = Number(process.env.SEED ?? 1)

let worlds: Worlds
let from: Sources
let document: ApiDocument
/** Anna has a role, and does not see some user fields. */
beforeAll(async () => {
  worlds = await makeWorlds()
  document = documentOf(worlds.all[0]!)
  const [shown, hidden] = [shownFields, hiddenFields].map((fields) => fields.map(({ code }) => code))
  const { seen, unseen } = worlds.company
  const plurals = Object.keys(seen)
  from = {
    random: randomOf(seed),
    schemas: document.components.schemas,
    samples: await samplesOf(worlds.all),
    userFields: [...shown!, ...shown!, ...shown!, ...hidden!, ...hidden!.slice(0, 3).map((code) => code.slice(0, -1))],
    idsOf: Object.fromEntries(
      plurals.map((plural) => [plural, [...seen[plural]!, ...seen[plural]!, ...unseen[plural]!]]),
    ),
    ids: [...Array.from({ length: 20 }, (_, index) => 2 * index + 1), 2, 99_999],
    texts: [
      ...'Omsk Kazan Пётр mole fox glove paper Molino me today 1 NEW WON deal secret title id'.split(' '),
      '+74951234501',
    ],
  }
}, 600_000)
afterAll(() => worlds.close())

it('cannot be told from another world by any request', async () => {
  const seen: Seen = { cursors: [], etags: [] }
  const statuses = new Map<number, number>()
  const differences: string[] = []
  // What reads is asked more often than what is only tried.
  const operations = operationsOf(document).flatMap(({ operation, effect }) =>
    Array.from({ length: { reads: 3, triable: 1, excused: 0 }[effect] }, () => ({ operation })),
  )
  const since = new Date().toISOString()
  const refusals = new Map<string, number>()
  for (let round = 0; round < perOperation; round++) {
    for (const { operation } of operations) {
      const { operationId, path } = operation
      // What is refused for good is asked seldom.
      if ((refusals.get(operationId) ?? 0) > 3 && from.random.chance(0.9)) continue
      const asked = requestOf(from, operation, seen)
      const answers = await Promise.all(worlds.all.map((world) => answerTo(world, worlds.company.key, asked, since)))
      const [answer] = answers
      if (answer!.status === 202) await Promise.all(worlds.all.map((world) => world.work()))
      refusals.set(operationId, answer!.status === 403 ? (refusals.get(operationId) ?? 0) + 1 : 0)
      statuses.set(answer!.status, (statuses.get(answer!.status) ?? 0) + 1)
      note(seen, path, answer!)
      // An unseen record may hold an external key.
      if (answers.some(({ body }) => body.includes('"external_id_taken"'))) continue
      // A merge is refused as long as any field is hidden.
      if (answers.some(({ body }) => body.includes('"fields_hidden"'))) continue
      for (const [index, other] of answers.entries()) {
        if (compared(other) !== compared(answer!)) differences.push(difference(asked, answer!, other, kinds[index]!))
      }
    }
  }
  expect(differences.slice(0, 10).join('\n\n')).toBe('')
  // The requests make sense: most are not refused.
  const fine = [...statuses].filter(([status]) => status < 400).reduce((sum, [, times]) => sum + times, 0)
  expect(fine).toBeGreaterThan(perOperation * 50)
}, 3_600_000)

const compared = ({ tokens: _, ...answer }: Answer) => JSON.stringify(answer)

/** Remembers the cursors and tags of a response for later requests. */
function note({ cursors, etags }: Seen, path: string, { tokens, headers }: Answer): void {
  for (const cursor of tokens) cursors.push({ path, cursor })
  if (headers.etag) etags.push(headers.etag)
  if (cursors.length > 200) cursors.shift()
  if (etags.length > 200) etags.shift()
}

function difference(asked: Asked, one: Answer, other: Answer, kind: string): string {
  const [a, b] = [one, other].map((answer) => `${answer.status} ${answer.body} ${JSON.stringify(answer.headers)}`)
  const first = [...a!].findIndex((char, index) => char !== b![index])
  const part = (text: string) => `…${text.slice(Math.max(0, first - 150), first + 250)}`
  return `${JSON.stringify(asked)}\n  one:   ${part(a!)}\n  ${kind}: ${part(b!)}`
}

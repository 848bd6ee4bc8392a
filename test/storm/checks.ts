import type { Saved } from '../seed.ts'
import { type Account, type Kept, mayBePurged, types } from './account.ts'
import type { Answer, Client } from './client.ts'
import type { StoredState } from './ground.ts'
import { historyFaults } from './history-checks.ts'
import { isThere } from './modeller.ts'
import { faultOf } from './passing-values.ts'

/** Clients for the checks after the storm. */
export interface Checker {
  client: Client
  account: Account
  ground: StoredState
}
type Values = Record<string, unknown>

/** Sends the same request to both servers and checks that the responses are equal. */
export async function bothSay<T>({ client }: Checker, path: string, ...expected: string[]): Promise<Answer<T>> {
  const [first, second] = await Promise.all(
    [0, 1].map((server) => client.send<T>({ method: 'GET', path, server }, ...expected)),
  )
  // Cursors contain the time of the first page.
  const [one, other] = [first!, second!].map(({ text }) => text.replaceAll(/"(next|prev)":"[^"]+"/g, '"$1":true'))
  const isSame = one === other || (first!.status >= 400 && first!.status === second!.status)
  if (isSame && first!.headers.get('etag') === second!.headers.get('etag')) return first!
  const tags = [first, second].map((answer) => answer!.headers.get('etag'))
  throw new Error(`${path}: the servers differ (${tags}): ${difference(one!, other!)}`)
}

/** Returns the first difference between two texts. */
function difference(one: string, other: string): string {
  const at = [...one].findIndex((letter, index) => letter !== other[index])
  return [one, other].map((text) => text.slice(Math.max(0, at - 150), at + 150)).join('\nand\n')
}

/** Returns what is wrong with a record that should exist or be in the recycle bin. */
export async function faultsOf(checker: Checker, kept: Kept): Promise<string[]> {
  const path = `/v1/${kept.plural}/${kept.id}`
  const about = (faults: string[]) => faults.map((fault) => `${path} (${kept.name}): ${fault}`)
  const { status, body } = await bothSay<Saved>(checker, path, '200', '404 record_not_found')
  if (kept.place !== 'there') return about([...(status === 404 ? [] : ['is there']), ...(await inBin(checker, kept))])
  if (status !== 200) return about(['is lost'])
  return about([
    ...ownFaults(kept, body),
    ...passingFaults(checker.account, kept, body.userFields as Values),
    ...(await historyFaults(checker, kept, body)),
    ...(types[kept.plural].stages.length ? await stageFaults(checker, path, body) : []),
  ])
}

async function inBin(checker: Checker, kept: Kept): Promise<string[]> {
  const path = `/v1/recycle-bin/${types[kept.plural].prefix}_${kept.id}`
  const { status } = await bothSay(checker, path, '200', '404 not_in_recycle_bin')
  if (kept.place === 'purged') return status === 404 ? [] : ['was purged, and is in the recycle bin']
  return status === 200 || mayBePurged(checker.account, kept) ? [] : ['is lost from the recycle bin']
}

function ownFaults(kept: Kept, body: Saved): string[] {
  const { counter = null } = body.userFields as Values
  const name = body[types[kept.plural].name]
  return [
    ...(name === kept.name ? [] : [`is called ${name}`]),
    ...(kept.comments.includes(body.comment as string)
      ? []
      : [`has the comment ${body.comment}, not ${kept.comments}`]),
    ...((counter ?? 0) === kept.counted ? [] : [`was counted up ${kept.counted} times, and says ${counter}`]),
  ]
}

function passingFaults(account: Account, kept: Kept, values: Values): string[] {
  const fields = account.fields.filter((field) => field.plural === kept.plural && isThere(field))
  const known = new Set([...fields.map(({ code }) => code), 'counter'])
  return [
    ...Object.keys(values).flatMap((code) => (known.has(code) ? [] : [`has ${code}, which was deleted`])),
    ...fields.flatMap((field) => {
      if (!(field.code in values)) return [`lacks ${field.code}`]
      const fault = faultOf(account, field, values[field.code])
      return fault ? [`has in ${field.code} ${fault}`] : []
    }),
  ]
}

interface Stay {
  stageId: string
  enteredAt: string
  leftAt: string | null
}

/** Each stay starts where the previous one ended, none ends before it starts, and the last is the current stage. */
async function stageFaults(checker: Checker, path: string, body: Saved): Promise<string[]> {
  const answer = await bothSay<{ data: Stay[] }>(checker, `${path}/stage-history?limit=500`, '200')
  const stays = answer.body.data.toReversed()
  const last = stays.at(-1)
  return [
    ...stays.flatMap(({ enteredAt, leftAt }, index) => [
      ...(leftAt !== null && leftAt < enteredAt ? [`left a stage at ${leftAt}, before ${enteredAt}`] : []),
      ...(leftAt === (stays[index + 1]?.enteredAt ?? null)
        ? []
        : [`left a stage at ${leftAt}, and came later to the next`]),
    ]),
    ...(last?.stageId === body.stageId ? [] : [`is in ${body.stageId}, its history says ${last?.stageId}`]),
  ]
}

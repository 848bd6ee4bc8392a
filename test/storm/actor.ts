import type { Account, Kept, Plural } from './account.ts'
import { types } from './account.ts'
import type { Client } from './client.ts'
import type { Random } from './random.ts'

/** One of those who work at once. */
export interface Actor {
  name: string
  random: Random
  client: Client
  account: Account
}

/** Something an actor does, and how often as against the rest. */
export interface Deed {
  weight: number
  run(actor: Actor): Promise<unknown>
}

/** What an actor does until it is over; what fails is noted. */
export async function act(
  actor: Actor,
  deeds: readonly Deed[],
  isOver: () => boolean,
  note: (failure: string) => void,
): Promise<void> {
  const total = deeds.reduce((sum, { weight }) => sum + weight, 0)
  while (!isOver()) {
    await deedAt(deeds, actor.random.below(total))
      .run(actor)
      .catch((error: Error) => note(error.message))
  }
}

/** The deed at a place in a line in which each is as long as its weight. */
function deedAt([first, ...others]: readonly Deed[], place: number): Deed {
  return !others.length || place < first!.weight ? first! : deedAt(others, place - first!.weight)
}

/** A record of the actor's own that is in this place, or of anybody where `isAnybodys`. */
export function one(
  actor: Actor,
  where: Partial<Pick<Kept, 'plural' | 'place'>>,
  isAnybodys = false,
): Kept | undefined {
  const found = actor.account.records.filter(
    ({ plural, place, owner }) =>
      (where.plural ?? plural) === plural && (where.place ?? 'there') === place && (isAnybodys || owner === actor.name),
  )
  return found.length ? actor.random.pick(found) : undefined
}

let made = 0

/** A new name and comment for a record of a type. */
export function newRecord(actor: Actor, plural: Plural): { name: string; body: Record<string, unknown> } {
  const name = `${actor.name}.${made++}`
  return { name, body: { [types[plural].name]: name, comment: name } }
}

/** A new comment, which nobody has written yet. */
export const newComment = ({ name }: Actor) => `${name} wrote ${made++}`

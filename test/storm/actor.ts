import type { Account, Kept, Plural } from './account.ts'
import { types } from './account.ts'
import type { Client } from './client.ts'
import type { Random } from './random.ts'

/** One of the concurrent actors. */
export interface Actor {
  name: string
  random: Random
  client: Client
  account: Account
}

/** An action of an actor, and its relative frequency. */
export interface Action {
  weight: number
  run(actor: Actor): Promise<unknown>
}

/** Runs the actions of an actor until the storm ends, and records failures. */
export async function act(
  actor: Actor,
  deeds: readonly Action[],
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

/** Returns the action at a position, where each action takes as much space as its weight. */
function deedAt([first, ...others]: readonly Action[], place: number): Action {
  return !others.length || place < first!.weight ? first! : deedAt(others, place - first!.weight)
}

/** Returns a record of the actor in this place, or of any actor with `isAnybodys`. */
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

/** Returns a new name and comment for a record of a type. */
export function newRecord(actor: Actor, plural: Plural): { name: string; body: Record<string, unknown> } {
  const name = `${actor.name}.${made++}`
  return { name, body: { [types[plural].name]: name, comment: name } }
}

/** Returns a new, unique comment. */
export const newComment = ({ name }: Actor) => `${name} wrote ${made++}`

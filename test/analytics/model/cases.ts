import type { Api } from '../../api.ts'
import { type Random, randomOf } from '../../storm/random.ts'
import type { Ground } from './ground.ts'
import { isStaged } from './life.ts'
import { loadWorld, sweep } from './load-world.ts'
import { randomWorld, type World, without } from './world.ts'

/** The number of worlds: few in the normal suite, many in `npm run test:reports`. */
export const worldCount = (usual: number) => Number(process.env.REPORT_WORLDS ?? usual)
/** The seed of the first world. */
const firstSeed = Number(process.env.REPORT_SEED ?? 1)

/** Compares the server with the model in a world. Returns what differs, or nothing. */
export type Comparison = (world: World, random: Random) => Promise<string | undefined>

/**
 * Compares the server with the model in random worlds. Throws the first difference, in the smallest world that still has
 * it: steps that are not needed for it are taken away.
 */
export async function compareWorlds(api: Api, ground: Ground, count: number, compare: Comparison): Promise<void> {
  for (let seed = firstSeed; seed < firstSeed + count; seed++) {
    const random = randomOf(seed)
    const world = randomWorld(random, ground)
    const later = random.below(2 ** 31)
    const differenceIn = async (tried: World) => {
      await loadWorld(api, ground, tried)
      return await compare(tried, randomOf(later))
    }
    const difference = await differenceIn(world)
    if (difference) {
      const small = await shrink(world, ground, differenceIn)
      const told = small.steps.map((step) => JSON.stringify({ ...step, at: new Date(step.at).toISOString() }))
      throw new Error(
        `REPORT_SEED=${seed}\n${told.join('\n')}\n${JSON.stringify(small.rates)}\n${(await differenceIn(small)) ?? `Only once: ${difference}`}`,
      )
    }
    if (seed % 200 === 0) await sweep(api)
  }
}

/** Takes away records, except for clients, and then single steps, as long as there is a difference. */
async function shrink(world: World, ground: Ground, differenceIn: (world: World) => Promise<string | undefined>) {
  let small = world
  const tryWithout = async (isGone: Parameters<typeof without>[2]) => {
    const smaller = without(small, ground, isGone)
    if (await differenceIn(smaller)) small = smaller
  }
  for (const { type, id } of world.records.filter((life) => isStaged(life.type)))
    await tryWithout((step) => step.type === type && step.id === id)
  for (const gone of small.steps) if (gone.op !== 'create') await tryWithout((step) => step === gone)
  return small
}

import { cleanUp } from './global-setup.ts'

/** Leaves nothing of the run behind. */
export default async function tearDown(): Promise<void> {
  for (const step of cleanUp) await step()
}

import { cleanUp } from './global-setup.ts'

/** Removes everything that the run created. */
export default async function tearDown(): Promise<void> {
  for (const step of cleanUp) await step()
}

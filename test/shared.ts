import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { it } from '@jest/globals'

const beside = join(import.meta.dirname, '../../shared')

/**
 * Tests with files that are too large for the repository and are kept beside it. Without the files the tests are
 * skipped, but in CI missing files fail the run.
 */
export function withShared(path: string, tests: (folder: string) => void): void {
  const folder = join(beside, path)
  if (existsSync(folder)) tests(folder)
  else if (process.env.CI) {
    it(`has the files of shared/${path} beside the checkout`, () => {
      throw new Error(`${folder} is missing; without it these tests cannot run.`)
    })
  } else it.skip(`the files of shared/${path} are not beside this checkout`, () => {})
}

import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect } from '@jest/globals'

const run = promisify(execFile)

/** Fails if the linter has an error or a warning. */
export async function lint(document: object): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'kartoteka-lint-'))
  const file = join(folder, 'instance.json')
  writeFileSync(file, JSON.stringify(document))
  const args = ['lint', '--config', '.redocly.yaml', '--format', 'json', '--max-problems', '10', file]
  const env = { ...process.env, REDOCLY_TELEMETRY: 'off' }
  const { stdout } = await run('node_modules/.bin/redocly', args, { env, maxBuffer: 50_000_000 }).catch(
    (error) => error as { stdout: string },
  )
  rmSync(folder, { recursive: true })
  const { problems } = JSON.parse(stdout) as { problems: { message: string; location: object[] }[] }
  expect(problems.map(({ message, location }) => `${message} ${JSON.stringify(location)}`)).toEqual([])
}

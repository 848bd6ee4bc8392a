import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect } from '@jest/globals'

const run = promisify(execFile)

/** Fails if the linter has an error or a warning about one of the documents. */
export async function lint(...documents: object[]): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'kartoteka-lint-'))
  const files = documents.map((document, index) => {
    const file = join(folder, `${index}.json`)
    writeFileSync(file, JSON.stringify(document))
    return file
  })
  const args = ['lint', '--config', '.redocly.yaml', '--format', 'json', '--max-problems', '10', ...files]
  const env = { ...process.env, REDOCLY_TELEMETRY: 'off' }
  const { stdout } = await run('node_modules/.bin/redocly', args, { env, maxBuffer: 50_000_000 }).catch(
    (error) => error as { stdout: string },
  )
  rmSync(folder, { recursive: true })
  const { problems } = JSON.parse(stdout) as { problems: { message: string; location: object[] }[] }
  expect(problems.map(({ message, location }) => `${message} ${JSON.stringify(location)}`)).toEqual([])
}

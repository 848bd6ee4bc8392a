import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect } from '@jest/globals'

const run = promisify(execFile)

interface Complaint {
  message: string
  location: object[]
}

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
  // The linter prints one indented object per document.
  const results = stdout.split(/(?<=^\})/m).filter((text) => text.trim())
  expect(results).toHaveLength(documents.length)
  const problems = results.flatMap((text) => (JSON.parse(text) as { problems: Complaint[] }).problems)
  expect(problems.map(({ message, location }) => `${message} ${JSON.stringify(location)}`)).toEqual([])
}

import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { configTable } from '../src/config.ts'
import { type Api, startApi } from './api.ts'
import { readmeAnswers } from './readme-answers.ts'

const readme = readFileSync('README.md', 'utf8')
const scripts = JSON.parse(readFileSync('package.json', 'utf8')).scripts as Record<string, string>

it('has the table of the variables that the server reads', () => {
  const rows = configTable().map(
    ({ variable, default: initial, takes, description }) =>
      `| \`${variable}\` | ${initial && `\`${initial}\``} | ${takes} | ${description} |`,
  )
  const table = ['| variable | default | takes | what it does |', '|---|---|---|---|', ...rows].join('\n')
  expect(/<!-- configuration -->\n([\s\S]*?)\n<!-- \/configuration -->/.exec(readme)?.[1]).toBe(table)
})

it('names only existing scripts', () => {
  const named = [...readme.matchAll(/`?npm run ([a-z:-]+)/g)].map(([, name = '']) => name)
  expect(named.filter((name) => !(name in scripts))).toEqual([])
})

describe('the five-minute tour with curl', () => {
  const commands = [...readme.matchAll(/```sh\n([\s\S]*?)```/g)]
    .flatMap(([, block = '']) => block.trim().split('\n'))
    .filter((line) => !/^(npm|export) /.test(line))
  let api: Api
  let folder: string
  beforeAll(async () => {
    api = await startApi({ work: true })
    await api.app.listen({ port: 0, host: '127.0.0.1' })
    folder = mkdtempSync(join(tmpdir(), 'kartoteka-readme-'))
  })
  afterAll(async () => {
    await api.close()
    rmSync(folder, { recursive: true })
  })

  /** Runs the command from the README and appends the status to its output. */
  async function run(command: string): Promise<string> {
    const { port } = api.app.server.address() as AddressInfo
    const env = { ...process.env, KEY: api.key, URL: `http://127.0.0.1:${port}` }
    const told = command.startsWith('curl ') ? `${command} -w '%{http_code}'` : command
    const { stdout } = await promisify(execFile)('bash', ['-ec', told], { cwd: folder, env })
    return stdout
  }

  it('has an expectation for each command', () => {
    expect(commands.map((command) => readmeAnswers.find(([part]) => command.includes(part))?.[0] ?? command)).toEqual(
      readmeAnswers.map(([part]) => part),
    )
  })

  it('does what it says, word for word', async () => {
    for (const [index, command] of commands.entries()) {
      expect(await run(command)).toMatch(readmeAnswers[index]![1])
    }
  }, 300_000)
})

import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type Api, startApi } from './api.ts'

const run = promisify(execFile)
const document = resolve('openapi/openapi.json')
const command = (name: string) => resolve('generators/node_modules/.bin', name)

let api: Api
let url: string
beforeAll(async () => {
  api = await startApi({ work: true })
  await api.app.listen({ port: 0, host: '127.0.0.1' })
  url = `http://127.0.0.1:${(api.app.server.address() as AddressInfo).port}`
})
afterAll(() => api.close())

const mistakes = [
  [`lastName: 'Losev', address`, `lastName: 5, address`],
  [`{ field: 'lastName'`, `{ feld: 'lastName'`],
  [`set: { opened: false }`, `set: { opened: 'no' }`],
] as const

/** Generators, each with a program that uses the generated code. */
const generators = [
  {
    name: 'openapi-typescript',
    program: 'openapi-fetch.ts',
    generate: [command('openapi-typescript'), [document, '-o', 'kartoteka.ts']],
    settings: { exactOptionalPropertyTypes: true, rewriteRelativeImportExtensions: true },
  },
  {
    name: '@hey-api/openapi-ts',
    program: 'hey-api.ts',
    generate: [command('openapi-ts'), ['-i', document, '-o', 'kartoteka', '--no-log-file']],
    // The generated request code does not support exact optional properties.
    settings: {},
  },
] as const

describe.each(generators)('a program with a client of $name', ({ program, generate, settings }) => {
  let folder: string
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'kartoteka-generator-'))
    mkdirSync(join(folder, 'node_modules'))
    symlinkSync(resolve('node_modules/openapi-fetch'), join(folder, 'node_modules/openapi-fetch'))
    cpSync(join('generators', program), join(folder, 'program.ts'))
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
    const [file, args] = generate
    await run(file, [...args], { cwd: folder })
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  it('compiles in strict mode, and fails to compile with a mistake', async () => {
    const text = readFileSync(join('generators', program), 'utf8')
    for (const [index, [right, wrong]] of mistakes.entries()) {
      expect(text).toContain(right)
      writeFileSync(join(folder, `mistake${index}.ts`), text.replace(right, wrong))
    }
    const found = (await compile()).map((line) => line.replace(/\(.*/, ''))
    expect([...new Set(found)].sort()).toEqual(mistakes.map((_, index) => `mistake${index}.ts`))
  })

  it('works', async () => {
    const env = { ...process.env, URL: url, KEY: api.key }
    const { stdout } = await run(process.execPath, ['out/program.js'], { cwd: folder, env })
    expect(stdout.split('\n')).toEqual([
      'LOSEV Omsk work',
      expect.stringMatching(/^[12] null 4$/),
      expect.stringMatching(/^Losev(,Losev)?$/),
      '2 comment',
      '304',
      'completed 2',
      'opened,comment',
      '',
    ])
  })

  /** Returns the errors of the generator's own compiler, one per line. */
  async function compile(): Promise<string[]> {
    const compilerOptions = {
      ...{ target: 'es2024', lib: ['es2024', 'dom', 'dom.iterable'], module: 'nodenext', outDir: 'out', rootDir: '.' },
      ...{ strict: true, noUncheckedIndexedAccess: true, noImplicitOverride: true, skipLibCheck: true },
      ...{ types: ['node'], typeRoots: [resolve('node_modules/@types')], ...settings },
    }
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*.ts'] }))
    const { stdout } = await run(command('tsc'), ['--pretty', 'false'], { cwd: folder }).catch(
      (error) => error as { stdout: string },
    )
    return stdout.split('\n').filter((line) => /^\S/.test(line))
  }
})

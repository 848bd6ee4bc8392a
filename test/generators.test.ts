import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type Api, startApi } from './api.ts'
import { type GeneratedProgram, type Generator, generateProgram } from './generated-program.ts'

let api: Api
let url: string
beforeAll(async () => {
  api = await startApi({ work: true })
  await api.app.listen({ port: 0, host: '127.0.0.1' })
  url = `http://127.0.0.1:${(api.app.server.address() as AddressInfo).port}`
})
afterAll(() => api.close())

/** What every program prints: it creates, lists with a filter and a sort order, changes with `If-Match`, and fails twice. */
const steps = ['LOSEV work', 'true', '2', '412 2 comment', '422 /firstName identity_required']

const workspace = {
  ...{ folder: 'generators', packages: 'node_modules' },
  mistakes: [
    [`lastName: 'Losev', address`, `lastName: 5, address`],
    [`{ field: 'lastName'`, `{ feld: 'lastName'`],
    [`set: { opened: false }`, `set: { opened: 'no' }`],
  ],
} as const
const otherSteps = [
  'Omsk',
  expect.stringMatching(/^[12] null 4$/),
  '304',
  'completed 2',
  expect.stringMatching(/^opened/),
]

/** These have a lock file of their own. `npm run test:generators` installs them. */
const more = {
  ...{ folder: 'generators/more', packages: 'generators/more/node_modules', bundled: true },
  mistakes: [
    [`lastName: 'Losev', phones`, `lastName: 5, phones`],
    [`comment: 'Mine'`, `coment: 'Mine'`],
    ['contact.lastName?', 'contact.lastNam?'],
  ],
} as const

/** Some generators write code for sending requests that does not compile with this option. */
const exact = { exactOptionalPropertyTypes: true }

const generators: readonly (Generator & { prints: unknown[] })[] = [
  {
    name: 'openapi-typescript',
    program: 'openapi-fetch.ts',
    generate: ['openapi-typescript', 'openapi.json', '-o', 'kartoteka.ts'],
    prints: [...steps, ...otherSteps],
    compilerOptions: exact,
    ...workspace,
  },
  {
    name: '@hey-api/openapi-ts',
    program: 'hey-api.ts',
    generate: ['openapi-ts', '-i', 'openapi.json', '-o', 'kartoteka', '--no-log-file'],
    prints: [...steps, ...otherSteps],
    compilerOptions: {},
    ...workspace,
  },
  {
    name: 'orval with zod',
    program: 'orval-zod.ts',
    settings: 'orval-zod.config.ts',
    generate: ['orval', '--config', 'orval-zod.config.ts'],
    prints: [...steps, 'invalid_type lastName', 'unrecognized_keys '],
    compilerOptions: exact,
    ...more,
    // Schemas check requests when the program runs.
    mistakes: more.mistakes.slice(-1),
  },
  {
    name: 'swagger-typescript-api',
    program: 'swagger-typescript-api.ts',
    generate: [
      ...(['swagger-typescript-api', 'generate', '-p', 'openapi.json', '-o', 'kartoteka', '-n', 'api.ts'] as const),
      '--disable-throw-on-error',
    ],
    prints: steps,
    compilerOptions: exact,
    ...more,
  },
  {
    name: 'kubb',
    program: 'kubb.ts',
    settings: 'kubb.config.ts',
    generate: ['kubb', 'generate', '--config', 'kubb.config.ts'],
    prints: steps,
    compilerOptions: {},
    ...more,
  },
  {
    name: 'ng-openapi-gen',
    program: 'ng-openapi-gen.ts',
    generate: ['ng-openapi-gen', '-i', 'openapi.json', '-o', 'kartoteka', '--ignoreUnusedModels', 'false'],
    prints: steps.toSpliced(2, 0, 'true'),
    compilerOptions: { experimentalDecorators: true },
    ...more,
  },
]
const chosen = generators.filter(({ folder }) => folder === 'generators' || process.env.GENERATORS === 'all')

describe.each(chosen)('a program with a client of $name', (generator) => {
  let program: GeneratedProgram
  beforeAll(async () => {
    program = await generateProgram(generator)
  }, 600_000)
  afterAll(() => program?.remove())

  it('compiles in strict mode, and fails to compile with a mistake', async () => {
    const files = (await program.compile()).map((line) => line.replace(/\(.*/, ''))
    expect([...new Set(files)].sort()).toEqual(generator.mistakes.map((_, index) => `mistake${index}.ts`))
  }, 600_000)

  it('works', async () => {
    expect(await program.run({ URL: url, KEY: api.key })).toEqual(generator.prints)
  }, 600_000)
})

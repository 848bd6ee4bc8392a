import { globSync, readFileSync } from 'node:fs'
import { expect, it } from '@jest/globals'

/** Folders in the order of dependence: one imports only those before it. */
const order = [
  'telemetry',
  'http',
  'database',
  'idempotency',
  'users',
  'jobs',
  'fields',
  'entities',
  'filters',
  'search',
  'rights',
  'history',
  'pipelines',
  'people',
  'settings',
  'records',
  'recycle-bin',
  'files',
  'bulk',
  'types',
  'csv',
  'transfer',
  'monitoring',
]

const sources = globSync('src/**/*.ts').map((file) => ({ file, text: readFileSync(file, 'utf8') }))
const tests = globSync('test/**/*.ts').map((file) => ({ file, text: readFileSync(file, 'utf8') }))
const folderOf = (file: string) => file.split('/')[1] ?? ''
const inFolders = sources.filter(({ file }) => file.split('/').length === 3)

it('has no folder that the order does not know', () => {
  expect([...new Set(inFolders.map(({ file }) => folderOf(file)))].filter((folder) => !order.includes(folder))).toEqual(
    [],
  )
})

it('imports downwards only', () => {
  const upward = inFolders.flatMap(({ file, text }) => {
    const from = order.indexOf(folderOf(file))
    return [...text.matchAll(/from '\.\.\/([a-z-]+)\//g)]
      .filter(([, folder = '']) => order.indexOf(folder) > from)
      .map(([, folder]) => `${file} imports ${folder}`)
  })
  expect(upward).toEqual([])
})

it('names tables of records in records/ and the migrations only', () => {
  const named =
    /\b(?:from|join|update|into)\s+"?(?:lead|deal|contact|company|quote|invoice)"?\b|selectFrom\('(?:lead|deal|contact|company|quote|invoice)/
  const found = sources.filter(({ file, text }) => folderOf(file) !== 'records' && named.test(text))
  expect(found.map(({ file }) => file)).toEqual([])
})

it('makes grants in rights/ and tests only', () => {
  const makers = sources.filter(({ file, text }) => folderOf(file) !== 'rights' && /\bmakeGrant\b/.test(text))
  expect(makers.map(({ file }) => file)).toEqual([])
})

it('writes raw SQL in fields/, database/ and where tables are named', () => {
  const raw = sources.filter(
    ({ file, text }) => !['fields', 'database'].includes(folderOf(file)) && text.includes('sql.raw'),
  )
  // A column's SQL type comes from the table of kinds.
  expect(raw.map(({ file }) => file)).toEqual(['src/records/flush.ts'])
})

it('has no any, no silenced compiler and no file over 300 lines', () => {
  const loose = [...sources, ...tests].flatMap(({ file, text }) => [
    ...(/(?::|<|as) any\b|@ts-ignore|@ts-expect-error|as unknown as/.test(
      text.replaceAll(/\/\*\*[\s\S]*?\*\/|\/\/.*|'[^'\n]*'|\/.*\/[a-z]*\.test/g, ''),
    )
      ? [`${file} is loose`]
      : []),
    ...(text.split('\n').length > 301 ? [`${file} is long`] : []),
  ])
  expect(loose).toEqual([])
})

it('reads the environment in config.ts and what starts a process only', () => {
  const readers = sources.filter(({ text }) => text.includes('process.env'))
  expect(
    readers
      .map(({ file }) => file)
      .filter((file) => !['src/start.ts', 'src/database/embedded-owner.ts'].includes(file)),
  ).toEqual([])
})

it('says one sentence about everything that is exported', () => {
  const silent = sources.flatMap(({ file, text }) =>
    [
      ...text.matchAll(
        /(?<before>[^\n]*)\n(?:export (?:declare )?(?:async )?(?:function|const|class|interface) (?<name>\w+))/g,
      ),
    ]
      .filter(({ groups }) => !/\*\/\s*$|biome-ignore/.test(groups?.before ?? ''))
      .map(({ groups }) => `${file}: ${groups?.name}`),
  )
  expect(silent).toEqual([])
})

import { globSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { expect, it } from '@jest/globals'
import { faultCodes, problemCodes, words } from '../src/codes.ts'
import { kindNames } from '../src/fields/kind-names.ts'
import { operatorNames } from '../src/fields/operators.ts'

/** Rooms in dependency order. A room imports only from rooms before it. */
const order = [
  'telemetry',
  'schema',
  'cells',
  'errors',
  'json',
  'http/url',
  'http',
  'database',
  'database/embedded',
  'jobs',
  'audit',
  'idempotency',
  'people',
  'fields',
  'fields/kinds',
  'names/tables',
  'names',
  'duplicates/comparison',
  'duplicates/model',
  'entities',
  'filters',
  'rights',
  'plans',
  'history',
  'pipelines',
  'settings',
  'records',
  'records/query',
  'reporting-period',
  'records/search',
  'records/list',
  'lists',
  'jobs/api',
  'audit/api',
  'people/api',
  'rights/api',
  'records/changes',
  'duplicates',
  'duplicates/scan',
  'duplicates/groups',
  'records/write',
  'duplicates/on-entry',
  'records/batch',
  'records/removal',
  'csv',
  'currencies',
  'records/api',
  'pipelines/api',
  'dictionaries',
  'queries',
  'boards',
  'recycle-bin',
  'files',
  'attachments',
  'merging',
  'merging/automatic',
  'merging/api',
  'duplicates/api',
  'bulk',
  'conversion',
  'user-fields',
  'cards',
  'types',
  'columns/known',
  'columns',
  'exports',
  'imports/people',
  'imports/copies',
  'imports/matching',
  'imports/missing',
  'imports',
  'imports/errors',
  'imports/mappings',
  'imports/api',
  'sales-plans',
  'analytics',
  'analytics/query',
  'analytics/stages',
  'analytics/forms',
  'analytics/plans',
  'analytics/reports',
  'analytics/api',
  'analytics/saved',
  'analytics/schedules',
  'monitoring',
  'document',
  'model',
]

const sources = globSync('src/**/*.ts').map((file) => ({ file, text: readFileSync(file, 'utf8') }))
const tests = globSync('test/**/*.ts').map((file) => ({ file, text: readFileSync(file, 'utf8') }))
/** Returns the room of a file, or nothing for the wiring in `src` itself. */
const roomOf = (file: string) => dirname(file).replace(/^src\/?/, '')
const inRooms = sources.filter(({ file }) => roomOf(file))

const codeFiles = inRooms.filter(({ file }) => file.endsWith('/codes.ts'))

/** Returns the codes that the rooms declare with this function. */
function codesOf(maker: string) {
  return codeFiles.flatMap(({ file, text }) =>
    [...text.matchAll(new RegExp(`^  (\\w+): ${maker}\\(`, 'gm'))].map(([, code = '']) => ({
      code,
      room: roomOf(file),
    })),
  )
}

/** Returns the project files that a file imports, with `isType` if only types are imported. */
function importsOf({ file, text }: { file: string; text: string }) {
  return [
    ...text.matchAll(/^(?:import|export) (?<names>type \{[^}]*\}|\{[^}]*\}|[^'{}]*) from '(?<path>\.[^']+)'/gm),
  ].map(({ groups: { names = '', path = '' } = {} }) => ({
    path: normalize(join(dirname(file), path)),
    isType: names.startsWith('type ') || /^\{(?:\s*type \w+(?: as \w+)?,?)*\s*\}$/.test(names),
  }))
}

it('has only rooms that are in the order', () => {
  expect([...new Set(inRooms.map(({ file }) => roomOf(file)))].filter((room) => !order.includes(room))).toEqual([])
  expect(order.filter((room) => !inRooms.some(({ file }) => roomOf(file) === room))).toEqual([])
})

it('imports downwards only', () => {
  const upward = inRooms.flatMap((source) =>
    importsOf(source)
      // `errors` reads the codes of all rooms from the file that gathers them.
      .filter(({ path }) => path !== 'src/codes.ts' || roomOf(source.file) !== 'errors')
      .filter(({ path }) => order.indexOf(roomOf(path)) > order.indexOf(roomOf(source.file)) || !roomOf(path))
      .map(({ path }) => `${source.file} imports ${path}`),
  )
  expect(upward).toEqual([])
})

it('has files of codes that import texts only', () => {
  const imported = codeFiles.flatMap((source) => importsOf(source).map(({ path }) => path))
  expect([...new Set(imported)]).toEqual(['src/errors/code-text.ts'])
})

it('gathers every code, each from one room', () => {
  const declared = (maker: string) => codesOf(maker).map(({ code }) => code)
  expect(declared('problemOf').sort()).toEqual(Object.keys(problemCodes).sort())
  const texts = [...Object.keys(faultCodes), ...Object.values(words).flatMap(Object.keys)]
  expect(declared('say').sort()).toEqual(texts.sort())
})

it('uses every code, in its own room or in rooms after it', () => {
  const codes = [...codesOf('problemOf'), ...codesOf('say').filter(({ code }) => code in faultCodes)]
  const wrong = codes.flatMap(({ code, room }) => {
    const users = inRooms.filter(({ text }) => text.includes(`'${code}'`)).map(({ file }) => file)
    const early = users.filter((file) => order.indexOf(roomOf(file)) < order.indexOf(room))
    return users.length ? early.map((file) => `${file} uses ${code}`) : [`nothing uses ${code}`]
  })
  expect(wrong).toEqual([])
})

it('has no import cycles, except for types', () => {
  const imports = new Map(
    sources.map((source) => [source.file, importsOf(source).flatMap(({ path, isType }) => (isType ? [] : [path]))]),
  )
  const done = new Set<string>()
  const circleFrom = (file: string, trail: readonly string[]): string[] => {
    if (trail.includes(file)) return [[...trail.slice(trail.indexOf(file)), file].join(' -> ')]
    if (done.has(file)) return []
    const found = (imports.get(file) ?? []).flatMap((next) => circleFrom(next, [...trail, file]))
    done.add(file)
    return found
  }
  expect(sources.flatMap(({ file }) => circleFrom(file, []))).toEqual([])
})

it('has rooms of at most 25 files, and files of at most 85 lines on average', () => {
  const rooms = Map.groupBy(inRooms, ({ file }) => roomOf(file))
  expect([...rooms].filter(([, files]) => files.length > 25).map(([room]) => room)).toEqual([])
  const lines = sources.reduce((sum, { text }) => sum + text.split('\n').length - 1, 0)
  expect(lines / sources.length).toBeLessThanOrEqual(85)
})

it('names record tables in records/ and the migrations only', () => {
  const named =
    /\b(?:from|join|update|into)\s+"?(?:lead|deal|contact|company|quote|invoice)"?\b|selectFrom\('(?:lead|deal|contact|company|quote|invoice)/
  const found = sources.filter(({ file, text }) => !roomOf(file).startsWith('records/') && named.test(text))
  expect(found.map(({ file }) => file)).toEqual([])
})

it('starts queries about records in record-query.ts only', () => {
  const started = /(?<!delete )\b(?:from|join)\s+\$\{(?:tableOf\(|sql\.table\((?:\w+\.)*type\.code\))/
  expect(inRooms.filter(({ text }) => started.test(text)).map(({ file }) => file)).toEqual([])
})

it('turns filters into SQL in records/query/, records/search/ and rights/ only', () => {
  const rooms = ['filters', 'rights', 'records/query', 'records/search']
  const turned = inRooms.filter(
    ({ file, text }) => !rooms.includes(roomOf(file)) && /\b(?:toSql|lookupsOf)\b/.test(text),
  )
  expect(turned.map(({ file }) => file)).toEqual([])
})

it('has no SQL in files of routes and in the wiring', () => {
  const query = /\bsql(?:<[^>]*>)?`|\.(?:selectFrom|insertInto|updateTable|deleteFrom)\(|^import \{.* from 'kysely'/m
  const routes = sources.filter(({ file }) => /routes?\.ts$/.test(file) || file === 'src/app.ts')
  expect(routes.filter(({ text }) => query.test(text)).map(({ file }) => file)).toEqual([])
})

it('creates grants in rights/ and tests only', () => {
  const makers = sources.filter(({ file, text }) => roomOf(file) !== 'rights' && /\bmakeGrant\b/.test(text))
  expect(makers.map(({ file }) => file)).toEqual([])
})

it('writes raw SQL in fields/, database/ and where tables are named', () => {
  const raw = sources.filter(
    ({ file, text }) => !['fields', 'database'].includes(roomOf(file)) && text.includes('sql.raw'),
  )
  // The SQL type of a column comes from the table of kinds, the definition of an index from Postgres.
  expect(raw.map(({ file }) => file).sort()).toEqual([
    'src/records/write/save-records.ts',
    'src/user-fields/compact.ts',
  ])
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

it('asks for the name of a kind of field in fields/ only', () => {
  const named = new RegExp(`\\bkind (?:===|!==) '(?:${kindNames.join('|')})'`)
  // The kinds of cells of a file have names of their own.
  const elsewhere = inRooms.filter(({ file }) => !file.startsWith('src/fields/') && roomOf(file) !== 'csv')
  expect(elsewhere.filter(({ text }) => named.test(text)).map(({ file }) => file)).toEqual([])
})

it('names operators of conditions in their table only', () => {
  const names = operatorNames.join('|')
  const named = new RegExp(`'(?:${names})'|\\boperators\\.(?:${names})\\b`)
  // Clients read these words: examples of conditions, and hints. Kysely has an `in` of its own.
  const words = /\{ field: '[\w.]+', op: '\w+'|hint: '\w+'|\.where\('[\w.]+', 'in',/g
  const found = sources.filter(
    ({ file, text }) => file !== 'src/fields/operators.ts' && named.test(text.replaceAll(words, '')),
  )
  // It counts the records with a value, without a request that names an operator.
  expect(found.map(({ file }) => file)).toEqual(['src/user-fields/field-usage.ts'])
})

it('reads the environment only in config.ts and in entry points', () => {
  const readers = sources.filter(({ text }) => text.includes('process.env'))
  expect(
    readers
      .map(({ file }) => file)
      .filter((file) => !['src/start.ts', 'src/database/embedded/owner.ts'].includes(file)),
  ).toEqual([])
})

it('documents every export', () => {
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

import { execFile } from 'node:child_process'
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import iconv from 'iconv-lite'
import { queryOf } from '../client/connection.ts'
import { readParameter } from '../src/filters/query.ts'
import { type Api, startApi } from './api.ts'
import { type ClientFolder, compile, generateClient } from './client-folder.ts'

const run = promisify(execFile)
const readme = readFileSync('README.md', 'utf8')
const example = [...readme.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code]) => code).join('')

let client: ClientFolder
let folder: string
beforeAll(async () => {
  client = await generateClient()
  folder = client.folder
  cpSync('examples/react-admin.ts', join(folder, 'examples/react-admin.ts'))
})
afterAll(() => rmSync(folder, { recursive: true }))

it('has a function for every operation of the API document', () => {
  const { paths } = JSON.parse(readFileSync('openapi/openapi.json', 'utf8')) as { paths: object }
  const ids = Object.values(paths).flatMap((path) =>
    Object.values(path as object).map(({ operationId }) => String(operationId)),
  )
  const client = readFileSync(join(folder, 'client/kartoteka.ts'), 'utf8')
  // An operation that takes a file as a body or in a form has a function for each.
  expect(ids.filter((id) => !new RegExp(`^export const ${id}(With[A-Z]\\w+)? =`, 'm').test(client))).toEqual([])
})

describe('a TypeScript program', () => {
  let api: Api
  beforeAll(async () => {
    api = await startApi({ work: true })
    await api.app.listen({ port: 0, host: '127.0.0.1' })
  })
  afterAll(() => api.close())

  it('compiles as written in the README, and fails to compile with a mistake', async () => {
    const head = `import * as api from './client/kartoteka.ts'\n`
    const mistakes: [string, RegExp][] = [
      [`api.createContact({ firstNam: 'Ivan' })`, /TS2561: .*'firstNam' does not exist.*Did you mean.* 'firstName'/],
      [`api.createContact({ phones: [{ kind: 'mobil', value: '1' }] })`, /TS2820: Type '"mobil"' is not assignable/],
      [`api.createDeal({ amount: 12.5 })`, /TS2322: Type 'number' is not assignable to type 'string'/],
      [`api.createContact({ birthDate: undefined })`, /TS2379: .*'exactOptionalPropertyTypes: true'/],
      [`api.listContact()`, /TS2551: .*Did you mean 'listContacts'/],
      [`api.listContacts({ limt: 5 })`, /TS2561: .*'limt' does not exist.*Did you mean.* 'limit'/],
      [`api.listContacts({ filter: { id: { gtt: 5 } } })`, /TS2353: .*'gtt' does not exist/],
      [
        `api.listContacts({ filter: { lastNam: 'X' } })`,
        /TS2561: .*'lastNam' does not exist.*Did you mean.* 'lastName'/,
      ],
      [`api.listDeals({ filter: { 'company.titel': 'X' } })`, /TS2353: .*'company.titel'' does not exist/],
      [`api.listDeals({ sort: ['-creatdAt'] })`, /TS2820: Type '"-creatdAt"'.*Did you mean '"-createdAt"'/],
      [`api.getDeal(5, { expand: ['compani'] })`, /TS2820: Type '"compani"'.*Did you mean '"company"'/],
      [`api.listDeals({ fields: ['titel'] })`, /TS2820: Type '"titel"'.*Did you mean '"title"'/],
      [
        `api.listDealHistory(5, { filter: { actor: 'me' } })`,
        /TS2561: .*'actor' does not exist.*Did you mean.* 'actorId'/,
      ],
      [`api.searchDeals({ filter: { field: 'id', op: 'equals', value: 1 } })`, /TS2322: Type '"equals"'/],
      [
        `api.searchDeals({ filter: { and: [{ field: 'titel', value: '1' }] } })`,
        /TS2820: Type '"titel"'.*Did you mean '"title"'/,
      ],
      [`api.searchDeals({ facets: ['stage'] })`, /TS2820: Type '"stage"'.*Did you mean '"stageId"'/],
      [`api.countDeals({ filter: { field: 'titel', value: '1' } })`, /TS2820: Type '"titel"'.*Did you mean '"title"'/],
      [`api.getContact('5')`, /TS2345: .*'string' is not assignable to parameter of type 'number'/],
      [`((await api.getMe()).data as api.Problem).code === 'no_such_code'`, /TS2367: .*no overlap/],
      [
        `api.upsertCompany('erp', '1', { titel: 'Vector' })`,
        /TS2561: .*'titel' does not exist.*Did you mean.* 'title'/,
      ],
      [`api.searchDeals({ facet: ['stageId'] })`, /TS2561: .*'facet' does not exist.*Did you mean.* 'facets'/],
      [`api.bulkContacts({ id: [1], set: {} })`, /TS2353: .*'id' does not exist in type 'ContactBulk'/],
      [
        `api.bulkContacts({ ids: [1], set: { opend: true } })`,
        /TS2561: .*'opend' does not exist.*Did you mean.* 'opened'/,
      ],
      [
        `api.bulkDeals({ ids: [1], add: { titles: ['x'] } })`,
        /TS2353: .*'titles' does not exist in type 'DealBulkAdd'/,
      ],
      [
        `api.batchContacts({ operations: [{ op: 'create', data: { lastNam: 'X' } }] })`,
        /TS2561: .*'lastNam' does not exist.*Did you mean.* 'lastName'/,
      ],
      [
        `api.batchRecords({ operations: [{ op: 'create', type: 'deal', data: { lastName: 'X' } }] })`,
        /TS2353: .*'lastName' does not exist in type 'DealBatchInput'/,
      ],
      [`api.batchRecords({ operations: [{ op: 'upsrt', type: 'deal' }] })`, /TS2820: Type '"upsrt"'/],
      [`api.listContactHistory(5, { mode: 'peeple' })`, /TS2820: Type '"peeple"'.*Did you mean '"people"'/],
      [`api.listRecycleBin({ limt: 5 })`, /TS2561: .*'limt' does not exist.*Did you mean.* 'limit'/],
      [`(await api.getContact(5)).data.lastName`, /TS2339: Property 'lastName' does not exist/],
    ]
    writeFileSync(join(folder, 'example.ts'), example)
    for (const [index, [code]] of mistakes.entries()) {
      writeFileSync(join(folder, `mistake${index}.ts`), `${head}void (${code})\n`)
    }
    const told = await compile(client)
    // Frontends have browser globals besides those of the client, and a bundler instead of Node.
    const inBrowser = { lib: ['es2024', 'dom', 'dom.iterable'], module: 'esnext', moduleResolution: 'bundler' }
    expect(await compile(client, inBrowser)).toEqual(told)
    expect(told).toHaveLength(mistakes.length)
    for (const [index, [, expected]] of mistakes.entries()) {
      expect(told).toContainEqual(expect.stringMatching(new RegExp(`^mistake${index}\\.ts\\(2,\\d+\\): error `)))
      expect(told.find((line) => line.startsWith(`mistake${index}.ts`))).toMatch(expected)
    }
  })

  it('does what the README says', async () => {
    const text =
      'Имя;Фамилия;Рабочий телефон;Населенный пункт\r\nИван;Петров;8 (495) 123-45-67;Омск\r\nАнна;Орлова;;Казань\r\n'
    writeFileSync(join(folder, 'contacts.csv'), iconv.encode(text, 'windows-1251'))
    const { port } = api.app.server.address() as AddressInfo
    const { stdout } = await run(process.execPath, ['example.ts'], {
      cwd: folder,
      env: { ...client.env, URL: `http://127.0.0.1:${port}`, KEY: api.key },
    })
    expect(stdout).toMatch(
      /^User: 2 of 2 rows\n1 found, Орлова\n\/firstName: A name, a phone number or an e-mail address is required\.\ntrue\n2 comment\n201,200\n.*Вектор.* 1\ncompleted completed\nrestored,deleted\nID;.*;Филиал\r\n\d+;.*;Лосев;.*;Омск\r\n\n1\n$/,
    )
  })
})

it('writes filters that the server reads the same way', () => {
  const filter = {
    lastName: 'Петров & Co',
    'userFields.city': { in: ['Omsk, Siberia', 'Kazan', 'a"b', ' c ', ''] },
    amount: { gte: '10.50', lt: 20 },
    phones: { isEmpty: false },
  }
  const query = queryOf({ filter, limit: 5, cursor: undefined })
  const { limit, ...conditions } = Object.fromEntries(new URLSearchParams(query))
  expect(limit).toBe('5')
  expect(Object.entries(conditions).flatMap(([name, value]) => readParameter(name, value, []) ?? [])).toEqual([
    { field: 'lastName', op: 'eq', value: 'Петров & Co' },
    { field: 'userFields.city', op: 'in', value: ['Omsk, Siberia', 'Kazan', 'a"b', ' c ', ''] },
    { field: 'amount', op: 'gte', value: '10.50' },
    { field: 'amount', op: 'lt', value: '20' },
    { field: 'phones', op: 'isEmpty', value: 'false' },
  ])
})

import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { type Api, startApi } from '../api.ts'
import { oneOfEach, placeIn } from '../one-of-each.ts'

interface Operation {
  responses: Record<string, { content?: Record<string, { schema: { $ref?: string } }> }>
}

const { paths, components } = JSON.parse(readFileSync('openapi/openapi.json', 'utf8')) as {
  paths: Record<string, Partial<Record<string, Operation>>>
  components: { schemas: Record<string, { examples?: unknown[] }> }
}
const deletions = Object.entries(paths).flatMap(([path, { get, delete: deletion }]) =>
  deletion ? [[path, { get, deletion }] as const] : [],
)

let api: Api
let there: Awaited<ReturnType<typeof oneOfEach>>
beforeAll(async () => {
  api = await startApi({ work: true })
  there = await oneOfEach(api, components.schemas)
})
afterAll(() => api.close())

const schemaOf = (operation: Operation | undefined) =>
  Object.values(operation?.responses[200]?.content ?? {})[0]?.schema.$ref

it.each(deletions)('A dry run of DELETE %s shows what would be deleted', async (path, { get, deletion }) => {
  const url = path.replaceAll(/\{(\w+)\}/g, (_, name) => placeIn(there, path, name))
  const read = async () => (get ? await api.call('get', url).expect(200) : undefined)
  const before = await read()
  const { body } = await api.call('delete', `${url}?dryRun=true`).expect(200)
  // The others count what would be lost, or the paths are of their own.
  if (before && schemaOf(get) === schemaOf(deletion)) expect(body).toEqual(before.body)
  else expect(Object.keys(body)).not.toEqual([])
  expect((await read())?.body).toEqual(before?.body)
})

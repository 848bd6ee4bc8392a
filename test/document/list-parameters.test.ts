import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { type Api, startApi } from '../api.ts'

interface Schema {
  type?: string | string[]
  items?: { $ref?: string; type?: string }
}
interface Parameter {
  name: string
  in: string
  style?: string
  explode?: boolean
  description?: string
  schema: Schema
}

const { paths } = JSON.parse(readFileSync('openapi/openapi.json', 'utf8')) as {
  paths: Record<string, Record<string, { parameters?: Parameter[] }>>
}
const parameters = Object.entries(paths).flatMap(([path, methods]) =>
  Object.entries(methods).flatMap(([method, { parameters = [] }]) =>
    parameters
      .filter((one) => one.in === 'query')
      .map((parameter) => ({
        ...parameter,
        method,
        path: path.replaceAll('{code}', 'deal').replaceAll(/\{\w+\}/g, '1'),
      })),
  ),
)
const lists = parameters.filter(({ schema }) => schema.type === 'array')

let api: Api
beforeAll(async () => {
  api = await startApi()
})
afterAll(() => api.close())

it('The document has every list as one, with commas', () => {
  const texts = parameters.filter(
    ({ schema, description = '' }) => schema.type === 'string' && /separate|commas/i.test(description),
  )
  expect(texts.filter(({ name }) => name !== 'delimiter')).toEqual([])
  expect(lists.filter(({ style, explode }) => style !== 'form' || explode !== false)).toEqual([])
  expect(lists.length).toBeGreaterThan(100)
})

it.each(lists.map((list) => [`${list.method} ${list.path}?${list.name}`, list] as const))(
  '%s is a list in every spelling, but not in two at once',
  async (_name, { name, method, path, schema }) => {
    const [first, second] = schema.items?.type === 'integer' ? ['1', '3'] : ['me', 'won']
    const answerTo = async (query: string) => {
      const { status, body } = await api.call(method as 'get', `${path}?q=a&${query}`)
      const { traceId: _, ...answer } = body
      return { status, answer }
    }
    const faultOf = async (query: string) =>
      (await answerTo(query)).answer.errors?.find((fault: { parameter?: string }) => fault.parameter === name)?.code
    const expected = await answerTo(`${name}=${first},${second}`)
    expect(await answerTo(`${name}=${first}&${name}=${second}`)).toEqual(expected)
    expect(await answerTo(`${name}[]=${first}&${name}[]=${second}`)).toEqual(expected)
    expect(await answerTo(`${name}[1]=${second}&${name}[0]=${first}`)).toEqual(expected)
    expect(await faultOf(`${name}=${first},${second}&${name}=${first}`)).toBe('mixed_spellings')
    expect(await faultOf(`${name}=${first}&${name}[]=${second}`)).toBe('mixed_spellings')
  },
)

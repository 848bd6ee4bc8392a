import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { type Api, startApi } from '../api.ts'
import { aContact } from '../seed.ts'

/** A request with a mistake, and the whole answers to it in both languages, without what differs each time. */
interface Mistake {
  name: string
  request: string
  body?: object
  /** The body as it is sent, if it is not JSON. */
  text?: string
  headers?: Record<string, string>
  en: object
  ru: object
}

/** The mistakes that callers of other APIs make. */
const mistakes: Mistake[] = JSON.parse(readFileSync(new URL('mistakes.json', import.meta.url), 'utf8'))

let api: Api
beforeAll(async () => {
  api = await startApi()
  await api.call('post', '/v1/types/contact/fields', { code: 'tone', kind: 'string', label: 'Tone' }).expect(201)
  await aContact(api)
})
afterAll(() => api.close())

/** Sends the request of a mistake, and returns the answer without what differs each time. */
async function answerTo({ request, body, text, headers = {} }: Mistake, language: 'en' | 'ru') {
  const [method = '', path = ''] = request.split(' ')
  const call = api.call(method.toLowerCase() as 'get', path).set({ 'accept-language': language, ...headers })
  if (text !== undefined && !headers['content-type']) call.set('content-type', 'application/json')
  if (text !== undefined) call.serialize((given) => given as never)
  const answer = await call.send((text ?? body) as object)
  const { traceId: shown = '' } = answer.body
  const { traceId, instance, type, status, code, ...told } = JSON.parse(answer.text.replaceAll(shown, 'trace'))
  expect({ traceId, type, status, instance }).toEqual({
    traceId: 'trace',
    type: `/docs/errors#${code}`,
    status: answer.status,
    instance: path.split('?')[0],
  })
  return { status, code, ...told }
}

it.each(mistakes)('A caller who sends $request ($name) is told what to write', async (mistake) => {
  const { name: _, request: _request, body: _body, text: _text, headers: _headers, ...answers } = mistake
  expect({ en: await answerTo(mistake, 'en'), ru: await answerTo(mistake, 'ru') }).toEqual(answers)
})

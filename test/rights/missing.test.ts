import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { systemTypes } from '../../src/entities/types.ts'
import { aFile } from '../files/stored.ts'
import { type JobApi, startJobApi } from '../jobs.ts'
import { randomOf } from '../storm/random.ts'
import { type Answer, answerTo } from './worlds/answers.ts'
import { createCompany, hiddenFields, shownFields } from './worlds/company.ts'
import { probabilityOfSame } from './worlds/kolmogorov-smirnov.ts'
import { documentOf, operationsOf } from './worlds/operations.ts'
import { type Asked, requestOf } from './worlds/requests.ts'
import type { Sources } from './worlds/values.ts'
import { startNewIds } from './worlds/worlds.ts'

/** A record with this id exists in every type, and Anna sees none of them. The other id is of no record. */
const [hiddenId, missingId] = [11, 12]
/** Stands for either of them in a request. */
const either = 7_777_777
const since = new Date().toISOString()

let api: JobApi
let key: string
beforeAll(async () => {
  api = await startJobApi()
  const company = await createCompany(api)
  key = company.key
  for (const { plural } of systemTypes) expect(company.unseen[plural]).toContain(hiddenId)
  await startNewIds(api.pool)
  await api.app.listen({ port: 0, host: '127.0.0.1' })
}, 180_000)
afterAll(() => api.close())

/** Returns the responses to a request for what is hidden and for what does not exist, without their ids. */
async function both(asked: Asked, [hidden, missing]: readonly [string | number, string | number]): Promise<string[]> {
  const answers = []
  for (const id of [hidden, missing]) {
    const text = JSON.stringify(asked).replaceAll(String(either), String(id))
    const { tokens: _, ...answer } = await answerTo(api, key, JSON.parse(text) as Asked, since)
    answers.push(JSON.stringify(answer).replaceAll(new RegExp(`(?<!\\d)(${hidden}|${missing})(?!\\d)`, 'g'), '(id)'))
  }
  return answers
}

const get = (url: string, method: Asked['method'] = 'GET'): Asked => ({ method, url, headers: {} })
const statusOf = (answer: string) => (JSON.parse(answer) as Answer).status

it('a record that is not seen is the same to every operation as one that does not exist', async () => {
  const document = documentOf(api)
  const random = randomOf(Number(process.env.SEED ?? 1))
  const from: Sources = {
    ...{ random, schemas: document.components.schemas, samples: new Map(), idsOf: {}, ids: [either] },
    userFields: [...shownFields, ...shownFields, ...hiddenFields].map(({ code }) => code),
    texts: ['Omsk', 'WON', 'today', 'title'],
  }
  const notFound = new Set<string>()
  for (const { operation, effect } of operationsOf(document)) {
    for (let times = 0; effect !== 'excused' && times < 8; times++) {
      const asked = requestOf(from, operation, { cursors: [], etags: [] })
      if (!JSON.stringify(asked).includes(String(either))) continue
      const [hidden, missing] = await both(asked, [hiddenId, missingId])
      expect({ asked, answer: hidden }).toEqual({ asked, answer: missing })
      if (statusOf(hidden!) === 404) notFound.add(operation.path)
    }
  }
  for (const { plural, traits } of systemTypes) {
    const more = traits.has('stages') ? ['/stage-history'] : []
    const paths = ['', '/history', '/copy', ...more].map((path) => `/v1/${plural}/{id}${path}`)
    if (plural !== 'invoices') expect([...notFound]).toEqual(expect.arrayContaining(paths))
  }
})

it('the external key of a record that is not seen finds nothing', async () => {
  for (const { plural } of systemTypes) {
    const { body } = await api.call(
      'get',
      `/v1/${plural}?filter[externalIds.source]=erp&filter[responsibleId]=7&limit=1`,
    )
    const hidden = body.data[0].externalIds[0].key as string
    const [one, other] = await both(get(`/v1/${plural}/external/erp/${either}`), [hidden, `${hidden.slice(0, -1)}x`])
    expect(one).toBe(other)
    expect(statusOf(one!)).toBe(plural === 'invoices' ? 403 : 404)
  }
})

it('so are files, entries of the recycle bin and jobs', async () => {
  const [ofRecord, ofField, free] = [await aFile(api), await aFile(api), await aFile(api)]
  await api.call('patch', `/v1/deals/${hiddenId}`, { userFields: { paper: { id: ofRecord.id } } }).expect(200)
  await api.call('patch', '/v1/deals/9', { userFields: { paper: { id: ofField.id } } }).expect(200)
  await api.call('delete', `/v1/deals/${hiddenId}`).expect(204)
  const { body: job } = await api.call('post', '/v1/deals/bulk', { ids: [9], set: { comment: 'a' } }).expect(202)
  const pairs: [Asked, string | number, string | number][] = [
    ...[ofRecord, ofField, free].flatMap(({ id }): [Asked, number, number][] => [
      [get(`/v1/files/${either}`), id, id + 1],
      [get(`/v1/files/${either}/content`), id, id + 1],
      [get(`/v1/files/${either}?dryRun=true`, 'DELETE'), id, id + 1],
    ]),
    [get(`/v1/recycle-bin/D_${either}`), hiddenId, missingId],
    [get(`/v1/recycle-bin/D_${either}/restore`, 'POST'), hiddenId, missingId],
    ...['', '/errors', '/events'].map((path): [Asked, number, number] => [
      get(`/v1/jobs/${either}${path}`),
      job.id,
      job.id + 1,
    ]),
    ...['pause', 'resume', 'cancel', 'revert'].map((verb): [Asked, number, number] => [
      ...([get(`/v1/jobs/${either}/${verb}`, 'POST'), job.id, job.id + 1] as const),
    ]),
  ]
  for (const [asked, ...ids] of pairs) {
    const [one, other] = await both(asked, ids)
    expect({ asked, answer: one }).toEqual({ asked, answer: other })
    expect({ asked, status: statusOf(one!) }).toEqual({ asked, status: 404 })
  }
})

/** How often the times of both are measured. `npm run test:long` does it. */
const tries = Number(process.env.TRIES ?? 0)
const long = tries ? it : it.skip
long(
  'takes the same time to be not found',
  async () => {
    const times: [number[], number[]] = [[], []]
    for (let index = -200; index < 2 * tries; index++) {
      const at = Math.abs(index % 2)
      const from = process.hrtime.bigint()
      await answerTo(api, key, get(`/v1/contacts/${[hiddenId, missingId][at]}`), since)
      if (index >= 0) times[at]!.push(Number(process.hrtime.bigint() - from))
    }
    const p = probabilityOfSame(...times)
    expect(p).toBeGreaterThan(0.01)
  },
  600_000,
)

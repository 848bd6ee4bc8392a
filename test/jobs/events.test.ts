import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { inTransaction } from '../../src/database/transaction.ts'
import { createJob, finishJob, saveProgress, startJob } from '../../src/jobs/job.ts'
import { mostStreams } from '../../src/jobs/job-events.ts'
import { type Api, startApi } from '../api.ts'
import { until } from '../until.ts'

let api: Api
beforeAll(async () => {
  api = await startApi()
  await api.app.listen({ port: 0, host: '127.0.0.1' })
})
afterAll(() => api.close())

const aJob = (userId = api.userId) =>
  inTransaction(api.db, (trx) => createJob(trx, { type: 'test', creator: { userId, scopes: null } }))
const progress = (id: number, done: number) =>
  inTransaction(api.db, (trx) => saveProgress(trx, { id, done, result: { rows: done } }))

interface Event {
  id: string
  event: string
  data: { id: number; status: string; progress: { done: number } }
}

/** Opens the stream of a job. `text` collects what has arrived; `ended` resolves at the end of the stream. */
async function follow(id: number, headers: Record<string, string> = {}, { app, key } = api) {
  const { port } = app.server.address() as AddressInfo
  const path = `/v1/jobs/${id}/events`
  const sent = request({ port, path, headers: { authorization: `Bearer ${key}`, ...headers }, agent: false }).end()
  const [answer] = (await once(sent, 'response')) as [IncomingMessage]
  const stream = {
    ...{ status: answer.statusCode, type: answer.headers['content-type'], text: '' },
    events: () => eventsOf(stream.text),
    ended: new Promise((resolve) => answer.on('close', resolve)),
    stop: () => sent.destroy(),
  }
  answer.setEncoding('utf8').on('data', (text) => {
    stream.text += text
  })
  answer.on('error', () => {})
  return stream
}

function eventsOf(text: string): Event[] {
  return text
    .split('\n\n')
    .filter((block) => block.startsWith('id: '))
    .map((block) => {
      const lines = Object.fromEntries(block.split('\n').map((line) => line.split(/: (.*)/s).slice(0, 2)))
      return { ...lines, data: JSON.parse(lines.data) } as Event
    })
}

it('sends the job at once, after progress and at its end, and then ends', async () => {
  const id = await aJob()
  const stream = await follow(id)
  expect(stream.status).toBe(200)
  expect(stream.type).toMatch(/^text\/event-stream/)
  await until(() => stream.events().length === 1)
  await startJob(api.db, id)
  await until(() => stream.events().length === 2)
  await progress(id, 40)
  await until(() => stream.events().length === 3)
  await finishJob(api.db, { id, result: { rows: 40 } })
  await stream.ended
  const seen = stream.events().map(({ id, event, data }) => [id, event, data.status, data.progress.done])
  expect(seen).toEqual([
    ['queued-0-', 'job', 'queued', 0],
    ['running-0-', 'job', 'running', 0],
    ['running-40-', 'job', 'running', 40],
    ['completed-40-', 'job', 'completed', 40],
  ])
  expect(stream.events().at(-1)!.data).toEqual((await api.call('get', `/v1/jobs/${id}`)).body)
})

it('continues after the last event that the client has received', async () => {
  const id = await aJob()
  await startJob(api.db, id)
  await progress(id, 10)
  const again = await follow(id, { 'last-event-id': 'running-10-' })
  await progress(id, 20)
  await until(() => again.events().length === 1)
  await finishJob(api.db, { id, result: {} })
  await again.ended
  expect(again.events().map((event) => event.id)).toEqual(['running-20-', 'completed-20-'])
  const over = await follow(id, { 'last-event-id': 'completed-20-' })
  expect(over.status).toBe(204)
  const late = await follow(id, { 'last-event-id': 'running-10-' })
  await late.ended
  expect(late.events().map((event) => event.id)).toEqual(['completed-20-'])
})

it('refuses more streams than a user may have open, until one of them is closed', async () => {
  const id = await aJob()
  const streams = await Promise.all(Array.from({ length: mostStreams }, () => follow(id)))
  const { status, body, headers } = await api.call('get', `/v1/jobs/${id}/events`)
  expect({ status, code: body.code, detail: body.detail }).toEqual({
    status: 429,
    code: 'too_many_streams',
    detail: `You have ${mostStreams} open event streams. Close one of them, or read the job with \`wait\`.`,
  })
  expect(headers['retry-after']).toBe('5')
  streams[0]!.stop()

  await until(async () => {
    const stream = await follow(id)
    streams.push(stream)
    return stream.status === 200
  })
  await finishJob(api.db, { id, result: {} })
  for (const stream of streams) stream.stop()
})

it('ends when the server shuts down', async () => {
  const other = await startApi()
  await other.app.listen({ port: 0, host: '127.0.0.1' })
  const id = await inTransaction(other.db, (trx) =>
    createJob(trx, { type: 'test', creator: { userId: other.userId, scopes: null } }),
  )
  const stream = await follow(id, {}, other)
  await other.close()
  await stream.ended
  expect(stream.text).toContain('id: queued-0-')
})

import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { type Api, startApi } from '../api.ts'

let api: Api
beforeAll(async () => {
  api = await startApi()
  await api.app.listen({ port: 0, host: '127.0.0.1' })
  for (const code of ['kept', 'lost']) {
    await api.call('post', '/v1/types/contact/fields', { code, kind: 'string', label: code }).expect(201)
  }
  const { rows } = await api.pool.query('select id, code from user_field')
  const column = (code: string) => `f_${rows.find((row) => row.code === code).id}`
  await api.pool.query(
    `insert into contact (last_name, comment, ${column('kept')}, ${column('lost')}, responsible_id, created_by, created_at,
      updated_by, updated_at, opened, observers, participates_in_export)
    select 'Name ' || n, repeat('comment ', 500), 'kept ' || n, 'lost ' || n, $1, $1, now(), $1, now(), true, '{}', true
    from generate_series(1, 6000) as n`,
    [api.userId],
  )
})
afterAll(() => api.close())

/** Starts an export without reading any of it. */
async function open(query: string): Promise<IncomingMessage> {
  const { port } = api.app.server.address() as AddressInfo
  const headers = { authorization: `Bearer ${api.key}` }
  const asked = request({ port, host: '127.0.0.1', path: `/v1/contacts/export?${query}`, headers })
  asked.end()
  const [answer] = (await once(asked, 'response')) as [IncomingMessage]
  return answer
}

async function textOf(answer: IncomingMessage): Promise<string> {
  let text = ''
  for await (const part of answer.setEncoding('utf8')) text += part
  return text
}

it('continues without a field that is deleted during the export, and reports it at the end', async () => {
  const fields = 'fields=lastName,userFields.kept,userFields.lost,comment&mode=raw'
  const whole = await open(fields)
  const before = (await textOf(whole)).split('\r\n')
  expect(before).toHaveLength(6002)
  expect(whole.trailers).toEqual({ 'export-fields-lost': '' })

  const answer = await open(fields)
  await api.call('delete', '/v1/types/contact/fields/lost').expect(204)
  const lines = (await textOf(answer)).split('\r\n')
  expect(lines).toHaveLength(6002)
  const withoutComment = (line: string) => line.split(',').slice(0, 3).join()
  const [first, last] = [lines[1] ?? '', lines.at(-2) ?? '']
  expect(withoutComment(first)).toBe('Name 6000,kept 6000,lost 6000')
  expect(withoutComment(last)).toBe('Name 1,kept 1,')
  expect(answer.trailers).toEqual({ 'export-fields-lost': 'userFields.lost' })
})

it('aborts if the sort order needs the deleted field', async () => {
  const answer = await open('fields=lastName,comment&sort=userFields.kept&mode=raw')
  await api.call('delete', '/v1/types/contact/fields/kept').expect(204)
  await expect(textOf(answer)).rejects.toThrow('aborted')
})

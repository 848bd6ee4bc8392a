import { expect, it } from '@jest/globals'
import { startApi } from '../api.ts'
import { raiseDiskFull } from '../database.ts'

it('returns a problem for writes on a full disk, and continues to serve reads', async () => {
  const api = await startApi()
  const { body: contact } = await api.call('post', '/v1/contacts', { lastName: 'Stays' }).expect(201)
  await api.pool.query(raiseDiskFull)
  await api.pool.query('create trigger full_disk before insert or update on contact execute function full_disk()')
  for (const write of [
    api.call('post', '/v1/contacts', { lastName: 'Lost' }),
    api.call('patch', `/v1/contacts/${contact.id}`, { lastName: 'Lost' }),
    api.call('post', '/v1/contacts/batch', { operations: [{ op: 'create', data: { lastName: 'Lost' } }] }),
  ]) {
    const { status, headers, body } = await write
    expect({ status, code: body.code, detail: body.detail, retry: headers['retry-after'] }).toEqual({
      ...{ status: 503, code: 'storage_full', retry: '60' },
      detail: 'The disk is full, so nothing was saved. Free some space and try again.',
    })
  }
  expect((await api.call('get', `/v1/contacts/${contact.id}`).expect(200)).body).toEqual(contact)
  await api.close()
})

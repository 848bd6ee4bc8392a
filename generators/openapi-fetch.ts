import createClient from 'openapi-fetch'
import type { paths } from './kartoteka.ts'

const crm = createClient<paths>({
  baseUrl: process.env.URL!,
  headers: { authorization: `Bearer ${process.env.KEY}` },
  querySerializer: { array: { style: 'form', explode: false } },
})

/** Returns the data of a successful response. Throws the error otherwise. */
function ok<T>({ data, error }: { data?: T; error?: unknown }): T {
  if (data === undefined) throw new Error(JSON.stringify(error))
  return data
}

const created = await crm.POST('/v1/contacts', {
  body: { lastName: 'Losev', address: { city: 'Omsk' }, phones: [{ value: '+7 495 123-45-67' }] },
})
const contact = ok(created)
console.log(contact.lastName?.toUpperCase(), contact.phones.map(({ kind }) => kind).join())

// The generated code writes conditions with an operator into a URL only as JSON.
const filter = { lastName: JSON.stringify({ startsWith: 'Los' }) }
const listed = ok(
  await crm.GET('/v1/contacts', {
    params: { query: { filter, fields: ['id', 'lastName'], sort: ['-createdAt', '-id'] } },
  }),
)
console.log(listed.data[0]?.id === contact.id)

const path = { id: contact.id }
const params = { path, header: { 'if-match': created.response.headers.get('etag')! } }
console.log(ok(await crm.PATCH('/v1/contacts/{id}', { params, body: { comment: 'Mine' } })).version)

// The error type is a union of all problems of the operation. Only the 412 problem has `version`.
const late = await crm.PATCH('/v1/contacts/{id}', { params, body: { comment: 'Yours' } })
if (late.error && 'fields' in late.error) console.log(late.error.status, late.error.version, late.error.fields?.join())

const refused = await crm.POST('/v1/contacts', { body: { middleName: 'Ivanovich' } })
for (const { pointer, code } of refused.error?.errors ?? []) console.log(refused.error?.status, pointer, code)

const city: string | null | undefined = contact.address?.city
console.log(city)

// Fields with a default are optional.
const found = ok(
  await crm.POST('/v1/contacts/search', { body: { filter: { field: 'lastName', op: 'startsWith', value: 'Los' } } }),
)
const update = { op: 'update', id: contact.id, data: { comment: 'Seen' } } as const
const batch = ok(await crm.POST('/v1/contacts/batch', { body: { operations: [update] } }))
console.log(found.data.length, found.page.next, batch.results[0]?.record?.comment?.length)

const me = await crm.GET('/v1/me')
const header = { 'if-none-match': me.response.headers.get('etag')! }
console.log((await crm.GET('/v1/me', { params: { header } })).response.status)

const bulk = ok(await crm.POST('/v1/contacts/bulk', { body: { ids: [contact.id], set: { opened: false } } }))
if ('id' in bulk) {
  const job = ok(await crm.GET('/v1/jobs/{id}', { params: { path: { id: bulk.id }, query: { wait: 30 } } }))
  console.log(job.status, job.result.done! + 1)
}
const history = ok(await crm.GET('/v1/contacts/{id}/history', { params: { path } }))
console.log(history.data.flatMap(({ changes }) => changes.map(({ field }) => field)).join())

import {
  CreateContactBody,
  CreateContactResponse,
  ListContactsResponse,
  PreconditionProblem,
  Problem,
  UpdateContactBody,
  UpdateContactResponse,
} from './kartoteka.ts'

/** Sends a request. The schemas below check what it returns. */
async function send(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
  const response = await fetch(`${process.env.URL}/v1/${path}`, {
    method,
    headers: { ...headers, authorization: `Bearer ${process.env.KEY}`, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  return { status: response.status, headers: response.headers, json: (await response.json()) as unknown }
}

const body = CreateContactBody.parse({ lastName: 'Losev', phones: [{ value: '+7 495 123-45-67' }] })
const created = await send('POST', 'contacts', body)
const contact = CreateContactResponse.parse(created.json)
console.log(contact.lastName?.toUpperCase(), contact.phones.map(({ kind }) => kind).join())

const listed = await send('GET', 'contacts?filter[lastName][startsWith]=Los&sort=-createdAt,-id')
console.log(ListContactsResponse.parse(listed.json).data[0]?.id === contact.id)

const seen = { 'if-match': created.headers.get('etag')! }
const changed = await send('PATCH', `contacts/${contact.id}`, UpdateContactBody.parse({ comment: 'Mine' }), seen)
console.log(UpdateContactResponse.parse(changed.json).version)

const late = await send('PATCH', `contacts/${contact.id}`, UpdateContactBody.parse({ comment: 'Yours' }), seen)
const { version, fields } = PreconditionProblem.parse(late.json)
console.log(late.status, version, fields.join())

const refused = await send('POST', 'contacts', CreateContactBody.parse({ middleName: 'Ivanovich' }))
for (const { pointer, code } of Problem.parse(refused.json).errors ?? []) console.log(refused.status, pointer, code)

// Schemas ignore unknown names. `strict()` refuses them.
const checked = CreateContactBody.strict().safeParse({ firstNam: 'Ivan', lastName: 5 })
for (const { path, code } of checked.error?.issues ?? []) console.log(code, path.join('/'))

import { isAxiosError } from 'axios'
import { setConfig } from './kartoteka/.kubb/fetch.ts'
import type { PreconditionProblem, Problem } from './kartoteka/index.ts'
import { createContact, listContacts, updateContact } from './kartoteka/index.ts'

setConfig({ baseURL: process.env.URL!, headers: { authorization: `Bearer ${process.env.KEY}` } })

const created = await createContact({ lastName: 'Losev', phones: [{ value: '+7 495 123-45-67' }] })
const contact = created.data
console.log(contact.lastName?.toUpperCase(), contact.phones.map(({ kind }) => kind).join())

const filter = { lastName: { startsWith: 'Los' } }
const listed = await listContacts({ filter, fields: ['id', 'lastName'], sort: ['-createdAt', '-id'] })
console.log(listed.data.data[0]?.id === contact.id)

const headers = { 'if-match': String(created.headers.etag) }
const changed = await updateContact(contact.id, { comment: 'Mine' }, {}, headers)
console.log(changed.data.version)

// The functions throw the errors of axios. Their body is a problem.
const late = await updateContact(contact.id, { comment: 'Yours' }, {}, headers).catch((error: unknown) => error)
if (isAxiosError<PreconditionProblem>(late)) {
  console.log(late.status, late.response?.data.version, late.response?.data.fields.join())
}
const refused = await createContact({ middleName: 'Ivanovich' }).catch((error: unknown) => error)
if (isAxiosError<Problem>(refused)) {
  for (const { pointer, code } of refused.response?.data.errors ?? []) console.log(refused.status, pointer, code)
}

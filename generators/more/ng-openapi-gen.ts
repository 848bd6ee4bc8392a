// Only outside of an Angular CLI project, which compiles Angular's own classes.
import '@angular/compiler'
import { IMAGE_CONFIG } from '@angular/common'
import { HttpClient, HttpErrorResponse, provideHttpClient, withFetch, withInterceptors } from '@angular/common/http'
import { provideZonelessChangeDetection } from '@angular/core'
import { createApplication } from '@angular/platform-browser'
import { Api } from './kartoteka/api'
import { createContact, listContacts, searchContacts, updateContact } from './kartoteka/functions'
import type { PreconditionProblem, Problem } from './kartoteka/models'

const authorization = `Bearer ${process.env.KEY}`
const app = await createApplication({
  providers: [
    provideZonelessChangeDetection(),
    provideHttpClient(
      withFetch(),
      withInterceptors([(request, next) => next(request.clone({ setHeaders: { authorization } }))]),
    ),
    // Node has no images to look at.
    { provide: IMAGE_CONFIG, useValue: { disableImageSizeWarning: true, disableImageLazyLoadWarning: true } },
  ],
})
// Components write `inject(Api)`, with `provideApiConfiguration(url)` among the providers.
const crm = new Api({ rootUrl: process.env.URL! }, app.injector.get(HttpClient))

const body = { lastName: 'Losev', phones: [{ value: '+7 495 123-45-67' }] }
const created = await crm.invoke$Response(createContact, { body })
const contact = created.body
console.log(contact.lastName?.toUpperCase(), contact.phones.map(({ kind }) => kind).join())

// The generated code writes conditions with an operator into a URL only as JSON.
const filter = { lastName: JSON.stringify({ startsWith: 'Los' }) }
const listed = await crm.invoke(listContacts, { filter, fields: ['id', 'lastName'], sort: ['-createdAt', '-id'] })
console.log(listed.data[0]?.id === contact.id)
const startsWith = { field: 'lastName', op: 'startsWith', value: 'Los' } as const
const found = await crm.invoke(searchContacts, { body: { filter: startsWith, sort: ['-createdAt', '-id'] } })
console.log(found.data[0]?.id === contact.id)

const seen = { id: contact.id, 'if-match': created.headers.get('etag')! }
console.log((await crm.invoke(updateContact, { ...seen, body: { comment: 'Mine' } })).version)

// Angular throws responses that are errors. Their body is a problem.
const late = await crm.invoke(updateContact, { ...seen, body: { comment: 'Yours' } }).catch((error: unknown) => error)
if (late instanceof HttpErrorResponse) {
  const problem: PreconditionProblem = late.error
  console.log(late.status, problem.version, problem.fields?.join())
}
const refused = await crm.invoke(createContact, { body: { middleName: 'Ivanovich' } }).catch((error: unknown) => error)
if (refused instanceof HttpErrorResponse) {
  const problem: Problem = refused.error
  for (const { pointer, code } of problem.errors ?? []) console.log(refused.status, pointer, code)
}

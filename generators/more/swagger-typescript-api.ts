import { Api } from './kartoteka/api.ts'

/** The generated code writes nested parameters as `[object Object]`. This writes `filter[lastName][startsWith]=Los`. */
class Crm extends Api<unknown> {
  protected override toQueryString(query: object = {}): string {
    const write = (name: string, value: unknown): string[] => {
      if (value === undefined) return []
      if (typeof value !== 'object' || value === null) return [this.encodeQueryParam(name, value)]
      if (Array.isArray(value)) return value.map((item) => this.encodeQueryParam(name, item))
      return Object.entries(value).flatMap(([key, inner]) => write(`${name}[${key}]`, inner))
    }
    return Object.entries(query)
      .flatMap(([name, value]) => write(name, value))
      .join('&')
  }
}

const { v1: crm } = new Crm({
  baseUrl: process.env.URL!,
  baseApiParams: { headers: { authorization: `Bearer ${process.env.KEY}` } },
})

const created = await crm.createContact({ lastName: 'Losev', phones: [{ value: '+7 495 123-45-67' }] })
const contact = created.data
console.log(contact.lastName?.toUpperCase(), contact.phones.map(({ kind }) => kind).join())

const filter = { lastName: { startsWith: 'Los' } }
const listed = await crm.listContacts({ filter, fields: ['id', 'lastName'], sort: ['-createdAt', '-id'] })
console.log(listed.data.data[0]?.id === contact.id)

const headers = { 'if-match': created.headers.get('etag')! }
const changed = await crm.updateContact(contact.id, { comment: 'Mine' }, {}, { headers })
console.log(changed.data.version)

// Without the flag `--disable-throw-on-error`, functions throw these responses.
const late = await crm.updateContact(contact.id, { comment: 'Yours' }, {}, { headers })
if (!late.ok && 'fields' in late.error) console.log(late.status, late.error.version, late.error.fields?.join())

const refused = await crm.createContact({ middleName: 'Ivanovich' })
if (!refused.ok) for (const { pointer, code } of refused.error.errors ?? []) console.log(refused.status, pointer, code)

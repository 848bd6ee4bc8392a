import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { Api } from '../api.ts'
import { exportedText } from '../exports/exported.ts'
import { aFile, fileReference, type SavedFile } from '../files/stored.ts'
import { type JobApi, startJobApi } from '../jobs.ts'
import { aCompany, aContact, asCaller, callers, limitsOf, read } from '../seed.ts'

const fields = '/v1/types/contact/fields'

let server: JobApi
let [a, b, c]: SavedFile[] = []
beforeAll(async () => {
  server = await startJobApi({ limitsOf })
  ;[a, b, c] = [
    await aFile(server, 'a', 'a.pdf'),
    await aFile(server, 'bb', 'b.pdf'),
    await aFile(server, 'c', 'c.png'),
  ]
  await server.call('post', fields, { code: 'papers', kind: 'file', label: 'Papers', multiple: true }).expect(201)
  await server.call('post', fields, { code: 'scan', kind: 'file', label: 'Scan' }).expect(201)
})
afterAll(() => server.close())

const faults = ({ body }: { body: { errors: { pointer: string; code: string }[] } }) =>
  body.errors.map(({ pointer, code }) => `${pointer} ${code}`)

describe.each(callers)('Files in records of $name', ({ isLimited }) => {
  let api: Api
  beforeAll(async () => {
    api = isLimited ? await asCaller(server, 'Limited') : server
  })
  const change = async (id: number, body: object) =>
    (await api.call('patch', `/v1/contacts/${id}`, body).expect(200)).body

  it('are written by id or as returned, and returned with name and size', async () => {
    const contact = await aContact(api, { photo: { id: a!.id }, userFields: { scan: fileReference(b!) } })
    expect(contact).toMatchObject({
      photo: fileReference(a!),
      userFields: { scan: fileReference(b!), papers: null },
      version: 1,
    })
    expect(await read(api, `contacts/${contact.id}`)).toEqual(contact)
    expect(await change(contact.id, { photo: { ...fileReference(a!), name: 'ignored', size: 0 } })).toEqual(contact)
    const changed = await change(contact.id, { photo: { id: c!.id }, userFields: { scan: null } })
    expect(changed).toMatchObject({ photo: fileReference(c!), userFields: { scan: null }, version: 2 })
    const company = await aCompany(api, { logo: { id: a!.id } })
    expect(company.logo).toEqual(fileReference(a!))
  })

  it('may be several in order, replaced as a list or added and removed', async () => {
    const papers = (list: unknown) => ({ userFields: { papers: list } })
    const contact = await aContact(api, papers([b!.id, { id: a!.id }]))
    expect(contact.userFields).toMatchObject({ papers: [fileReference(b!), fileReference(a!)] })
    const edited = await change(contact.id, papers({ add: [fileReference(c!), { id: a!.id }], remove: [b!.id] }))
    expect(edited).toMatchObject({ ...papers([fileReference(a!), fileReference(c!)]), version: 2 })
    expect(await change(contact.id, papers({ add: [{ id: a!.id }] }))).toMatchObject({ version: 2 })
    const turned = await change(contact.id, papers([fileReference(c!), fileReference(a!)]))
    expect(turned).toMatchObject({ ...papers([fileReference(c!), fileReference(a!)]), version: 3 })
    expect(await change(contact.id, papers([]))).toMatchObject(papers(null))
  })

  it('are refused if the value is not a file', async () => {
    const refused = async (photo: unknown, papers: unknown) =>
      faults(await api.call('post', '/v1/contacts', { firstName: 'A', photo, userFields: { papers } }).expect(422))
    expect(await refused(a!.id, ['a.txt'])).toEqual(['/photo invalid_type', '/userFields/papers/0 invalid_type'])
    expect(await refused({ name: 'a' }, [{}])).toEqual(['/photo/id required', '/userFields/papers/0/id required'])
    expect(await refused({ id: 'five' }, { id: 5 })).toEqual([
      '/photo/id invalid_type',
      '/userFields/papers/id unknown_field',
    ])
    expect(await refused({ id: a!.id, url: 'x' }, [{ id: -1 }])).toEqual([
      ...['/photo/url unknown_field', '/userFields/papers/0/id invalid_integer'],
    ])
    expect(await refused(null, [{ id: a!.id }, { id: a!.id }])).toEqual(['/userFields/papers/1 duplicate_value'])
    expect(await refused({ id: 4_000_001 }, null)).toEqual(['/photo/id not_found_reference'])
  })

  it('are filtered by id and by presence', async () => {
    const [one, two, none] = [
      await aContact(api, {
        lastName: 'Found',
        photo: { id: a!.id },
        userFields: { papers: [{ id: a!.id }, { id: b!.id }] },
      }),
      await aContact(api, { lastName: 'Found', photo: { id: b!.id } }),
      await aContact(api, { lastName: 'Found' }),
    ]
    const found = async (filter: string) => {
      const query = `filter[id][in]=${one.id},${two.id},${none.id}&${filter}&sort=id&fields=id`
      return (await api.call('get', `/v1/contacts?${query}`).expect(200)).body.data.map(({ id }: { id: number }) => id)
    }
    expect(await found(`filter[photo]=${a!.id}`)).toEqual([one.id])
    expect(await found(`filter[photo][ne]=${a!.id}`)).toEqual([two.id, none.id])
    expect(await found(`filter[photo][in]=${a!.id},${b!.id}`)).toEqual([one.id, two.id])
    expect(await found('filter[photo][isEmpty]=true')).toEqual([none.id])
    expect(await found(`filter[userFields.papers]=${b!.id}`)).toEqual([one.id])
    expect(await found('filter[userFields.papers][isEmpty]=false')).toEqual([one.id])
    await api.call('get', '/v1/contacts?sort=photo').expect(400)
    await api.call('get', '/v1/contacts?filter[photo][contains]=a').expect(400)
  })

  it('are stored in the history by id', async () => {
    const contact = await aContact(api, { photo: { id: a!.id } })
    await change(contact.id, { photo: { id: b!.id }, userFields: { papers: [{ id: c!.id }] } })
    const { body } = await api.call('get', `/v1/contacts/${contact.id}/history`).expect(200)
    expect(body.data[0].changes).toEqual([
      { field: 'photo', old: a!.id, new: b!.id },
      { field: 'userFields.papers', old: null, new: [c!.id] },
    ])
  })
})

describe('A file field', () => {
  it('accepts files of the configured size and extensions', async () => {
    const settings = { maxSize: 3, extensions: ['pdf', 'txt'] }
    const { body } = await server
      .call('post', fields, { code: 'small', kind: 'file', label: 'S', settings })
      .expect(201)
    expect(body).toMatchObject({
      kind: 'file',
      settings,
      filters: [{ operators: ['eq', 'ne', 'in', 'nin', 'isEmpty'], sortable: false }],
    })
    const [large, upper] = [await aFile(server, 'long', 'a.pdf'), await aFile(server, 'abc', 'A.PDF')]
    const create = ({ id }: SavedFile) =>
      server.call('post', '/v1/contacts', { firstName: 'A', userFields: { small: { id } } })
    expect((await create(large).expect(422)).body.errors).toEqual([
      { pointer: '/userFields/small/id', code: 'file_too_large', message: 'The file must not be larger than 3 bytes.' },
    ])
    expect((await create(c!).expect(422)).body.errors).toEqual([
      {
        pointer: '/userFields/small/id',
        code: 'extension_not_allowed',
        message: 'Files with this extension are not allowed.',
        allowed: ['pdf', 'txt'],
      },
    ])
    await create(upper).expect(201)
  })

  it('accepts only its own settings', async () => {
    const made = (settings: object, kind = 'file') =>
      server.call('post', fields, { code: 'no', kind, label: 'N', settings })
    expect(faults(await made({ maxLength: 5 }).expect(422))).toEqual(['/settings/maxLength not_allowed_here'])
    expect(faults(await made({ maxSize: 5 }, 'string').expect(422))).toEqual(['/settings/maxSize not_allowed_here'])
    expect(faults(await made({ maxSize: 0, extensions: ['.PDF'] }).expect(422))).toEqual([
      ...['/settings/maxSize too_small', '/settings/extensions/0 wrong_characters'],
    ])
  })
})

describe('Files in CSV', () => {
  it('are names in files for people and ids in raw files', async () => {
    const { id } = await aContact(server, {
      photo: { id: a!.id },
      userFields: { papers: [{ id: b!.id }, { id: c!.id }] },
    })
    const file = (query: string) =>
      exportedText(
        server.call,
        `contacts/export?filter[id]=${id}&fields=photo,userFields.papers,userFields.scan&${query}`,
      )
    expect(await file('mode=people')).toBe('\uFEFFPhoto,Papers,Scan\r\na.pdf,"b.pdf, c.png",\r\n')
    expect(await file('mode=raw')).toBe(
      `photo,userFields.papers,userFields.scan\r\n${a!.id},"[${b!.id},${c!.id}]",\r\n`,
    )
  })

  it('are imported by id, and a name alone is ignored with a warning', async () => {
    const csv = `firstName,photo,userFields.papers\nIds,${a!.id},"[${b!.id},${c!.id}]"\nNames,a.pdf,4000001\n`
    const { headers } = await server
      .call('post', '/v1/contacts/import')
      .set('content-type', 'text/csv')
      .send(csv)
      .expect(202)
    await server.work()
    const job = await server.call('get', headers.location!).expect(200)
    expect(job.body.result).toMatchObject({ created: 2, warnings: 2, failed: 0 })
    const { body } = await server.call(
      'get',
      '/v1/contacts?filter[firstName][in]=Ids,Names&sort=id&fields=photo,userFields',
    )
    expect(body.data).toMatchObject([
      { photo: fileReference(a!), userFields: { papers: [fileReference(b!), fileReference(c!)] } },
      { photo: null, userFields: { papers: null } },
    ])
    const errors = await server.call('get', `${headers.location}/errors`).expect(200)
    expect(errors.body.data).toMatchObject([
      { row: 2, column: 'photo', severity: 'warning', code: 'invalid_integer' },
      { row: 2, column: 'userFields.papers', severity: 'warning', code: 'not_found_reference' },
    ])
  })
})

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { aFile } from '../files/stored.ts'
import { type JobApi, startJobApi } from '../jobs.ts'
import { aContact, read } from '../seed.ts'
import { attach, attachedTo } from './attached.ts'

let api: JobApi
let id: number
let path: string
beforeAll(async () => {
  api = await startJobApi()
  ;({ id } = await aContact(api))
  path = `/v1/contacts/${id}/files`
})
afterAll(() => api.close())

/** Returns the errors of a refused body in both languages. */
async function errorsOf(body: object, status = 422) {
  const answers = ['en', 'ru'].map((language) =>
    api.call('post', path, body).set('accept-language', language).expect(status),
  )
  const [en, ru] = await Promise.all(answers)
  const messages = ru!.body.errors.map(({ message }: { message: string }) => message)
  return en!.body.errors.map((fault: object, index: number) => ({ ...fault, ru: messages[index] }))
}

describe('A request to attach files is refused', () => {
  it('if the body has other members or none', async () => {
    expect(await errorsOf({})).toEqual([
      { pointer: '/files', code: 'required', message: 'This value is required.', ru: 'Укажите значение.' },
    ])
    expect(await errorsOf({ file: [{ id: 1 }] })).toEqual([
      { pointer: '/files', code: 'required', message: 'This value is required.', ru: 'Укажите значение.' },
      {
        ...{ pointer: '/file', code: 'unknown_field', hint: 'files' },
        message: 'There is no field file. Did you mean files?',
        ru: 'Неизвестное поле file. Возможно, имелось в виду files?',
      },
    ])
    expect(await errorsOf({ files: [] })).toEqual([
      { pointer: '/files', code: 'too_few', message: 'At least 1 are required.', ru: 'Требуется не меньше 1.' },
    ])
  })

  it('if an item is no file', async () => {
    expect(await errorsOf({ files: [{}, 'a', { id: 0 }, { id: 1, nme: 'a' }, 2, '2'] })).toEqual([
      { pointer: '/files/0/id', code: 'required', message: 'This value is required.', ru: 'Укажите значение.' },
      {
        ...{ pointer: '/files/1', code: 'invalid_type', message: 'Must be a whole number or an object.' },
        ru: 'Ожидается: целое число или объект.',
      },
      {
        ...{ pointer: '/files/2/id', code: 'invalid_integer', message: 'Must be a whole number.' },
        ru: 'Укажите целое число.',
      },
      {
        ...{ pointer: '/files/3/nme', code: 'unknown_field', allowed: ['id'] },
        ...{ message: 'There is no field nme.', ru: 'Неизвестное поле nme.' },
      },
      {
        ...{ pointer: '/files/5', code: 'duplicate_value', message: 'The same value appears twice.' },
        ru: 'Значение указано дважды.',
      },
    ])
  })

  it('if it has too many files', async () => {
    const files = Array.from({ length: 201 }, (_, index) => ({ id: index + 1 }))
    expect(await errorsOf({ files })).toEqual([
      { pointer: '/files', code: 'too_many', message: 'At most 200 are allowed.', ru: 'Допускается не больше 200.' },
    ])
  })

  it('if a file does not exist, and then nothing is attached', async () => {
    const { id: known } = await aFile(api)
    expect(await errorsOf({ files: [{ id: known }, { id: 4_000_001 }, 4_000_002] })).toEqual(
      [4_000_001, 4_000_002].map((file, index) => ({
        ...{ pointer: ['/files/1/id', '/files/2'][index], code: 'not_found_reference' },
        ...{ message: `There is no file ${file}.`, ru: `Запись «Файл» ${file} не найдена.` },
      })),
    )
    expect(await attachedTo(api, `contacts/${id}`)).toEqual([])
    expect((await read(api, `contacts/${id}`)).version).toBe(1)
  })

  it('if the file was made by an import', async () => {
    await api.call('post', '/v1/contacts/import').set('content-type', 'text/csv').send('firstName\nA').expect(202)
    const { rows } = await api.pool.query(`select id from file where purpose = 'import'`)
    expect(await errorsOf({ files: [{ id: rows[0].id }] })).toMatchObject([{ code: 'not_found_reference' }])
  })

  it('if the record would have more than 1,000 files', async () => {
    const full = await aContact(api)
    await api.pool.query(
      `with made as (insert into file (name, size, sha256, location, purpose, created_by)
         select 'a.txt', 1, '', '', 'upload', $2 from generate_series(1, 999) returning id)
       insert into attachment (type_id, record_id, file_id, attached_by, attached_at)
         select (select id from record_type where code = 'contact'), $1, id, $2, now() from made`,
      [full.id, api.userId],
    )
    const [a, b] = [await aFile(api), await aFile(api)]
    const post = (...files: object[]) => api.call('post', `/v1/contacts/${full.id}/files`, { files })
    const { body } = await post({ id: a.id }, { id: b.id }).expect(422)
    const fault = { code: 'too_many_attachments', message: 'At most 1000 files can be attached to a record.' }
    expect(body.errors).toEqual([{ pointer: '/files', ...fault }])
    await post({ id: a.id }).expect(201)
    await post({ id: a.id }).expect(200)
    const upload = api.call('post', `/v1/contacts/${full.id}/files`).attach('file', Buffer.from('b'), 'b.txt')
    const refused = await upload.set('accept-language', 'ru').expect(422)
    expect(refused.body.errors).toEqual([
      { ...fault, pointer: '/file', message: 'К записи можно прикрепить не больше 1000 файлов.' },
    ])
  })
})

describe('A form is refused', () => {
  it('without a file, with another part, and if the file is empty', async () => {
    const errors = async (name: string, content: string) =>
      (await api.call('post', path).attach(name, Buffer.from(content), 'a.txt').expect(422)).body.errors
    expect(await errors('file', '')).toMatchObject([{ pointer: '/file', code: 'empty_file' }])
    expect(await errors('photo', 'a')).toMatchObject([{ pointer: '/photo', code: 'unknown_field', allowed: ['file'] }])
    const none = await api.call('post', path).field('files', '[]').expect(422)
    expect(none.body.errors).toMatchObject([{ pointer: '/files', code: 'unknown_field', allowed: ['file'] }])
  })
})

it('other media types and bodies that are no JSON are refused', async () => {
  const text = await api.call('post', path).set('content-type', 'text/plain').send('a').expect(415)
  expect(text.body.code).toBe('unsupported_media_type')
  const broken = await api.call('post', path).set('content-type', 'application/json').send('{').expect(400)
  expect(broken.body.code).toBe('malformed_json')
  const nothing = await api.call('post', path).expect(422)
  expect(nothing.body.errors).toMatchObject([{ pointer: '', code: 'required' }])
  const patch = await api.call('post', path).set('content-type', 'application/merge-patch+json').send('{}').expect(422)
  expect(patch.body.errors).toMatchObject([{ pointer: '/files', code: 'required' }])
})

it('detaching a file that is not attached is refused', async () => {
  const file = await aFile(api)
  await attach(api, `contacts/${(await aContact(api)).id}`, file)
  const of = (language: string) => api.call('delete', `${path}/${file.id}`).set('accept-language', language).expect(404)
  expect((await of('en')).body).toEqual({
    ...{ type: '/docs/errors#file_not_attached', title: 'File not attached', status: 404, code: 'file_not_attached' },
    detail: `The file ${file.id} is not attached to the record ${id}.`,
    ...{ instance: `${path}/${file.id}`, traceId: expect.any(String) },
  })
  expect((await of('ru')).body).toMatchObject({
    ...{ title: 'Файл не прикреплён', detail: `Файл ${file.id} не прикреплён к записи ${id}.` },
  })
  await api.call('delete', `${path}/abc`).expect(400)
})

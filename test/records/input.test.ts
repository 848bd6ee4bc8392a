import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type Api, startApi, testOptions } from '../api.ts'
import { aContact, aDeal, asCaller, callers, limitsOf, read } from '../seed.ts'

/** Sends JSON verbatim, because JavaScript cannot write everything that JSON allows. */
const raw = (api: Api, method: 'post' | 'patch', path: string, text: string) =>
  api
    .call(method, path)
    .set('content-type', 'application/json')
    .serialize((x) => x)
    .send(text as never)

const faultsOf = (body: { errors?: { pointer: string; code: string; hint?: string }[] }) =>
  body.errors?.map(({ pointer, code, hint }) => [pointer, code, ...(hint ? [hint] : [])])

const deep = (levels: number) => '['.repeat(levels) + ']'.repeat(levels)

// Member of a deal's body, pointer of its fault, code, hint.
const wrongOfDeal: [string, string, string, string?][] = [
  ['"amount": 2.5', '/amount', 'decimal_as_number', '"2.5"'],
  ['"amount": 1e400', '/amount', 'decimal_as_number'],
  ['"amount": 12345678901234567890', '/amount', 'decimal_as_number'],
  ['"amount": "NaN"', '/amount', 'invalid_decimal'],
  ['"amount": "Infinity"', '/amount', 'invalid_decimal'],
  ['"amount": "1e3"', '/amount', 'invalid_decimal'],
  ['"amount": "1,5"', '/amount', 'invalid_decimal'],
  ['"amount": ".5"', '/amount', 'invalid_decimal'],
  ['"amount": "1234567890123456789012345678901"', '/amount', 'invalid_decimal'],
  ['"amount": {}', '/amount', 'invalid_type'],
  ['"probability": 12345678901234567890', '/probability', 'invalid_integer'],
  ['"probability": 1e400', '/probability', 'invalid_integer'],
  ['"probability": 1.5', '/probability', 'invalid_integer'],
  ['"probability": "5"', '/probability', 'invalid_type'],
  ['"probability": 101', '/probability', 'out_of_range'],
  ['"probability": true', '/probability', 'invalid_type'],
  ['"beginDate": "2026-02-30"', '/beginDate', 'invalid_date'],
  ['"beginDate": "2026-13-01"', '/beginDate', 'invalid_date'],
  ['"beginDate": "0000-01-01"', '/beginDate', 'invalid_date'],
  ['"beginDate": "10000-01-01"', '/beginDate', 'invalid_date'],
  ['"beginDate": "2026-01-31T00:00:00Z"', '/beginDate', 'invalid_date'],
  ['"beginDate": 20260131', '/beginDate', 'invalid_type'],
  ['"title": "a\\ud800b"', '/title', 'invalid_characters'],
  ['"title": "a\\u0000b"', '/title', 'invalid_characters'],
  ['"title": ["a"]', '/title', 'invalid_type'],
  ['"comment": "\\u0000"', '/comment', 'invalid_characters'],
  ['"currency": "rub"', '/currency', 'unknown_value', 'RUB'],
  ['"source": "WEBFROM"', '/source', 'unknown_value', 'WEBFORM'],
  ['"source": "toString"', '/source', 'unknown_value'],
  ['"opened": "true"', '/opened', 'invalid_type'],
  ['"opened": null', '/opened', 'required'],
  ['"responsibleId": null', '/responsibleId', 'required'],
  ['"responsibleId": 0', '/responsibleId', 'invalid_integer'],
  ['"responsibleId": "me"', '/responsibleId', 'invalid_type'],
  ['"responsibleId": 9007199254740991', '/responsibleId', 'not_found_reference'],
  ['"responsibleId": 9007199254740993', '/responsibleId', 'invalid_integer'],
  ['"observers": [9999999]', '/observers/0', 'not_found_reference'],
  ['"observers": ["me"]', '/observers/0', 'invalid_type'],
  ['"observers": 5', '/observers', 'invalid_type', '[5]'],
  ['"observers": {"ad": [1]}', '/observers/ad', 'unknown_field'],
  ['"observers": {"add": 1}', '/observers/add', 'invalid_type'],
  ['"observers": {"remove": {}}', '/observers/remove', 'invalid_type'],
  ['"companyId": 9999999', '/companyId', 'not_found_reference'],
  ['"quoteId": 9999999', '/quoteId', 'not_found_reference'],
  ['"contacts": [{"id": 9999999}]', '/contacts/0/id', 'not_found_reference'],
  ['"contacts": [{}]', '/contacts/0/id', 'required'],
  ['"contacts": [true]', '/contacts/0', 'invalid_type'],
  ['"contacts": [{"id": 1, "main": true}]', '/contacts/0/main', 'unknown_field'],
  ['"contacts": [{"id": 1, "primary": 1}]', '/contacts/0/primary', 'invalid_type'],
  ['"contacts": [{"id": "one"}]', '/contacts/0/id', 'invalid_integer'],
  ['"contacts": [{"id": 1, "primary": true}, {"id": 3, "primary": true}]', '/contacts', 'two_primaries'],
  ['"contacts": [{"id": 1}, {"id": 1}]', '/contacts/1', 'duplicate_value'],
  ['"externalIds": [{"source": "a"}]', '/externalIds/0/key', 'required'],
  ['"externalIds": [{"source": "a", "key": "\\u0000"}]', '/externalIds/0/key', 'invalid_characters'],
  ['"externalIds": [{"source": "a", "key": "1"}, {"source": "a", "key": "1"}]', '/externalIds/1', 'duplicate_value'],
  ['"pipelineId": 9999999', '/pipelineId', 'unknown_pipeline'],
  ['"pipelineId": null', '/pipelineId', 'required'],
  ['"stageId": "WONN"', '/stageId', 'unknown_value', 'WON'],
  ['"stageId": null', '/stageId', 'required'],
  ['"id": 5', '/id', 'read_only'],
  ['"version": 7', '/version', 'read_only'],
  ['"createdAt": "2026-01-01T00:00:00Z"', '/createdAt', 'read_only'],
  ['"stageSemantic": "success"', '/stageSemantic', 'read_only'],
  ['"titel": "a"', '/titel', 'unknown_field', 'title'],
  ['"company_id": 5', '/company_id', 'unknown_field', 'companyId'],
  ['"a/b~c": 1', '/a~1b~0c', 'unknown_field'],
  ['"": 1', '/', 'unknown_field'],
  ['"constructor": 1', '/constructor', 'unknown_field'],
  ['"toString": 1', '/toString', 'unknown_field'],
  ['"userFields": {"toString": 1}', '/userFields/toString', 'unknown_field'],
  ['"userFields": {"constructor": {}}', '/userFields/constructor', 'unknown_field'],
  ['"userFields.x": 1', '/userFields.x', 'unknown_field'],
  ['"userFields": []', '/userFields', 'invalid_type'],
  ['"userFields": null', '/userFields', 'invalid_type'],
]

const wrongOfContact: [string, string, string, string?][] = [
  ['"firstName": 5', '/firstName', 'invalid_type'],
  ['"phones": "5"', '/phones', 'invalid_type'],
  ['"phones": [84951234567]', '/phones/0', 'invalid_type'],
  ['"phones": [{"value": "12"}]', '/phones/0/value', 'invalid_phone'],
  ['"phones": [{"value": "a\\u0000"}]', '/phones/0/value', 'invalid_characters'],
  ['"phones": [{}]', '/phones/0/value', 'required'],
  ['"phones": [{"value": null}]', '/phones/0/value', 'invalid_type'],
  ['"phones": [{"value": " "}]', '/phones/0/value', 'required'],
  ['"phones": {"remove": ["+74951234567"]}', '/phones/remove/0', 'invalid_integer'],
  ['"externalIds": {"remove": ["b24"]}', '/externalIds/remove/0', 'invalid_type'],
  ['"phones": [{"value": "+74951234567", "kind": "mobil"}]', '/phones/0/kind', 'unknown_value', 'mobile'],
  ['"phones": [{"value": "+74951234567", "kind": {}}]', '/phones/0/kind', 'unknown_value'],
  ['"phones": [{"value": "+74951234567", "type": "x"}]', '/phones/0/type', 'unknown_field'],
  ['"phones": [{"id": 1, "value": "+74951234567"}]', '/phones/0/id', 'unknown_item'],
  ['"emails": [{"value": "nobody"}]', '/emails/0/value', 'invalid_email'],
  ['"websites": [{"value": "a.example"}, {"value": "javascript:alert(1)"}]', '/websites/1/value', 'invalid_url'],
  ['"address": "Omsk"', '/address', 'invalid_type'],
  ['"address": {"citi": "Omsk"}', '/address/citi', 'unknown_field', 'city'],
  ['"address": {"city": 5}', '/address/city', 'invalid_type'],
  ['"address": {"city": "\\u0000"}', '/address/city', 'invalid_characters'],
  ['"address": {"lines": "Lenina"}', '/address/lines', 'invalid_type', '["Lenina"]'],
  ['"address": {"toString": "x"}', '/address/toString', 'unknown_field'],
  ['"address": {"constructor": "x"}', '/address/constructor', 'unknown_field'],
]

let server: Api
beforeAll(async () => {
  server = await startApi({ limitsOf })
})
afterAll(() => server.close())

describe.each(callers)('A body of $name', ({ isLimited, hidden }) => {
  let api: Api
  beforeAll(async () => {
    api = isLimited ? await asCaller(server, 'Limited') : server
  })

  const visible = (table: typeof wrongOfDeal) => table.filter(([, pointer]) => !hidden.includes(pointer.slice(1)))

  it.each([
    ...visible(wrongOfDeal).map((row) => ['deals', ...row]),
    ...visible(wrongOfContact).map((row) => ['contacts', ...row]),
  ])('of %s with %s is refused at %s: %s', async (plural, member, pointer, code, hint = '') => {
    const name = plural === 'contacts' && pointer !== '/firstName' ? '"lastName": "P", ' : ''
    const created = await raw(api, 'post', `/v1/${plural}`, `{${name}${member}}`).expect(422)
    expect(created.headers['content-type']).toBe('application/problem+json; charset=utf-8')
    const { code: problem, status, errors } = created.body
    expect({ problem, status, errors: faultsOf({ errors }) }).toEqual({
      problem: 'validation_failed',
      status: 422,
      errors: [[pointer, code, ...(hint ? [hint] : [])]],
    })
    const record = plural === 'deals' ? await aDeal(api) : await aContact(api)
    const changed = await raw(api, 'patch', `/v1/${plural}/${record.id}`, `{${member}}`).expect(422)
    expect(changed.body.errors).toEqual(errors)
    expect(await read(api, `${plural}/${record.id}`)).toEqual(record)
  })

  it.each(['NaN', '{"amount": NaN}', '{', '', '{"a": 1} x', '{"__proto__": {}}', '{"constructor": {"prototype": {}}}'])(
    'is malformed if it is not JSON or would reach an object prototype: %s',
    async (text) => {
      const answer = await raw(api, 'post', '/v1/deals', text).expect(400)
      expect(answer.body).toMatchObject({ code: 'malformed_json', status: 400 })
    },
  )

  const noObject = { code: 'invalid_type', message: 'Must be an object.' }
  const nothing = { code: 'required', message: 'This value is required.' }
  it.each([
    ...['[]', '"text"', '5', 'true', '[{"title": "a"}]'].map((text) => [text, noObject] as const),
    ['null', nothing] as const,
  ])('is refused if it is not an object: %s', async (text, fault) => {
    const { id } = await aContact(api)
    const [created, changed] = await Promise.all([
      raw(api, 'post', '/v1/contacts', text).expect(422),
      raw(api, 'patch', `/v1/contacts/${id}`, text).expect(422),
    ])
    const errors = [{ pointer: '', ...fault }]
    expect(created.body).toMatchObject({ code: 'validation_failed', errors })
    expect(changed.body).toMatchObject({ code: 'validation_failed', errors })
  })

  it('is refused normally if it is nested very deep', async () => {
    const faults = await Promise.all(
      [`"title": ${deep(70_000)}`, `"observers": [${deep(20_000)}]`, `"observers": {"remove": ${deep(20_000)}}`].map(
        async (member) => {
          const { status, body } = await raw(api, 'post', '/v1/deals', `{${member}}`)
          return [status, ...(faultsOf(body) ?? [])]
        },
      ),
    )
    expect(faults).toEqual([
      [422, ['/title', 'invalid_type']],
      [422, ['/observers/0', 'invalid_type']],
      [422, ['/observers/remove/0', 'invalid_type']],
    ])
  })

  it('is refused if a text is too long, in any alphabet', async () => {
    const longest = 'х'.repeat(500)
    expect(await aDeal(api, { title: longest })).toMatchObject({ title: longest })
    const answer = await api.call('post', '/v1/deals', { title: `${longest}х` }).expect(422)
    expect(faultsOf(answer.body)).toEqual([['/title', 'too_long']])
  })

  it('returns all faults at once', async () => {
    const answer = await raw(
      api,
      'post',
      '/v1/contacts',
      '{"frstName": "a", "birthDate": "x", "phones": [{"value": "1"}, {"kind": "?", "value": "+74951234567"}],' +
        ' "userFields": {"city": 1}, "observers": [0, 1.5], "id": 7}',
    ).expect(422)
    expect(new Set(faultsOf(answer.body)?.map(([pointer, code]) => `${pointer} ${code}`))).toEqual(
      new Set([
        '/frstName unknown_field',
        '/birthDate invalid_date',
        '/phones/0/value invalid_phone',
        '/phones/1/kind unknown_value',
        '/userFields/city unknown_field',
        '/observers/0 invalid_integer',
        '/observers/1 invalid_integer',
        '/id read_only',
      ]),
    )
  })

  it('is refused if it is too large', async () => {
    const answer = await api.call('post', '/v1/deals', { title: 'a'.repeat(testOptions.bodyLimit) }).expect(413)
    expect(answer.body.code).toBe('payload_too_large')
  })

  it('returns faults in Russian on request', async () => {
    const answer = await api.call('post', '/v1/deals', { titel: 'a' }).set('accept-language', 'ru').expect(422)
    expect(answer.headers['content-language']).toBe('ru')
    expect(answer.body).toMatchObject({
      title: 'Ошибка проверки данных',
      errors: [
        {
          pointer: '/titel',
          code: 'unknown_field',
          message: 'Неизвестное поле titel. Возможно, имелось в виду title?',
        },
      ],
    })
  })

  it('refuses hidden fields as unknown', async () => {
    const body = Object.fromEntries([...hidden, 'zzzzz'].map((name) => [name, null]))
    const { errors } = (await api.call('post', '/v1/deals', body).expect(422)).body
    const message = (name: string) => `There is no field ${name}.`
    expect(errors).toEqual(
      Object.keys(body).map((name) => ({ pointer: `/${name}`, code: 'unknown_field', message: message(name) })),
    )
  })
})

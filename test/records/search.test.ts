import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type Api, startApi } from '../api.ts'
import { aCompany, aContact, aDeal, aLead, type Saved } from '../seed.ts'

let api: Api
beforeAll(async () => {
  api = await startApi()
})
afterAll(() => api.close())

const found = async (path: string, q: string, more = ''): Promise<number[]> => {
  const { body } = await api.call('get', `/v1/${path}?q=${encodeURIComponent(q)}${more}`).expect(200)
  return body.data.map(({ id }: Saved) => id)
}

describe('people', () => {
  let [petrov, petrova, latin]: Saved[] = []
  beforeAll(async () => {
    petrov = await aContact(api, {
      ...{ firstName: 'Пётр', middleName: 'Ильич', lastName: 'Загребельный' },
      phones: [{ value: '8 (495) 123-45-67' }, { value: '+44 20 7946 0958' }],
      emails: [{ value: 'Zagreb@Vector-M.example' }],
      messengers: [{ kind: 'telegram', value: '@zagreb_tg' }],
    })
    petrova = await aContact(api, {
      firstName: 'Анна',
      lastName: 'Загребельная',
      phones: [{ value: '8 916 000-45-67' }],
    })
    latin = await aContact(api, {
      firstName: 'Pyotr',
      lastName: 'Zagrebelnyi',
      websites: [{ value: 'https://www.zagreb.example/' }],
    })
  })

  it.each([
    ['Загребельный Пётр', ['latin', 'petrov']],
    ['петр загребельный', ['latin', 'petrov']],
    ['ЗАГРЕБЕЛЬНЫЙ Ильич Пётр', ['petrov']],
    ['Zagrebelny', ['latin', 'petrov']],
    ['zagrebelnaya', ['petrova']],
    ['ребельн', ['latin', 'petrova', 'petrov']],
    ['П. Загребельный', ['latin', 'petrov']],
    ['+7 495 123-45-67', ['petrov']],
    ['84951234567', ['petrov']],
    ['495 1234567', ['petrov']],
    ['123-45-67', ['petrov']],
    ['4567', ['petrova', 'petrov']],
    ['Загребельная 45-67', ['petrova']],
    ['8 (495) 123-45-67 доб. 12', ['petrov']],
    ['020 7946', []],
    ['+44 20 7946', ['petrov']],
    ['zagreb@vector-m.example', ['petrov']],
    ['@VECTOR-M.example', ['petrov']],
    ['vector-m', ['petrov']],
    ['@zagreb_tg', ['petrov']],
    ['http://zagreb.example', ['latin']],
    ['Загребельный vector-m.example', ['petrov']],
    ['Анна vector-m.example', []],
    ['567', []],
    ['%', null],
    ['%ребель', ['latin', 'petrova', 'petrov']],
    ['zagreb%tg', []],
  ])('%s', async (q, names) => {
    const all = { petrov, petrova, latin }
    if (names) expect(await found('contacts', q)).toEqual(names.map((name) => all[name as keyof typeof all]!.id))
    else await api.call('get', `/v1/contacts?q=${encodeURIComponent(q)}`).expect(400)
  })

  it('by id', async () => {
    expect(await found('contacts', `#${petrov!.id}`)).toEqual([petrov!.id])
    expect(await found('contacts', `#${petrov!.id} Загребельный`)).toEqual([petrov!.id])
    expect(await found('contacts', `#${petrov!.id} Анна`)).toEqual([])
  })
})

describe('phones without their beginning', () => {
  let piter: Saved
  beforeAll(async () => {
    piter = await aContact(api, {
      lastName: 'Кусочкин',
      phones: [{ value: '+7 (812) 309-55-66 доб. 12' }, { value: '8-800-555-35-35' }],
    })
  })

  it.each(['55 66', '812 309', '800 555', '309 55 66', '812 3095566', '+7(812)3095566,12', 'Кусочкин 55 66'])(
    '%s',
    async (q) => {
      expect(await found('contacts', q)).toEqual([piter.id])
      expect(await found('contacts', q, '&sort=-id')).toEqual([piter.id])
    },
  )

  it('may also be separate numbers', async () => {
    const agreement = await aDeal(api, { title: 'Договор 15 от 2026 года' })
    expect(await found('deals', '15 2026')).toEqual([agreement.id])
    expect(await found('deals', '2026 15')).toEqual([agreement.id])
    const both = await aContact(api, { lastName: 'Договор 15-2026', phones: [{ value: '+7 495 100-52-026' }] })
    const phone = await aContact(api, { phones: [{ value: '+7 495 415-20-26' }] })
    expect(await found('contacts', '15 2026')).toEqual([phone.id, both.id].toSorted((a, b) => b - a))
  })
})

it('letters with accents are found without them, in any sort order', async () => {
  const names = ['Nguyễn', 'Bērziņš', 'Růžička', 'Škoda', 'Dvořák', 'Müllerson']
  const words = ['nguyen', 'berzins', 'ruzicka', 'skoda', 'dvorak', 'muellerson']
  for (const [index, name] of names.entries()) {
    const { id } = await aContact(api, { lastName: index % 2 ? name.normalize('NFD') : name })
    expect([name, await found('contacts', words[index]!, '&sort=-id')]).toEqual([name, [id]])
    expect([name, await found('contacts', name)]).toEqual([name, [id]])
  }
})

it('companies, deals and leads are found by their own fields', async () => {
  const company = await aCompany(api, { title: 'ООО «Ромашка-Сервис»', emails: [{ value: 'info@romashka.example' }] })
  const deal = await aDeal(api, { title: 'Поставка для ромашки, договор № 77/2026' })
  const lead = await aLead(api, { title: 'Заявка', companyTitle: 'Ромашка', lastName: 'Ежов' })
  expect(await found('companies', 'romashka servis')).toEqual([company.id])
  expect(await found('companies', 'ромашка-сервис ооо')).toEqual([company.id])
  expect(await found('companies', 'info@romashka')).toEqual([company.id])
  expect(await found('deals', '77/2026 ромашк')).toEqual([deal.id])
  expect(await found('leads', 'ежов ромашка')).toEqual([lead.id])
})

it('the list, the search and the count return it, with filters and other sort orders', async () => {
  const [first, second] = [
    await aDeal(api, { title: 'Кружка синяя', amount: '1' }),
    await aDeal(api, { title: 'Кружка', amount: '5' }),
  ]
  await aDeal(api, { title: 'Чашка', amount: '3' })
  const list = await api.call('get', `/v1/deals?q=${encodeURIComponent('кружка')}&count=exact&fields=title`).expect(200)
  expect(list.body).toEqual({
    data: [second, first].map(({ id, title }) => ({ id, title })),
    page: { next: null, prev: null },
    total: 2,
    totalKind: 'exact',
  })
  const filter = { field: 'amount', op: 'lt', value: '5' }
  const search = await api.call('post', '/v1/deals/search', { q: 'kruzhka', filter, count: 'estimated' }).expect(200)
  expect(search.body).toEqual({ data: [first], page: { next: null, prev: null }, total: 1, totalKind: 'exact' })
  expect((await api.call('post', '/v1/deals/count', { q: 'kruzhka' }).expect(200)).body).toEqual({
    total: 2,
    totalKind: 'exact',
  })
  expect((await api.call('post', '/v1/deals/count', { q: 'kruzhka', filter }).expect(200)).body.total).toBe(1)
  expect(await found('deals', 'кружка', '&sort=amount')).toEqual([first.id, second.id])
  const file = await api.call('get', '/v1/deals/export?q=kruzhka&mode=raw&fields=title&sort=title').expect(200)
  expect(file.text).toBe('title\r\nКружка\r\nКружка синяя\r\n')
})

it('hits are ranked: whole value, word, beginning, part, and then newest first', async () => {
  const titles = ['Полёт шмеля', 'шмеля', 'Перешмеля', 'Шмеляев', 'О шмеля', 'Шмеля']
  const ids = new Map<string, number>()
  for (const title of titles) ids.set(title, (await aCompany(api, { title })).id)
  const order = ['Шмеля', 'шмеля', 'О шмеля', 'Полёт шмеля', 'Шмеляев', 'Перешмеля']
  expect(await found('companies', 'шмеля')).toEqual(order.map((title) => ids.get(title)))
})

it('numbers that end with the digits come before numbers that contain them', async () => {
  const inside = await aContact(api, { lastName: 'Внутри', phones: [{ value: '+7 495 777-88-99' }] })
  const ends = await aContact(api, { lastName: 'В конце', phones: [{ value: '+7 495 100-77-78' }] })
  const newer = await aContact(api, { lastName: 'Внутри позже', phones: [{ value: '+7 495 777-88-00' }] })
  expect(await found('contacts', '7778')).toEqual([ends.id, newer.id, inside.id])
})

describe('a ranked list with pages', () => {
  const titles = Array.from({ length: 45 }, (_, index) => ['Пахта', 'Пахтанье', 'Опахта'][index % 3]!)
  let expected: number[]
  beforeAll(async () => {
    const deals: { id: number; title: string }[] = []
    for (const title of titles) deals.push((await aDeal(api, { title })) as Saved & { title: string })
    const rank = (title: string) => ['Пахта', 'Пахтанье', 'Опахта'].indexOf(title)
    expected = deals.sort((a, b) => rank(a.title) - rank(b.title) || b.id - a.id).map(({ id }) => id)
  })

  const walk = async (start: string, direction: 'next' | 'prev') => {
    const pages: number[][] = []
    let last: string | null = null
    for (let cursor: string | null = start; cursor; ) {
      const { body }: { body: { data: Saved[]; page: { next: string | null; prev: string | null } } } = await api
        .call('get', `/v1/deals?limit=7&${cursor}`)
        .expect(200)
      pages.push(body.data.map(({ id }) => id))
      last = body.page.prev ?? last
      cursor = body.page[direction] && `cursor=${body.page[direction]}`
    }
    return { pages, last }
  }

  it('returns every hit once, in order, forwards and backwards', async () => {
    const { pages, last } = await walk('q=%D0%BF%D0%B0%D1%85%D1%82%D0%B0', 'next')
    expect(pages.flat()).toEqual(expected)
    const back = await walk(`cursor=${last}`, 'prev')
    expect(back.pages.reverse().flat()).toEqual(expected.slice(0, 42))
  })

  it('works in another sort order', async () => {
    const { pages } = await walk('q=pahta&sort=id', 'next')
    expect(pages.flat()).toEqual(expected.toSorted((a, b) => a - b))
  })

  it('keeps the words, the order and the typing error mode in the cursor', async () => {
    const first = await api.call('get', '/v1/deals?q=pahta&limit=7').expect(200)
    const { next } = first.body.page
    for (const other of ['q=pahto', 'sort=-id']) {
      const { body } = await api.call('get', `/v1/deals?cursor=${next}&${other}`).expect(400)
      expect(body).toMatchObject({ code: 'cursor_mismatch', errors: [{ parameter: other.split('=')[0] }] })
    }
    await api.call('get', `/v1/deals?q=pahta&cursor=${next}`).expect(200)
    const wrong = await walk('q=%D0%BF%D0%B0%D0%BA%D1%82%D0%B0%D0%BD%D1%8C%D0%B5', 'next')
    expect(wrong.pages.flat()).toEqual(expected.slice(15, 30))
  })
})

describe('a search is refused', () => {
  const faults = (code: string, more: object = {}) => [expect.objectContaining({ code, ...more })]
  it.each([
    ['', 'too_short'],
    ['   ', 'required'],
    ['!!!', 'no_letters_or_digits'],
    ['a\0b', 'invalid_characters'],
    ['x'.repeat(201), 'too_long'],
    [Array.from({ length: 11 }, (_, n) => `w${n}`).join(' '), 'too_many'],
  ])('%j', async (q, code) => {
    for (const path of ['contacts', 'contacts/export', 'search']) {
      const { body } = await api.call('get', `/v1/${path}?q=${encodeURIComponent(q)}`).expect(400)
      expect(body.errors).toEqual(faults(code, { parameter: 'q' }))
    }
    for (const path of ['search', 'count']) {
      const { body } = await api.call('post', `/v1/contacts/${path}`, { q }).expect(422)
      expect(body.errors).toEqual(faults(code, { pointer: '/q' }))
    }
  })
})

it('finds rare records among very many matches, newest first', async () => {
  await api.pool.query(
    `insert into company (responsible_id, created_by, created_at, updated_by, updated_at, opened, observers, is_my_company, title)
     select 1, 1, now(), 1, now(), true, '{}', false, 'Всюду ' || i from generate_series(1, 3000) as i`,
  )
  const { rows } = await api.pool.query(`select id from company where title like 'Всюду %' order by id desc limit 60`)
  const newest = rows.map(({ id }: { id: number }) => id)
  expect(await found('companies', 'всюду', '&limit=60')).toEqual(newest)
  const oldest = await found('companies', 'всюду', '&sort=id&limit=3')
  expect(oldest).toHaveLength(3)
  expect(Math.max(...oldest)).toBeLessThan(Math.min(...newest))
  const count = { q: 'всюду', count: 'exact' }
  expect((await api.call('post', '/v1/companies/count', count).expect(200)).body).toEqual({
    total: 3000,
    totalKind: 'exact',
  })
  // Words this short only match beginnings.
  const both = (await api.call('post', '/v1/companies/count', { q: '17 всюду' }).expect(200)).body.total
  expect(both).toBe(Array.from({ length: 3000 }, (_, n) => n + 1).filter((n) => /^17/.test(String(n))).length)
  const lines = (await api.call('get', `/v1/companies/export?q=${encodeURIComponent('всюду')}&fields=id`).expect(200))
    .text
  expect(lines.trim().split('\n')).toHaveLength(3001)
})

it('finds an old record among many new ones', async () => {
  const fill = (title: string, count: number) =>
    api.pool.query(
      `insert into deal (responsible_id, created_by, created_at, updated_by, updated_at, opened, observers, title, pipeline_id,
         stage_id, stage_semantic, moved_by, moved_at, amount_is_manual, is_repeat)
       select 1, 1, now(), 1, now(), true, '{}', $1, (select id from pipeline where type_id = 2), 'NEW', 'process', 1, now(), false, false
       from generate_series(1, $2)`,
      [title, count],
    )
  const old = await aDeal(api, { title: 'Островок' })
  await fill('Море', 20_000)
  await fill('Островок', 40)
  const ids = await found('deals', 'островок', '&limit=100')
  expect(ids).toHaveLength(41)
  expect(ids.at(-1)).toBe(old.id)
})

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { freshDatabase, type TestDatabase } from '../database.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await freshDatabase()
})
afterAll(() => database.close())

/** Returns whether the word, in one of its spellings, is part of the key of the text. */
async function finds(word: string, text: string): Promise<boolean> {
  const { rows } = await database.pool.query(
    `select exists (select from unnest(search_spellings($1)) as spelling where position(spelling in key) > 0) as found
     from search_key($2::text) as key`,
    [word, text],
  )
  return rows[0].found
}

const same: [string, ...string[]][] = [
  ['Иванов', 'Ivanov', 'Iwanow', 'ИВАНОВ'],
  ['Щербаков', 'Shcherbakov', 'Scherbakov'],
  ['Фёдоров', 'Федоров', 'Fedorov', 'Fyodorov'],
  ['Дмитрий', 'Dmitry', 'Dmitriy', 'Dmitri', 'Dmitrij'],
  ['Соловьёв', 'Solovyov', 'Soloviev', 'Solovyev', "Solov'ev", 'Solovʼev'],
  ['Алексей', 'Alexey', 'Aleksei', 'Aleksey', 'Alexei', 'Aleksej'],
  ['Александра', 'Alexandra', 'Aleksandra'],
  ['Михаил', 'Mikhail', 'Mihail', 'Mixail'],
  ['Харламов', 'Kharlamov', 'Harlamov', 'Xarlamov'],
  ['Цветков', 'Tsvetkov', 'Cvetkov'],
  ['Татьяна', 'Tatyana', 'Tatiana', 'Tatjana'],
  ['Юлия', 'Yulia', 'Iuliia', 'Julija', 'Yuliya'],
  ['Яна', 'Yana', 'Iana', 'Jana'],
  ['Жуков', 'Zhukov', 'Žukov'],
  ['Чайка', 'Chayka', 'Chaika', 'Čajka'],
  ['Шишкин', 'Shishkin', 'Šiškin'],
  ['Елена', 'Yelena', 'Elena', 'Jelena'],
  ['Сергеев', 'Sergeev', 'Sergeyev'],
  ['Подъездный', 'Podyezdny', 'Podezdnyi'],
  ['Счастливцев', 'Schastlivtsev'],
  ['Йошкар-Ола', 'Yoshkar-Ola'],
  ['Виктор', 'Victor', 'Viktor'],
  ['Винсент', 'Vincent'],
  ['Шмидт', 'Schmidt'],
  ['Мюллер', 'Müller'],
  ['Шварц', 'Schwartz', 'Švartz'],
  ['Филипп', 'Philipp'],
  ['Вагнер', 'Wagner'],
  ['Рене', 'René'],
  ['Вайс', 'Vais'],
  ['Weiß', 'Weiss', 'WEISS', 'Weiẞ'],
  ['Ксения', 'Xenia', 'Kseniya'],
  ['Шевченко', 'Shevchenko'],
  ['Київ', 'Kyiv', 'Kiïv'],
]

describe.each(same)('%s', (...spellings) => {
  it('finds each spelling by every other one', async () => {
    const missed: string[] = []
    for (const word of spellings) {
      for (const text of spellings) if (!(await finds(word, text))) missed.push(`${word} in ${text}`)
    }
    expect(missed).toEqual([])
  })
})

describe('letters with accents are found with and without them', () => {
  it.each([
    ['Müller', 'muller', 'mueller', 'Мюллер'],
    ['Nguyễn', 'nguyen'],
    ['Văn Đức', 'van duc'],
    ['Bērziņš', 'berzins', 'Berzinsh'],
    ['Růžička', 'ruzicka', 'Ружичка'],
    ['Škoda', 'skoda', 'Шкода'],
    ['Dvořák', 'dvorak', 'Дворак'],
    ['Ștefănescu', 'Ştefănescu', 'stefanescu', 'Штефанеску'],
    ['Đorđević', 'dordevic', 'djordjevic'],
    ['Ångström', 'angstrom', 'aangstroem', 'Ангстрем'],
    ['İnönü', 'inonu', 'inönü', 'Инёню'],
    ['Çelik', 'celik'],
    ['Łukasz', 'lukasz'],
    ['Þór', 'thor'],
    ['Søren Kjær', 'soren kjaer', 'soeren'],
    ['Γιώργος', 'γιωργος', 'ΓΙΏΡΓΟΣ'],
    ['Νίκος', 'νικος', 'ΝΙΚΟΣ'],
    ['Ещё ї', 'еще і'],
    ['が', 'が'],
    ['한국', '한'],
  ])('%s', async (text, ...words) => {
    const missed: string[] = []
    for (const form of ['NFC', 'NFD']) {
      for (const word of [text, ...words]) {
        if (!(await finds(word, text.normalize(form)))) missed.push(word)
        if (!(await finds(word.normalize('NFD'), text.normalize(form)))) missed.push(`${word}, taken apart`)
      }
    }
    expect(missed).toEqual([])
  })

  it('every Latin letter is found by its base letter', async () => {
    const letters = [...Array(0x1f00).keys()].map((code) => String.fromCodePoint(code))
    const marked = letters.filter((letter) => /^[a-z]\p{Mn}+$/iu.test(letter.normalize('NFD')))
    expect(marked.length).toBeGreaterThan(400)
    const { rows } = await database.pool.query(
      `select letter from unnest($1::text[], $2::text[]) as one (letter, base)
       where not (search_spellings('o' || base || 'o') && search_spellings('o' || letter || 'o'))`,
      [marked, marked.map((letter) => letter.normalize('NFD')[0])],
    )
    expect(rows).toEqual([])
  })

  it('Cyrillic letters stay distinct', async () => {
    expect(await finds('мои', 'мой')).toBe(true)
    expect(await finds('и\u0306ошкар', 'Йошкар-Ола')).toBe(true)
    expect(await finds('Йошкар', 'и\u0306ошкар')).toBe(true)
  })
})

it('an unfinished word is found after every letter, in its own alphabet', async () => {
  const names = [
    'Дмитриев',
    'Щербаков',
    'Юлия',
    'Васильев',
    'Счетоводов',
    'Dmitriev',
    'Vasiliev',
    'Mikhail',
    'Fyodorov',
  ]
  const missed: string[] = []
  for (const name of [...names, 'Tsvetkov', 'Zhukov', 'Shishkin', 'Maria', 'Sergeyev']) {
    for (let length = 1; length <= name.length; length++) {
      if (!(await finds(name.slice(0, length), name))) missed.push(name.slice(0, length))
    }
  }
  expect(missed).toEqual([])
})

it.each([
  ['Мишин', 'Мисин'],
  ['Жуков', 'Зуков'],
  ['Чуев', 'Цуев'],
  ['Лена', 'Лина'],
  ['Хан', 'Кан'],
])('%s does not match %s', async (word, text) => {
  expect(await finds(word, text)).toBe(false)
})

it.each([
  ['ООО «Вектор-М»', ' ooo viektor m '],
  ['  N° 15/2026  ', ' n 15 2026 '],
  ["O'Neil", ' onieil '],
  ['100%_\\', ' 100 '],
  ['и\u0306', ' i '],
  ['Victor', ' viktor  vitstor '],
  ['日本 Ltd', ' 日本 ltd '],
  ['Škoda', ' shkoda  skoda '],
  ['№ 15', ' 15 '],
  ['…', '  '],
])('the key of %s is "%s"', async (text, key) => {
  const { rows } = await database.pool.query('select search_key($1::text) as key', [text])
  expect(rows[0].key).toBe(key)
})

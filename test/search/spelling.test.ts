import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { freshDatabase, type TestDatabase } from '../database.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await freshDatabase()
})
afterAll(() => database.close())

/** Whether the word, in one of its spellings, is a part of the text's key. */
async function finds(word: string, text: string): Promise<boolean> {
  const { rows } = await database.pool.query(
    `select position(search_spelling($1, true) in key) > 0 or position(search_spelling($1, false) in key) > 0 as found
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
  ['Ксения', 'Xenia', 'Kseniya'],
  ['Шевченко', 'Shevchenko'],
  ['Київ', 'Kyiv', 'Kiïv'],
]

describe.each(same)('%s', (...spellings) => {
  it('is found by each of its spellings, and the other way round', async () => {
    const missed: string[] = []
    for (const word of spellings) {
      for (const text of spellings) if (!(await finds(word, text))) missed.push(`${word} in ${text}`)
    }
    expect(missed).toEqual([])
  })
})

it('a word that is not typed to its end is found at every letter, in its own alphabet', async () => {
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
])('%s is not %s', async (word, text) => {
  expect(await finds(word, text)).toBe(false)
})

it.each([
  ['ООО «Вектор-М»', ' ooo viektor m '],
  ['  N° 15/2026  ', ' n 15 2026 '],
  ["O'Neil", ' onieil '],
  ['100%_\\', ' 100 '],
  ['и\u0306', ' i '],
  ['Victor', ' viktor vitstor '],
  ['日本 Ltd', ' 日本 ltd '],
  ['…', '  '],
])('the key of %s is "%s"', async (text, key) => {
  const { rows } = await database.pool.query('select search_key($1::text) as key', [text])
  expect(rows[0].key).toBe(key)
})

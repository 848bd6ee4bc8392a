import { describe, expect, it } from '@jest/globals'
import iconv from 'iconv-lite'
import { type Dialect, detectDialect, sniffDialect } from '../../src/csv/dialect.ts'
import { fileOf, readTable } from './files.ts'

const usual: Dialect = {
  encoding: 'utf-8',
  delimiter: ';',
  quote: '"',
  backslash: false,
  header: true,
  skip: 0,
}

const detect = (text: string, encoding = 'utf-8') => detectDialect(iconv.encode(text, encoding), true).dialect

const names = 'ID;Фамилия;Город\r\n1;Цой;Москва\r\n2;Ёлкин;Йошкар-Ола\r\n'

describe('the encoding of a file', () => {
  it.each([
    ['utf-8', 'utf-8'],
    ['win1251', 'windows-1251'],
    ['koi8-r', 'koi8-r'],
    ['cp866', 'ibm866'],
    ['maccyrillic', 'x-mac-cyrillic'],
    ['utf-16le', 'utf-16le'],
    ['utf-16be', 'utf-16be'],
  ])('is detected from two Russian rows without a byte order mark: %s', (written, encoding) => {
    expect(detect(names, written)).toEqual({ ...usual, encoding })
  })

  it('is detected from one word', () => {
    expect(detect('name\nИванов\n', 'win1251').encoding).toBe('windows-1251')
    expect(detect('name\nИванов\n', 'cp866').encoding).toBe('ibm866')
    expect(detect('name\nFrançois\n', 'win1252').encoding).toBe('windows-1252')
  })

  it.each([
    ['Київ;Їжак', 'windows-1251'],
    ['ООО «Ромашка» № 5', 'windows-1251'],
  ])('is Windows-1251 for %s', (text, encoding) => {
    expect(detect(text, 'win1251').encoding).toBe(encoding)
  })

  it('stays UTF-8 with a few invalid bytes', () => {
    const damaged = Buffer.concat([Buffer.from(names), Buffer.from([0xff, 0xfe, 0xc0])])
    expect(detectDialect(damaged, true).dialect.encoding).toBe('utf-8')
  })

  it('stays UTF-8 if the sample ends within a character', () => {
    expect(detectDialect(Buffer.from('Имя;Город\nЮ').subarray(0, -1), false).dialect.encoding).toBe('utf-8')
  })

  it.each(['win1251', 'koi8-r', 'utf-8'])(
    'is detected from the first non-ASCII name, far beyond the sample: %s',
    async (code) => {
      const ascii = Array.from({ length: 20_000 }, (_, index) => `${index};Ann\n`)
      const bytes = Buffer.concat([Buffer.from(`id;name\n${ascii.join('')}`), iconv.encode('20000;Зоя Щукина\n', code)])
      for (const pieceSize of [65_536, 1_009]) {
        const { rows } = await readTable(fileOf(bytes, pieceSize))
        expect(rows.at(-1)).toEqual(['20000', 'Зоя Щукина'])
      }
    },
  )

  it('is the given one', async () => {
    const { dialect } = await sniffDialect(fileOf(iconv.encode(names, 'win1251')), { encoding: 'koi8-r' })
    expect(dialect.encoding).toBe('koi8-r')
  })
})

describe('the delimiter of a file', () => {
  it.each([
    [';', 'Name;Sum\nAnna;5,00\nOlga;7,50\n'],
    [';', 'Name;Address\nAnna;Moscow, Green Street, 7\nOlga;Oryol, Green Street, 8\n'],
    [',', 'Name,Phones\nAnna,1;2\nOlga,"3;4, 5"\n'],
    ['\t', 'Name\tNote\nAnna\ta;b,c\nOlga\td;e,f\n'],
    ['|', 'Name|Note\nAnna|a, b\nOlga|c, d\n'],
    [',', '"a;b","c;d"\n"1;2","3;4"\n'],
    [';', 'Имя;Телефон\n'],
  ] as const)('is %j', (delimiter, text) => {
    expect(detect(text)).toEqual({ ...usual, delimiter })
  })

  it('is detected despite unclosed quotes', () => {
    expect(detect('Name;Note\nAnna;\nOlga;x\n"Ivan;x;y\nLast;y\n').delimiter).toBe(';')
    expect(detect('Name,Note\nAnna,"x\n"Olga,y\n').delimiter).toBe(',')
  })

  it('does not split a single column', async () => {
    expect(await readTable(fileOf('Name\nDoe, John\nRoe, Jane\nPoe\n'))).toEqual({
      header: ['Name'],
      rows: [['Doe, John'], ['Roe, Jane'], ['Poe']],
    })
  })

  it('is the one in the sep= line', () => {
    expect(detect('\uFEFFsep=,\r\na;b,c;d\r\n1;2,3;4\r\n')).toEqual({ ...usual, delimiter: ',', skip: 1 })
  })
})

describe('quotes', () => {
  it('are apostrophes if every cell has them', () => {
    expect(detect("'ID';'Name'\n'1';'O''Brien'\n").quote).toBe("'")
  })

  it('are not apostrophes that are part of names', () => {
    expect(detect("Name;City\n'Abd;Oryol\nO'Brien;'s-Hertogenbosch\n").quote).toBe('"')
  })

  it('are escaped with backslashes if nothing else fits', () => {
    expect(detect('a;b\n"x \\"y\\" z";1\n').backslash).toBe(true)
    expect(detect('a;b\n"C:\\";1\n"D:\\";2\n').backslash).toBe(false)
  })
})

describe('the header', () => {
  it.each(['1;Anna;a@post.example\n2;Olga;o@post.example\n', 'Anna;+7 495 123-45-67\nOlga;+7 495 123-45-68\n'])(
    'is missing if the first row is data: %j',
    (text) => {
      expect(detect(text).header).toBe(false)
    },
  )

  it.each(['Product;2025;2026\nNails;10;20\n', 'ID;Name\n', 'a;b\nc;d\n'])('is detected: %j', (text) => {
    expect(detect(text).header).toBe(true)
  })

  it('is detected below titles, dates and padding', () => {
    expect(detect('Contacts\nMade on 01.02.2025\n\nID;Name;City\n1;Anna;Oryol\n2;Olga;Tula\n').skip).toBe(3)
    expect(detect('Contacts;;;\nPeriod;01.02.2025;;\nID;Name;City;Sum\n1;Anna;Oryol;5\n').skip).toBe(2)
  })
})

describe('the confidence of a dialect', () => {
  const confidence = async (text: string, encoding = 'utf-8', given: Partial<Dialect> = {}) =>
    (await sniffDialect(fileOf(iconv.encode(text, encoding)), given)).confidence

  it('is 1 for what is given or stated by the file', async () => {
    const given = { encoding: 'windows-1251', delimiter: ';', header: true } as const
    expect(await confidence('a\n', 'utf-8', given)).toEqual({ encoding: 1, delimiter: 1, header: 1 })
    expect(await confidence('\uFEFFsep=;\nИмя;a@b.example\n')).toMatchObject({ encoding: 1, delimiter: 1 })
  })

  it('is high for an ordinary file', async () => {
    const text = 'Имя;Фамилия;Телефон;Сумма\nАнна;Петрова;+7 495 123-45-67;100\nОльга;Цой;+7 495 123-45-68;200\n'
    for (const encoding of ['utf-8', 'windows-1251', 'koi8-r']) {
      const found = await confidence(text, encoding)
      expect(Math.min(...Object.values(found))).toBeGreaterThanOrEqual(0.85)
    }
  })

  it('is low where little decides', async () => {
    expect((await confidence('name\nFaï\n', 'windows-1252')).encoding).toBeLessThan(0.85)
    expect((await confidence('a;b,c\nd;e,f\n')).delimiter).toBe(0.5)
    expect((await confidence('Anna;Moscow\nOlga;Tula\n')).header).toBe(0.5)
  })
})

import { expect, it } from '@jest/globals'
import type { Dialect } from '../../src/csv/dialect.ts'
import { sniffDialect } from '../../src/csv/dialect.ts'
import { readCsv } from '../../src/csv/read.ts'
import { fileOf } from './files.ts'

/** Returns the lines that are reported as rows of another table. */
async function otherLines(lines: readonly string[], given: Partial<Dialect> = {}): Promise<number[]> {
  const open = fileOf(lines.join('\n'))
  const { dialect } = await sniffDialect(open, { delimiter: ';', header: true, ...given })
  const found: number[] = []
  for await (const rows of readCsv(open, dialect)) {
    for (const { line, notes = [] } of rows) if (notes.some(({ code }) => code === 'other_table')) found.push(line)
  }
  return found
}

const people = [
  'Name;Phone;Email',
  'Anna Orlova;+7 916 123-45-67;anna@x.example',
  'Oleg Zimin;89161234568;oleg@x.example',
]

it.each<[string, string[], number[]]>([
  ['other columns', ['', 'Deal;Stage;Amount', 'Roof;New;100', 'Wall;Won;200'], [5, 6, 7]],
  ['one row', ['', 'Deal;Amount;Closed', 'Roof;100;31.12.2020'], [5, 6]],
  ['fewer columns', ['', '', 'Stock;Article', '5;Bolt'], [6, 7]],
  ['more columns', [';;', 'Deal;Client;Stage;Amount', 'Roof;Anna;New;100', 'Wall;Oleg;Won;200'], [5, 6, 7]],
  ['a title above', ['', 'Deals', 'Deal;Stage;Amount', 'Roof;New;100', 'Wall;Won;200'], [5, 6, 7, 8]],
  ['some of the same columns', ['', 'Company;Email;Phone', 'Rose;rose@x.example;89161234569'], [5, 6]],
  [
    'blank rows of its own',
    ['', 'Deal;Stage;Amount', 'Roof;New;100', 'Wall;Won;200', '', 'Door;New;300'],
    [5, 6, 7, 9],
  ],
])('reports a second table with %s', async (_, below, lines) => {
  expect(await otherLines([...people, ...below])).toEqual(lines)
})

it('reports a second table whose columns have the same kinds', async () => {
  const deals = ['Deal;Amount', 'Roof;100', 'Wall;200', 'Total;300']
  expect(await otherLines([...deals, '', 'Deal;Weight', 'Roof;30', 'Wall;40'])).toEqual([6, 7, 8])
})

it('reads on where the header of the file comes again', async () => {
  const deals = ['', 'Deal;Stage;Amount', 'Roof;New;100', 'Wall;Won;200', '']
  expect(await otherLines([...people, ...deals, ...people])).toEqual([5, 6, 7])
})

it('finds a second table below many rows', async () => {
  const many = Array.from(
    { length: 1000 },
    (_, index) => `Person ${index};${index + 79_160_000_000};p${index}@x.example`,
  )
  expect(await otherLines([people[0]!, ...many, '', 'Deal;Stage;Amount', 'Roof;New;100', 'Wall;Won;200'])).toEqual([
    1003, 1004, 1005,
  ])
})

it.each([
  ['rows between blank ones', ['', people[1]!, '', '', people[2]!, ';;', people[1]!]],
  ['words in place of numbers', ['', 'Petrov;none;none', people[1]!, people[2]!]],
  ['words in every row below', ['', 'Petrov;none;none', 'Sidorov;none;none', 'Orlov;none;']],
  ['a name alone', ['', 'Petrov', people[1]!, people[2]!]],
  ['signatures', ['', 'Made by;Petrov', 'Approved by;Sidorov']],
  ['the same header', ['', ...people]],
  ['totals', ['', 'Total;2;']],
])('reports no second table for %s', async (_, below) => {
  expect(await otherLines([...people, ...below])).toEqual([])
})

/** Returns the faults of the first row. */
async function firstFaults(lines: readonly string[]): Promise<string[]> {
  const open = fileOf(lines.join('\n'))
  const { dialect } = await sniffDialect(open)
  for await (const rows of readCsv(open, dialect)) return (rows[0]?.notes ?? []).map(({ code }) => code)
  return []
}

const wide = ['Company;Sum;City;Phone', 'Rose;100;Omsk;+7 916 123-45-67', 'Lily;200;Tula;+7 916 123-45-68']

it.each<[string, string[]]>([
  ['numbers', ['Deal;Amount', 'Roof;100', 'Wall;200', '']],
  ['texts', ['First;Last', 'Anna;Orlova', 'Oleg;Zimin', '']],
  ['texts and no blank row below', ['First;Last', 'Anna;Orlova', 'Oleg;Zimin']],
  ['texts, below a title', ['People', '', 'First;Last', 'Anna;Orlova', 'Oleg;Zimin', '']],
])('reports a narrower table above the header, with %s', async (_, above) => {
  expect(await firstFaults([...above, ...wide])).toEqual(['table_above_header'])
})

it.each<[string, string[]]>([
  ['titles', ['Companies', 'May 2024', '']],
  ['padded titles', ['Companies;;;', 'May 2024;;;', 'All;;;', ';;;']],
  ['names and values', ['Period;May', 'Author;Orlova', '']],
])('reports no table above the header for %s', async (_, above) => {
  expect(await firstFaults([...above, ...wide])).toEqual([])
})

it('reports no second table for groups of rows of any text', async () => {
  const header = 'Name;City;Note'
  expect(await otherLines([header, 'Anna;Oryol;old', 'Oleg;Tula;12', '', 'Olga;Omsk;new', 'Ivan;Perm;15'])).toEqual([])
})

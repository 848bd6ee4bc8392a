import { expect, it } from '@jest/globals'
import fc from 'fast-check'
import { delimiters } from '../../src/csv/dialect.ts'
import { csvLines, encodeLines, type WrittenEncoding } from '../../src/csv/write.ts'
import { fileOf, readTable } from './files.ts'

// Texts with many CSV characters. Windows-1251 is given: no reader can tell it from three letters.
const syntax = [...';,\t|"\'\\\r\n =:[]{}<>', '\r\n', '""', '\\"', 'sep=', '']
const unicode = fc.string({ unit: fc.oneof(fc.constantFrom(...syntax), fc.string({ unit: 'grapheme' })) })
const cyrillic = fc.string({ unit: fc.constantFrom(...syntax, ' Иванов ', ' Москва ', 'ё', '№', '«', 'a', '1', ' ') })

/** Rows of blank cells are skipped, and blank cells beyond the last column name are dropped. */
const tableOf = (cell: fc.Arbitrary<string>) =>
  fc
    .integer({ min: 1, max: 6 })
    .chain((width) => {
      const row = fc.array(cell, { minLength: width, maxLength: width })
      return fc.tuple(row, fc.array(row, { maxLength: 12 }))
    })
    .map(([header, rows]) => ({
      header: header.map((name, index) => (name.trim() ? name : `name ${index}`)),
      rows: rows.filter((cells) => cells.some((cell) => cell.trim() !== '')),
    }))

it.each<[WrittenEncoding, fc.Arbitrary<string>]>([
  ['utf-8', unicode],
  ['utf-8-bom', unicode],
  ['windows-1251', cyrillic],
])('written files are read back cell for cell, with any chunk size: %s', async (encoding, cell) => {
  const pieceSize = fc.oneof(fc.integer({ min: 1, max: 20 }), fc.constant(65_536))
  const property = fc.asyncProperty(
    tableOf(cell),
    fc.constantFrom(...delimiters),
    pieceSize,
    async (table, delimiter, size) => {
      const lines = csvLines([table.header, ...table.rows], { delimiter, bom: encoding === 'utf-8-bom' })
      const bytes = encodeLines(lines, encoding)
      const given = { header: true, skip: 0, ...(encoding === 'windows-1251' && { encoding }) }
      expect(await readTable(fileOf(bytes, size), given)).toEqual(table)
    },
  )
  await fc.assert(property, { numRuns: 500 })
})

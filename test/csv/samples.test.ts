import { createReadStream, existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { CsvSyntaxFault } from '../../src/csv/fault.ts'
import { fileOf, readTable, type Table } from './files.ts'

interface Sample {
  file: string
  expected: string
  level: 'must' | 'may' | 'refuse'
  note: string
}

const root = join(import.meta.dirname, '../../../shared/data/csv')

for (const set of ['torture', 'real']) {
  const folder = join(root, set)
  if (!existsSync(folder)) {
    it.skip(`the ${set} samples are not beside this checkout (${folder})`, () => {})
    continue
  }
  const samples: Sample[] = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8'))
  describe(`the ${set} samples`, () => {
    const legible = samples.filter(({ level }) => level !== 'refuse')
    it.each(legible)('$file is read cell for cell: $note', async ({ file, expected }) => {
      const table = await readTable(() => createReadStream(join(folder, file)))
      expect(tidy(table)).toEqual(tidy(JSON.parse(readFileSync(join(folder, expected), 'utf8'))))
    })

    it.each(legible.filter(({ file }) => !file.includes('long')))(
      '$file is the same byte by byte',
      async ({ file }) => {
        const bytes = readFileSync(join(folder, file))
        expect(await readTable(fileOf(bytes, 1))).toEqual(await readTable(fileOf(bytes)))
      },
    )

    const refused = samples.filter(({ level }) => level === 'refuse')
    if (refused.length === 0) return
    it.each(refused)('$file is refused with the line: $note', async ({ file }) => {
      await expect(readTable(() => createReadStream(join(folder, file)))).rejects.toBeInstanceOf(CsvSyntaxFault)
    })
  })
}

/** Columns with neither a name nor a value carry nothing. */
function tidy({ header, rows }: Table): Table {
  const all = [header, ...rows]
  let width = Math.max(...all.map(({ length }) => length))
  while (width > 0 && all.every((cells) => !cells[width - 1])) width--
  const cut = (cells: string[]) => Array.from({ length: width }, (_, index) => cells[index] ?? '')
  return { header: cut(header), rows: rows.map(cut) }
}

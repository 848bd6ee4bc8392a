import { createReadStream, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { CsvSyntaxFault } from '../../src/csv/fault.ts'
import { withShared } from '../shared.ts'
import { fileOf, readTable } from './files.ts'
import { tidy } from './score.ts'

interface Sample {
  file: string
  expected: string
  level: 'must' | 'may' | 'refuse'
  note: string
}

for (const set of ['torture', 'real']) withShared(`data/csv/${set}`, (folder) => samplesIn(set, folder))

function samplesIn(set: string, folder: string): void {
  const samples: Sample[] = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8'))
  describe(`the ${set} samples`, () => {
    const legible = samples.filter(({ level }) => level !== 'refuse')
    it.each(legible)('$file is read cell for cell: $note', async ({ file, expected }) => {
      const table = await readTable(() => createReadStream(join(folder, file)))
      expect(tidy(table)).toEqual(tidy(JSON.parse(readFileSync(join(folder, expected), 'utf8'))))
    })

    it.each(legible.filter(({ file }) => !file.includes('long')))(
      '$file is read the same in chunks of one byte',
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

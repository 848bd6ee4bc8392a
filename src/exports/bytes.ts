import { setImmediate as breath } from 'node:timers/promises'
import type { Delimiter } from '../csv/dialect.ts'
import { countReplaced, encodeLines, type WrittenEncoding } from '../csv/write.ts'
import { retryOnModelChange } from '../database/changed-model.ts'
import type { Field } from '../fields/field.ts'
import type { Hop } from '../fields/kind.ts'
import type { CsvWriting } from '../fields/scalar.ts'
import type { Names, ValuesOf } from '../records/list/values-in-words.ts'
import { valueReaders } from '../records/query/record-texts.ts'
import type { LinkedRecords, Values } from './linked-records.ts'
import { pagesOf, type ReadPage } from './pages.ts'
import { type FileShape, headerLine, lineWriter } from './rows.ts'

/** The number of records that were written, and of characters that the encoding lacks. */
export interface Written {
  rows: number
  replaced: number
}

/** Reads a page of records, and the records to which it links. */
export interface PageReading {
  page: ReadPage
  linked(links: { hops: readonly Hop[]; valuesOf(field: Field): Values }): Promise<LinkedRecords>
}

/** How the records of a file are read and written. */
export interface FileWriting {
  header: readonly string[]
  reading: PageReading
  /** Returns the reading with the present rights and fields. */
  readAnew(): Promise<PageReading>
  written: Written
  writing: Omit<CsvWriting, keyof Names>
  delimiter: Delimiter
  encoding: WrittenEncoding
  namesFor(valuesOf: ValuesOf): Promise<Names>
}

/** Lines written before yielding to other requests. */
const linesAtOnce = 200

/** Yields the bytes of a file page by page. */
export async function* bytesOf(shape: FileShape, file: FileWriting): AsyncGenerator<Buffer, void, undefined> {
  const { written, writing, delimiter, encoding, namesFor } = file
  let head = headerLine(file.header, { mode: writing.mode, delimiter, encoding })
  const readers = valueReaders(shape.fields)
  const hops = shape.columns.flatMap(({ hop }) => hop ?? [])
  const reading = keepingUp(file.reading, file.readAnew)
  for await (const texts of pagesOf(reading.page)) {
    const records = texts.map((record) => readers.map((read) => read(record)))
    const ownValues = (field: Field) => {
      const at = shape.fields.indexOf(field)
      return at < 0 ? [] : records.map((values) => values[at]!)
    }
    const linked = await reading.linked({ hops, valuesOf: ownValues })
    const names = await namesFor((field) => [...ownValues(field), ...linked.valuesOf(field)])
    const write = lineWriter(shape, { ...writing, ...names, delimiter }, linked)
    for (let at = 0; at === 0 || at < records.length; at += linesAtOnce) {
      const some = records.slice(at, at + linesAtOnce)
      const lines = head + write(some)
      const bytes = encodeLines(lines, encoding)
      written.replaced += countReplaced(lines, bytes, encoding)
      yield bytes
      head = ''
      written.rows += some.length
      await breath()
    }
  }
}

/** Continues reading with the current catalogue when a field was deleted after the first page. */
function keepingUp(first: PageReading, readAnew: () => Promise<PageReading>): PageReading {
  let current = first
  let isFirstPage = true
  const attempt = async <T>(work: (reading: PageReading) => Promise<T>): Promise<T> => {
    // The request itself is retried if the first page fails.
    if (isFirstPage) return await work(current)
    return await retryOnModelChange(async (isAgain) => {
      if (isAgain) current = await readAnew()
      return current
    }, work)
  }
  return {
    page(position, limit) {
      if (position) isFirstPage = false
      return attempt((reading) => reading.page(position, limit))
    },
    linked: (links) => attempt((reading) => reading.linked(links)),
  }
}

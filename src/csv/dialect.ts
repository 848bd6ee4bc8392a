import { confidenceOf, type DialectConfidence } from './confidence.ts'
import { detectEncoding, type Encoding } from './encoding.ts'
import { takeSample } from './sample.ts'
import { headerOf, readSample, type Shape } from './shape.ts'

/** The supported delimiters, most likely first. The order decides between equal scores. */
export const delimiters = [';', ',', '\t', '|'] as const

/** The delimiter of the cells of a row. */
export type Delimiter = (typeof delimiters)[number]

/** The format of a CSV file. */
export interface Dialect {
  encoding: Encoding
  delimiter: Delimiter
  /** The quote character; empty if cells are not quoted. */
  quote: '"' | "'" | ''
  /** Whether quotes are escaped by a backslash instead of doubled. */
  backslash: boolean
  /** Whether the first row contains the column names. */
  header: boolean
  /** Number of physical lines before the header: a `sep=;` line, titles, blank lines. */
  skip: number
}

/** A detected dialect and how sure its parts are. */
export interface SniffedDialect {
  dialect: Dialect
  confidence: DialectConfidence
}

/** Detects the dialect of a file from a sample. Properties in `given` are used as they are. */
export async function sniffDialect(
  open: () => AsyncIterable<Buffer>,
  given: Partial<Dialect> = {},
): Promise<SniffedDialect> {
  const sample = await takeSample(open)
  return detectDialect(sample.head, sample.complete, given, sample.beyond)
}

/** The lead in score that halves the doubt about a delimiter. */
const convincing = 0.1

/**
 * Detects the dialect from the first 64 KB or so of a file. `complete` means that the sample is the whole file.
 * `beyond` has non-ASCII bytes from later parts, in case the start does not show the encoding.
 */
export function detectDialect(
  sample: Buffer,
  complete: boolean,
  given: Partial<Dialect> = {},
  beyond?: Buffer,
): SniffedDialect {
  const { encoding, confidence } = given.encoding
    ? { encoding: given.encoding, confidence: 1 }
    : detectEncoding(sample, complete, beyond)
  const text = new TextDecoder(encoding).decode(sample, { stream: !complete })
  const separator = /^sep=(.)[ \t]*(\r\n?|\n|$)/i.exec(text)
  const named = delimiters.find((delimiter) => delimiter === separator?.[1])
  const quote = given.quote ?? detectQuote(text)
  const delimiter = given.delimiter ?? named
  const skip = given.skip ?? (separator ? 1 : 0)
  const shapes = (delimiter ? [delimiter] : delimiters).map((delimiter) => ({
    delimiter,
    shape: readSample(text, complete, { delimiter, quote, backslash: given.backslash ?? false, skip }),
  }))
  const [best, second] = shapes.toSorted((one, other) => other.shape.score - one.shape.score)
  const header = headerOf(best!.shape)
  return {
    dialect: {
      encoding,
      delimiter: best!.delimiter,
      quote,
      backslash: given.backslash ?? best!.shape.backslash,
      header: given.header ?? header.found,
      skip: given.skip ?? linesBefore(best!.shape, skip),
    },
    confidence: {
      encoding: confidence,
      delimiter: second ? confidenceOf(best!.shape.score - second.shape.score, convincing) : 1,
      header: given.header === undefined ? header.confidence : 1,
    },
  }
}

/** Returns an apostrophe only if every line has a cell in apostrophes and no cell has quotes: names have them too. */
function detectQuote(text: string): Dialect['quote'] {
  const lines = text.split(/[\r\n]+/).filter(Boolean).length
  const inApostrophes = text.match(/(?<=^|[\r\n;,\t|])'[^'\r\n]*'(?=$|[\r\n;,\t|])/g)?.length ?? 0
  return inApostrophes >= lines && lines > 0 && !/(^|[\r\n;,\t|]) *"/.test(text) ? "'" : '"'
}

function linesBefore(shape: Shape, skip: number): number {
  return shape.first > 0 ? shape.rows[shape.first]!.line - 1 : skip
}

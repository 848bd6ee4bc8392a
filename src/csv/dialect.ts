import { detectEncoding, type Encoding } from './encoding.ts'
import { takeSample } from './sample.ts'
import { looksLikeData, readSample, type Shape } from './shape.ts'

/** How a CSV file is written. */
export interface Dialect {
  encoding: Encoding
  delimiter: ';' | ',' | '\t' | '|'
  /** Empty where quotes are plain text. */
  quote: '"' | "'" | ''
  /** Whether a backslash before a quote makes it text, rather than a second quote. */
  backslash: boolean
  /** Whether the first row names the columns. */
  header: boolean
  /** Physical lines before the header: a `sep=;` line, titles, blank lines. */
  skip: number
}

/** The delimiters told apart, the likelier first: the first of several equally likely ones is taken. */
export const delimiters = [';', ',', '\t', '|'] as const

/** Finds out how a file is written, reading no more of it than it takes; what is given is not guessed. */
export async function findDialect(open: () => AsyncIterable<Buffer>, given: Partial<Dialect> = {}): Promise<Dialect> {
  const sample = await takeSample(open)
  return detectDialect(sample.head, sample.complete, given, sample.beyond)
}

/**
 * Guesses from the first 64 KB or so of a file how it is written; `complete` says that this is all of it. `beyond` holds
 * what bytes past ASCII were found further on, for an encoding that the beginning does not show.
 */
export function detectDialect(
  sample: Buffer,
  complete: boolean,
  given: Partial<Dialect> = {},
  beyond?: Buffer,
): Dialect {
  const encoding = given.encoding ?? detectEncoding(sample, complete, beyond)
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
  const best = shapes.reduce((best, next) => (next.shape.score > best.shape.score ? next : best))
  return {
    encoding,
    delimiter: best.delimiter,
    quote,
    backslash: given.backslash ?? best.shape.backslash,
    header: given.header ?? hasHeader(best.shape),
    skip: given.skip ?? linesBefore(best.shape, skip),
  }
}

/** Apostrophes quote only where every line has a cell in them and no cell is in quotes: names have apostrophes too. */
function detectQuote(text: string): Dialect['quote'] {
  const lines = text.split(/[\r\n]+/).filter(Boolean).length
  const inApostrophes = text.match(/(?<=^|[\r\n;,\t|])'[^'\r\n]*'(?=$|[\r\n;,\t|])/g)?.length ?? 0
  return inApostrophes >= lines && lines > 0 && !/(^|[\r\n;,\t|]) *"/.test(text) ? "'" : '"'
}

function hasHeader(shape: Shape): boolean {
  const [first, ...rest] = shape.rows.slice(shape.first)
  return (
    !first ||
    !looksLikeData(
      first.cells,
      rest.map(({ cells }) => cells),
    )
  )
}

function linesBefore(shape: Shape, skip: number): number {
  return shape.first > 0 ? shape.rows[shape.first]!.line - 1 : skip
}

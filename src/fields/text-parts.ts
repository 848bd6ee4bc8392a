/** The place of a part in a text. */
export interface TextPart {
  /** What `like` accepts before and after the part. */
  before: '' | '%'
  after: '' | '%'
  /** The parts that a trigram index finds. It needs three letters, or two at the start or end of a word. */
  indexable: RegExp
  /** True if a text with a part also has the shorter parts in it, so the shortest ones suffice. */
  includesShorter: boolean
}

// With fewer letters the index would return every row.
const indexable = /[\p{L}\p{N}]{3}|[\p{L}\p{N}]{2}[^\p{L}\p{N}]|[^\p{L}\p{N}][\p{L}\p{N}]{2}/u

/** A part anywhere in the text. */
export const anywhere: TextPart = { before: '%', after: '%', indexable, includesShorter: true }

/** A part at the start of the text. */
export const atStart: TextPart = {
  before: '',
  after: '%',
  indexable: new RegExp(`^[\\p{L}\\p{N}]{2}|${indexable.source}`, 'u'),
  includesShorter: false,
}

/** A part at the end of the text. */
export const atEnd: TextPart = {
  before: '%',
  after: '',
  indexable: new RegExp(`[\\p{L}\\p{N}]{2}$|${indexable.source}`, 'u'),
  includesShorter: false,
}

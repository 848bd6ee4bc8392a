import { detectEncoding } from './encoding.ts'
import { startsAsJson } from './json.ts'

/** The formats that are not CSV, and their names for people. */
export const foreignFormats = {
  xlsx: 'XLSX',
  xls: 'XLS',
  ods: 'ODS',
  numbers: 'Numbers',
  docx: 'DOCX',
  pptx: 'PPTX',
  odt: 'ODT',
  doc: 'DOC',
  rtf: 'RTF',
  pdf: 'PDF',
  xml: 'XML',
  html: 'HTML',
  json: 'JSON',
  vcard: 'vCard',
  icalendar: 'iCalendar',
  sqlite: 'SQLite',
  zip: 'ZIP',
  gzip: 'GZIP',
  bzip2: 'BZIP2',
  xz: 'XZ',
  zstd: 'ZSTD',
  '7z': '7z',
  rar: 'RAR',
  image: 'IMAGE',
  binary: 'BINARY',
} as const

/** A format that is not CSV. */
export type ForeignFormat = keyof typeof foreignFormats

/** Returns the format of a file whose start (some KB) is not CSV. Ignores its name and declared content type. */
export function foreignFormat(head: Buffer): ForeignFormat | undefined {
  return byMagic(head) ?? byText(head)
}

/** The first bytes of formats, in hexadecimal digits. */
const magics: ReadonlyArray<readonly [ForeignFormat, RegExp]> = [
  ['zip', /^504b(0304|0506)/],
  ['xls', /^d0cf11e0a1b11ae1/],
  // Old spreadsheets without a compound file (BIFF 2 to 4), also named .xls.
  ['xls', /^09(00|02|04)(04|06)0000001000/],
  ['gzip', /^1f8b08/],
  ['bzip2', /^425a683[1-9]314159265359/],
  ['xz', /^fd377a585a00/],
  ['zstd', /^28b52ffd/],
  ['7z', /^377abcaf271c/],
  ['rar', /^526172211a07/],
  ['sqlite', /^53514c69746520666f726d6174203300/],
  ['rtf', /^7b5c7274663[0-9]/],
  ['image', /^(89504e470d0a1a0a|ffd8ff|47494638(37|39)61|49492a00|4d4d002a|52494646.{8}57454250)/],
]

/** The formats of ZIP archives by the names of their entries, which are not compressed. */
const archives: ReadonlyArray<readonly [ForeignFormat, RegExp]> = [
  ['ods', /mimetypeapplication\/vnd\.oasis\.opendocument\.spreadsheet/],
  ['odt', /mimetypeapplication\/vnd\.oasis\.opendocument\./],
  ['numbers', /Index\/[\w/-]+\.iwa|Index\.zip/],
  ['docx', /word\/(document|_rels|styles)/],
  ['pptx', /ppt\/(presentation|_rels|slides)/],
  ['xlsx', /\[Content_Types\]\.xml|xl\/(workbook|_rels|worksheets)/],
]

function byMagic(head: Buffer): ForeignFormat | undefined {
  const start = head.subarray(0, 16).toString('hex')
  const text = head.toString('latin1')
  const found = magics.find(([, magic]) => magic.test(start))?.[0]
  if (found === 'zip') return archives.find(([, entry]) => entry.test(text))?.[0] ?? found
  if (found === 'xls') return head.includes(Buffer.from('WordDocument', 'utf16le')) ? 'doc' : found
  return !found && /^(\xef\xbb\xbf)?\s*%PDF-/.test(text) ? 'pdf' : found
}

function byText(head: Buffer): ForeignFormat | undefined {
  const { encoding } = detectEncoding(head, false)
  if (!encoding.startsWith('utf-16') && controlShare(head) > 0.02) return 'binary'
  const text = new TextDecoder(encoding).decode(head, { stream: true }).trimStart()
  if (/^(<!--.*?-->\s*)?<(!doctype html|html|head|body|table|meta|style|script)[\s>]/is.test(text)) return 'html'
  if (/^BEGIN:VCARD\s/i.test(text)) return 'vcard'
  if (/^BEGIN:VCALENDAR\s/i.test(text)) return 'icalendar'
  // A CSV may start with markup: `<b>Anna</b>;...`. In XML, another tag follows the first one.
  if (/^<(\?xml|!doctype|!--)[\s>]/i.test(text) || /^<[a-z_][\w:.-]*(\s[^<>]*)?>\s*<[a-z_!]/i.test(text)) return 'xml'
  return startsAsJson(text) ? 'json' : undefined
}

/** Returns the share of control characters that no text has. One or two NULs do not make a file binary. */
function controlShare(head: Buffer): number {
  let count = 0
  for (const byte of head) if (byte < 0x20 && !(byte >= 0x09 && byte <= 0x0d) && byte !== 0x1a && byte !== 0x1b) count++
  return count / Math.max(1, head.length)
}

import { detectEncoding } from './encoding.ts'
import { startsAsJson } from './json.ts'

/** A format that is not CSV. */
export type ForeignFormat = 'zip' | 'xlsx' | 'xls' | 'pdf' | 'xml' | 'html' | 'json' | 'gzip' | 'image' | 'binary'

/** Returns the format of a file whose start (some KB) is not CSV. Ignores its name and declared content type. */
export function foreignFormat(head: Buffer): ForeignFormat | undefined {
  return byMagic(head) ?? byText(head)
}

const magics: ReadonlyArray<readonly [ForeignFormat, string]> = [
  ['zip', '504b0304'],
  ['zip', '504b0506'],
  ['xls', 'd0cf11e0a1b11ae1'],
  ['gzip', '1f8b08'],
  ['image', '89504e470d0a1a0a'],
  ['image', 'ffd8ff'],
  ['image', '474946383761'],
  ['image', '474946383961'],
  ['image', '49492a00'],
  ['image', '4d4d002a'],
  // Old spreadsheets without a compound file (BIFF 2 to 4), also named .xls.
  ['xls', '0900040000001000'],
  ['xls', '0902060000001000'],
  ['xls', '0904060000001000'],
]

function byMagic(head: Buffer): ForeignFormat | undefined {
  const start = head.subarray(0, 8).toString('hex')
  const found = magics.find(([, magic]) => start.startsWith(magic))?.[0]
  const text = head.toString('latin1')
  if (found === 'zip') return /\[Content_Types\]\.xml|xl\//.test(text) && !/word\/|ppt\//.test(text) ? 'xlsx' : 'zip'
  if (found) return found
  if (/^(\xef\xbb\xbf)?\s*%PDF-/.test(text)) return 'pdf'
  return /^RIFF....WEBP/s.test(text) ? 'image' : undefined
}

function byText(head: Buffer): ForeignFormat | undefined {
  const { encoding } = detectEncoding(head, false)
  if (!encoding.startsWith('utf-16') && controlShare(head) > 0.02) return 'binary'
  const text = new TextDecoder(encoding).decode(head, { stream: true }).trimStart()
  if (/^<(!doctype html|html|head|body|table|meta|style)[\s>]/i.test(text)) return 'html'
  // A CSV may start with markup: `<b>Anna</b>;...`. In XML, another tag follows the first one.
  if (/^<(\?xml|!doctype)[\s>]/i.test(text) || /^<[a-z_][\w:.-]*(\s[^<>]*)?>\s*<[a-z_!]/i.test(text)) return 'xml'
  return startsAsJson(text) ? 'json' : undefined
}

/** Returns the share of control characters that no text has. One or two NULs do not make a file binary. */
function controlShare(head: Buffer): number {
  let count = 0
  for (const byte of head) if (byte < 0x20 && !(byte >= 0x09 && byte <= 0x0d) && byte !== 0x1a && byte !== 0x1b) count++
  return count / Math.max(1, head.length)
}

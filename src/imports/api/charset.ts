import { MIMEType } from 'node:util'
import { type Encoding, encodings } from '../../csv/encoding.ts'
import { Problem } from '../../errors/problem.ts'

/**
 * Returns the encoding named by a content type, by any of its web names (`cp1251`, `windows-1251`). Returns undefined
 * if there is none, and for forms, whose parts have their own content types. Throws unsupported_charset.
 */
export function charsetOf(contentType: string | undefined): Encoding | undefined {
  const type = parsed(contentType)
  const charset = type?.params.get('charset')
  if (!charset || type?.type === 'multipart') return undefined
  const encoding = encodings.find((one) => one === standardName(charset))
  if (!encoding)
    throw new Problem('unsupported_charset', { charset: charset.slice(0, 50), known: encodings.join(', ') })
  return encoding
}

function parsed(contentType: string | undefined): MIMEType | undefined {
  try {
    return contentType ? new MIMEType(contentType) : undefined
  } catch {
    return undefined
  }
}

function standardName(charset: string): string | undefined {
  try {
    return new TextDecoder(charset).encoding
  } catch {
    return undefined
  }
}

import { rearm } from '../csv/formulas.ts'
import { isBlank } from '../fields/blank.ts'
import { composedText } from '../json/composed-text.ts'

/** Text that a file writes as a formula, so that a spreadsheet keeps its zeros: `="00123"`. */
const asFormula = /^="((?:[^"]|"")*)"$/

/**
 * Returns the text of a cell: trimmed, composed (NFC), without NUL characters, and without what protects it from
 * spreadsheets. Empty if it shows nothing. Files in raw mode contain texts as they are, so nothing protects them.
 */
export function cellText(cell: string, { isRaw }: { isRaw: boolean }): string {
  const given = isRaw ? cell.trim() : unprotected(cell.trim()).trim()
  const text = composedText(given) ?? given
  // A cell of invisible characters is empty for everybody who sees the file.
  if (isBlank(text)) return ''
  return text.includes('\0') ? text.replaceAll('\0', '') : text
}

function unprotected(text: string): string {
  const [, inside] = (text.startsWith('="') && asFormula.exec(text)) || []
  return inside === undefined ? rearm(text) : inside.replaceAll('""', '"')
}

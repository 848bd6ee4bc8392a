/** Maximum length of a name, in characters. File systems allow no more. */
const longest = 255
/** The extension that a shortened name keeps. */
const extensionForm = /\.[\p{L}\p{N}_-]{1,20}$/u

/**
 * Returns a name that is safe to display and to save: the last part of the path, without control characters and
 * bidirectional marks, which make `gpj.exe` look like `exe.jpg`. Returns the fallback when nothing is left.
 */
export function safeName(given: string, fallback: string): string {
  const name = given
    .toWellFormed()
    .replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}\uFEFF]/gu, '')
    .split(/[/\\]/)
    .at(-1)!
    .normalize('NFC')
    .trim()
  return /^\.*$/.test(name) ? fallback : shortened(name)
}

function shortened(name: string): string {
  const letters = [...name]
  if (letters.length <= longest) return name
  const extension = [...(extensionForm.exec(name)?.[0] ?? '')]
  return [...letters.slice(0, longest - extension.length), ...extension].join('')
}

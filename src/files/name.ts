/** Longest name, in characters; a file system has no room for more. */
const longest = 255
/** What may stand behind the last dot and be kept when a long name is cut. */
const extensionForm = /\.[\p{L}\p{N}_-]{1,20}$/u

/**
 * A name that can be shown and saved anywhere: the last part of a path, without control characters and marks that turn
 * the direction of writing, so that `gpj.exe` does not look like `exe.jpg`. Where nothing is left it is the fallback.
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

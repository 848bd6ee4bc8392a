import { words } from '../codes.ts'
import type { Language } from './language.ts'

/** Returns the word for a code, or the code itself when it has none, for example codes that users created. */
export function wordFor(placeholder: string, code: string, language: Language): string {
  return words[placeholder]?.[code]?.[language] ?? code
}

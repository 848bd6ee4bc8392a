import type { Labels } from '../errors/language.ts'

/** The name of the column that says in a file of failed rows why each of them failed. */
export const reasonLabel: Labels = { en: 'Import error', ru: 'Ошибка импорта' }

const names = new Set(Object.values(reasonLabel).map((name) => name.toLowerCase()))

/** Returns whether a column holds the reasons of an earlier import, which a corrected file may still contain. */
export function isReasonColumn(name: string): boolean {
  return names.has(name.trim().toLowerCase())
}

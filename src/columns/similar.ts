import { distance } from 'fastest-levenshtein'
import type { KnownColumn } from './known-columns.ts'

/** Words that say whose value it is, or that it must be filled, but not what it is. */
const besides =
  /(?<![\p{L}\p{N}])(клиента|заказчика|покупателя|ваш[ае]?|укажите|введите|обязательно|client'?s?|customer'?s?|your|required|optional|основной|основная|руб|р|rub|usd|eur|₽|\$|€)(?![\p{L}\p{N}])/giu

/** Returns a name without text in brackets and without words that say whose value it is or in which unit. */
export function bareName(name: string): string {
  const bare = name
    .replaceAll(/\([^()]*\)|\[[^\]]*\]/g, ' ')
    .replaceAll(besides, ' ')
    .trim()
  return /[\p{L}\p{N}]/u.test(bare) ? bare : name
}

/** Shorter names are other words when a letter differs. */
const shortest = 6

/** Returns the known name that differs from a name in one letter. */
export function nearestName(
  name: string,
  levels: readonly ReadonlyMap<string, KnownColumn | null>[],
): KnownColumn | null {
  if (name.length < shortest || name.length > 60) return null
  for (const known of levels) {
    for (const [candidate, column] of known) {
      if (Math.abs(candidate.length - name.length) <= 1 && distance(candidate, name) === 1) return column
    }
  }
  return null
}

/** Returns the words of a name. */
export function wordsOf(text: string): string[] {
  return text.trim().split(/\s+/).filter(Boolean)
}

/** Returns whether a word is a Russian patronymic, or a word of one, such as `оглы`. */
export function isPatronymic(word: string): boolean {
  return /(вич|вна|ична|инична|ьич|оглы|кызы)$/i.test(word)
}

/** Returns whether a word in Latin letters ends like a Russian patronymic. Some last names do: `Abramovich`. */
export function isLatinPatronymic(word: string): boolean {
  return /(?:[oei]vi(?:ch|c|tch)|[oei]v[yi]ch|[oe]vna|ichna)$/i.test(word)
}

/** Returns whether a word consists of initials: `И.`, `И.И.`, `J`. */
export function isInitials(word: string): boolean {
  return /^(\p{Lu}\.){1,3}$|^\p{Lu}$/u.test(word)
}

/** Words before a name, with the honorific that they mean. Null if there is none: the word stays with the first name. */
export const prefixes: ReadonlyMap<string, string | null> = new Map([
  ...['mr', 'mr.', 'г-н', 'господин'].map((word) => [word, 'MR'] as const),
  ...['ms', 'ms.', 'mrs', 'mrs.', 'miss', 'г-жа', 'госпожа'].map((word) => [word, 'MS'] as const),
  ...['dr', 'dr.', 'prof', 'prof.', 'д-р', 'проф', 'проф.'].map((word) => [word, null] as const),
])

/** Words after a name that stay with the last name. */
export const suffixes: ReadonlySet<string> = new Set([
  ...['jr', 'jr.', 'sr', 'sr.', 'ii', 'iii', 'iv', 'phd', 'ph.d.', 'md', 'm.d.', 'esq', 'esq.', 'мл.', 'ст.'],
])

/** Words that begin a last name: `van Beethoven`, `de la Cruz`. */
export const particles: ReadonlySet<string> = new Set([
  ...[
    'van',
    'von',
    'der',
    'den',
    'de',
    'del',
    'della',
    'la',
    'le',
    'di',
    'da',
    'dos',
    'bin',
    'ibn',
    'al',
    'el',
    'ter',
    'фон',
    'ван',
    'де',
  ],
])

const cyrillic: Readonly<Record<string, string>> = {
  ...{ а: 'a', б: 'b', в: 'v', г: 'g', д: 'd', е: 'e', ё: 'e', ж: 'zh', з: 'z', и: 'i', й: 'y', к: 'k', л: 'l' },
  ...{ м: 'm', н: 'n', о: 'o', п: 'p', р: 'r', с: 's', т: 't', у: 'u', ф: 'f', х: 'kh', ц: 'ts', ч: 'ch', ш: 'sh' },
  ...{ щ: 'shch', ъ: '', ы: 'y', ь: '', э: 'e', ю: 'yu', я: 'ya', і: 'i', ї: 'yi', є: 'ye', ґ: 'g', ў: 'u' },
}

/** The longest code without the number that makes it unique. */
const longest = 40

/**
 * Returns a code in lowercase Latin letters for a label: `Любимый цвет` becomes `lyubimyy_tsvet`. It begins with a letter
 * and is none of the taken codes. A label in another alphabet gets the fallback with a number.
 */
export function codeOfLabel(label: string, fallback: string, isTaken: (code: string) => boolean): string {
  const latin = label.toLowerCase().replaceAll(/[а-яёіїєґў]/g, (letter) => cyrillic[letter] ?? '')
  const plain = latin.normalize('NFKD').replaceAll(/\p{M}/gu, '')
  const words = plain
    .replaceAll(/[^a-z0-9]+/g, '_')
    .slice(0, longest)
    .replaceAll(/^_+|_+$/g, '')
  const code = /^[a-z]/.test(words) ? words : words ? `${fallback}_${words}` : fallback
  if (!isTaken(code)) return code
  for (let number = 2; ; number++) if (!isTaken(`${code}_${number}`)) return `${code}_${number}`
}

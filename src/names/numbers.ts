/** Numbers in words, each with its ordinals, from one on. */
const words = `
one first один одна первый первая первое первого
two second два две второй вторая второе
three third три третий третья
four fourth четыре четвертый четвертая
five fifth пять пятый пятая
six sixth шесть шестой шестая
seven seventh семь седьмой седьмая
eight eighth восемь восьмой восьмая
nine ninth девять девятый девятая
ten tenth десять десятый десятая`

/** Roman numbers. A single letter may be a name. */
const romans = 'ii iii iv v vi vii viii ix x xi xii xiii xiv xv xvi xvii xviii xix xx xxi xxii xxiii xxiv xxv'

const numbers: ReadonlyMap<string, string> = new Map([
  ...words
    .trim()
    .split('\n')
    .flatMap((line, index) => line.split(' ').map((word) => [word, String(index + 1)] as const)),
  ...romans.split(' ').map((roman, index) => [roman, String(index + 2)] as const),
])

/** Returns the number that a word is, in digits: `1st`, `third` and `XII` are numbers. Undefined for other words. */
export function numberOf(word: string): string | undefined {
  const [, digits] = /^0*(\d+)(?:st|nd|rd|th|й|я|е|го|ый|ая|ое)?$/i.exec(word) ?? []
  if (digits) return digits
  const lower = word.toLowerCase()
  return lower.length > 1 ? numbers.get(lower) : undefined
}

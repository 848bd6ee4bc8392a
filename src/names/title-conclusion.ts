import { agreement } from './name-word.ts'
import type { PersonComparison, PersonLevel } from './person-levels.ts'
import type { LegalKind } from './tables/legal-forms.ts'
import type { PreparedTitle } from './title.ts'
import { addReason, type Singles, type TitleFindings } from './title-findings.ts'
import {
  type LegalFormLevel,
  type TitleComparison,
  type TitleLevel,
  titleLevels,
  titleReasonSet,
} from './title-levels.ts'

/** Returns how two titles agree whose words were compared. */
export function concludeTitles(a: PreparedTitle, b: PreparedTitle, found: TitleFindings): TitleComparison {
  const legalForm = compareForms(a, b)
  const similarity = similarityOf(found) * qualityOfForms[legalForm]
  const level = levelOf(found, similarity, Math.min(a.joined.length, b.joined.length))
  if (level === 'different') found.reasons = titleReasonSet.bit.title_different
  else if (level === 'equal' && !found.reasons) addReason(found, a.key === b.key ? 'title_equal' : 'title_spelling')
  if (level !== 'different' && level !== 'missing') addReasonsOfForm(found, a, b, legalForm)
  return { level, legalForm, reasons: titleReasonSet.list(found.reasons), similarity }
}

/** The level of two entrepreneurs' titles by the level of their names. */
const levelOfPerson: Readonly<Record<PersonLevel, TitleLevel>> = {
  missing: 'missing',
  different: 'different',
  givenNameOnly: 'different',
  otherPerson: 'different',
  lastNameOnly: 'contained',
  initials: 'abbreviated',
  similar: 'similar',
  typingError: 'typingError',
  variant: 'typingError',
  partial: 'partial',
  transliterated: 'transliterated',
  equal: 'equal',
}

/** Returns how the titles of two entrepreneurs agree: as their names do. */
export function concludePersons(a: PreparedTitle, b: PreparedTitle, names: PersonComparison): TitleComparison {
  const level = a.key === b.key ? 'equal' : levelOfPerson[names.level]
  return { level, legalForm: compareForms(a, b), reasons: names.reasons, similarity: names.similarity }
}

/** Companies change their form. People, agencies and nonprofit organizations do not become companies. */
const isFirm = (kind: LegalKind) => kind === 'limited' || kind === 'stock' || kind === 'partnership'

function compareForms({ legalKind: a }: PreparedTitle, { legalKind: b }: PreparedTitle): LegalFormLevel {
  if (!a || !b) return 'missing'
  if (a === b || a === 'any' || b === 'any') return 'equal'
  return isFirm(a) && isFirm(b) ? 'different' : 'contradictory'
}

function addReasonsOfForm(found: TitleFindings, a: PreparedTitle, b: PreparedTitle, form: LegalFormLevel) {
  if (form === 'different' || form === 'contradictory') addReason(found, 'title_other_legal_form')
  if (form === 'missing' && a.legalKind !== b.legalKind) addReason(found, 'title_legal_form_missing')
}

/** What is left of the similarity of two titles with these forms. */
const qualityOfForms: Readonly<Record<LegalFormLevel, number>> = {
  missing: 1,
  contradictory: 0.7,
  different: 0.95,
  equal: 1,
}

/** Less in common is chance. */
const leastSimilarity = 0.5

/** Shorter titles that differ in one letter are often two: `Yale`, `Gale`. */
const shortestWithError = 6

function levelOf(found: TitleFindings, similarity: number, length: number): TitleLevel {
  if (!found.paired) return found.a.weight && found.b.weight ? 'different' : 'missing'
  const foundLevel = lower(levelOfPairs(found), levelOfSingles(found))
  const level = foundLevel === 'typingError' && length < shortestWithError ? 'similar' : foundLevel
  return level === 'similar' && similarity < leastSimilarity ? 'different' : level
}

const rankOf = Object.fromEntries(titleLevels.map((level, rank) => [level, rank])) as Readonly<
  Record<TitleLevel, number>
>

function lower(a: TitleLevel, b: TitleLevel): TitleLevel {
  return rankOf[a] < rankOf[b] ? a : b
}

function levelOfPairs({ worst, reasons }: TitleFindings): TitleLevel {
  if (worst <= agreement.similar) return 'similar'
  if (reasons & titleReasonSet.bit.title_acronym) return 'abbreviated'
  if (worst <= agreement.variant) return 'typingError'
  return worst === agreement.equal ? 'equal' : 'transliterated'
}

function levelOfSingles(found: TitleFindings): TitleLevel {
  const { a, b } = found
  if (a.other + b.other) {
    const isOnBothSides = countOf(a) > 0 && countOf(b) > 0
    addReason(found, isOnBothSides ? 'title_other_word' : 'title_word_missing')
    return isOnBothSides ? 'similar' : 'contained'
  }
  if (a.branch + b.branch + a.place + b.place || (a.addition && b.addition)) {
    addReason(found, 'title_other_branch')
    return 'otherBranch'
  }
  if (a.number + b.number) {
    addReason(found, 'title_other_number')
    return 'otherNumber'
  }
  if (a.weight + b.weight === 0) return 'equal'
  addReason(found, a.addition + b.addition ? 'title_addition_missing' : 'title_common_word_missing')
  return 'partial'
}

const countOf = ({ number, branch, place, addition, other }: Singles) => number + branch + place + addition + other

/** Two words that stand against each other tell companies apart. */
const weightOfContradiction = 1.5

function similarityOf({ paired, agreed, a, b }: TitleFindings): number {
  if (!paired) return 0
  const contradiction = Math.min(a.weight, b.weight)
  const more = a.weight > b.weight ? a : b
  const missing = more.weight && (more.missing * (more.weight - contradiction)) / more.weight
  return agreed / (paired + contradiction * weightOfContradiction + missing)
}

import { agreement } from './name-word.ts'
import type { PersonComparison, PersonLevel } from './person-levels.ts'
import type { PreparedTitle } from './title.ts'
import { addReason, type SingleKinds, type TitleFindings } from './title-findings.ts'
import { type TitleComparison, type TitleLevel, titleLevels, titleReasonSet } from './title-levels.ts'

/** Returns how two titles agree whose words were compared. */
export function concludeTitles(a: PreparedTitle, b: PreparedTitle, found: TitleFindings): TitleComparison {
  const similarity = similarityOf(found)
  const level = levelOf(found, similarity)
  const legalForm = compareForms(a, b)
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

function compareForms({ legalKind: a }: PreparedTitle, { legalKind: b }: PreparedTitle): TitleComparison['legalForm'] {
  if (!a || !b) return 'missing'
  return a === b || a === 'any' || b === 'any' ? 'equal' : 'different'
}

function addReasonsOfForm(
  found: TitleFindings,
  a: PreparedTitle,
  b: PreparedTitle,
  form: TitleComparison['legalForm'],
) {
  if (form === 'different') addReason(found, 'title_other_legal_form')
  if (form === 'missing' && a.legalKind !== b.legalKind) addReason(found, 'title_legal_form_missing')
}

/** Less in common is chance. */
const leastSimilarity = 0.5

function levelOf(found: TitleFindings, similarity: number): TitleLevel {
  if (!found.paired) return found.onlyA && found.onlyB ? 'different' : 'missing'
  const level = lower(levelOfPairs(found), levelOfSingles(found))
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
  const { kindsA: a, kindsB: b, onlyA, onlyB } = found
  const isOnBothSides = countOf(a) > 0 && countOf(b) > 0
  if (a.other + b.other) {
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
  if (a.addition + b.addition) addReason(found, 'title_addition_missing')
  else if (onlyA || onlyB) addReason(found, 'title_common_word_missing')
  return onlyA || onlyB ? 'partial' : 'equal'
}

const countOf = ({ number, branch, place, addition, other }: SingleKinds) => number + branch + place + addition + other

/** A word that only one title has is often left out. Two words that stand against each other tell companies apart. */
const weightOfMissing = 0.5
const weightOfContradiction = 1.5

function similarityOf({ paired, agreed, onlyA, onlyB }: TitleFindings): number {
  if (!paired) return 0
  const contradictions = Math.min(onlyA, onlyB)
  const missing = Math.abs(onlyA - onlyB)
  return agreed / (paired + contradictions * weightOfContradiction + missing * weightOfMissing)
}

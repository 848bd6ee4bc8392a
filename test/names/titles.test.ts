import { describe, expect, it } from '@jest/globals'
import { prepareTitle } from '../../src/names/title.ts'
import { compareTitles } from '../../src/names/title-comparison.ts'

function compare(a: string, b: string) {
  const { level, legalForm, reasons } = compareTitles(prepareTitle(a), prepareTitle(b))
  return { level, legalForm, reasons: reasons.join(' ') }
}

// biome-ignore format: a table is read by rows
const pairs: readonly (readonly [string, string, string, string, string])[] = [
  ['ООО «Ромашка»', 'ООО «Ромашка»', 'equal', 'equal', 'title_equal'],
  ['ООО «Ромашка»', '"РОМАШКА", ООО', 'equal', 'equal', 'title_spelling'],
  ['Общество с ограниченной ответственностью "Ромашка"', 'Ромашка', 'equal', 'missing', 'title_spelling title_legal_form_missing'],
  ['ООО «Ромашка»', 'OOO Romashka', 'transliterated', 'equal', 'title_transliterated'],
  ['ООО «Центр-Сервис»', 'Obschestvo s ogranichennoi otvetstvennostyu "Tsentr-Servis"', 'transliterated', 'equal', 'title_transliterated'],
  ['ООО «Ромашка»', 'АО «Ромашка»', 'equal', 'different', 'title_spelling title_other_legal_form'],
  ['АНО «Ромашка»', 'ООО «Ромашка»', 'equal', 'contradictory', 'title_spelling title_other_legal_form'],
  ['OJSC Tactical Missiles', 'Tactical Missiles Joint Stock Company', 'equal', 'equal', 'title_spelling'],
  ['Siemens AG', 'Siemens Aktiengesellschaft', 'equal', 'equal', 'title_spelling'],
  ['Siemens AG', 'SiemensAG', 'equal', 'equal', 'title_spelling'],
  ['Volkswagen Bank GmbH', 'Volkswagen Bank G.m.b.H.', 'equal', 'equal', 'title_spelling'],
  ['Faberlic Europe', 'FABERLIC EUROPE Sp. z o.o.', 'equal', 'missing', 'title_spelling title_legal_form_missing'],
  ['Crédit Agricole S.A.', 'Credit Agricole', 'equal', 'missing', 'title_spelling title_legal_form_missing'],
  ['Procter & Gamble Co.', 'Procter and Gamble', 'equal', 'missing', 'title_spelling title_legal_form_missing'],
  ['JP Morgan & Co.', 'J. P. Morgan', 'equal', 'missing', 'title_spelling title_legal_form_missing'],
  ['1st International Bank', 'First International Bank', 'equal', 'missing', 'title_spelling'],
  ['Bel-Air Hotel', 'Hotel Bel-Air', 'equal', 'missing', 'title_reordered'],
  ['ООО «Рога и Копыта»', 'Рога & копыта', 'equal', 'missing', 'title_spelling title_legal_form_missing'],
  ['1С', '1C', 'equal', 'missing', 'title_spelling'],
  ['ПАО Сбербанк', 'Сбербанк России', 'otherBranch', 'missing', 'title_other_branch'],
  ['Good Will Company', 'Goodwill Company', 'equal', 'equal', 'title_words_joined'],
  ['ООО «Биодом»', 'Био-Дом', 'equal', 'missing', 'title_words_joined title_legal_form_missing'],
  ['Vanderbilt Corp', 'Van der Bilt Corp', 'equal', 'equal', 'title_words_joined'],
  ['Бизнес-снаб', 'Biznessnab', 'transliterated', 'missing', 'title_transliterated title_words_joined'],
  ['Barnes & Bradby LLC', 'Barnes & Bradby LCL', 'partial', 'missing', 'title_common_word_missing'],
  ['Barnes & Bradby LLC', 'Barnes & Bradby Limietd Liability Company', 'partial', 'equal', 'title_common_word_missing'],
  ['Торговый дом Беспалов и К', 'TORGOVYJ DOM BESPALOV I K', 'transliterated', 'missing', 'title_transliterated'],
  ['Wakeridge & Partners, Ltd', 'Wakeridge & Partner Ltd', 'typingError', 'equal', 'title_typing_error'],
  ['Yale', 'Gale', 'similar', 'missing', 'title_typing_error'],
  ['BBF Family Services', 'BBF Family Services BBF Family Service', 'equal', 'missing', 'title_spelling'],
  ['Abraham Lincoln Center', 'Abraham Lincoln Centre', 'typingError', 'missing', 'title_typing_error'],
  ['Palm', 'Palm Too', 'contained', 'missing', 'title_word_missing'],
  ['Johnny Rockets (LA)', 'Johnny Rockets (AT)', 'otherBranch', 'missing', 'title_other_branch'],
  ['BMW Group', 'BMW', 'partial', 'missing', 'title_common_word_missing'],
  ['Noble Labs Ltd (Detroit)', 'Noble Labs Ltd', 'partial', 'equal', 'title_addition_missing'],
  ['Samsung Electronics Co., Ltd.', 'Samsong Electronics', 'typingError', 'missing', 'title_typing_error'],
  ['ООО «Дельтакомплект»', 'Дельтакомлект ООО', 'typingError', 'equal', 'title_typing_error'],
  ['ТД Громов', 'Торговый дом Громов', 'abbreviated', 'missing', 'title_acronym'],
  ['C.C.C. Learning Center', 'Corporate Childcare Consultants Learning Center', 'abbreviated', 'missing', 'title_acronym'],
  ['ИП Валиев Михаил Юрьевич', 'Индивидуальный предприниматель Валиев М.Ю.', 'abbreviated', 'equal', 'name_initials'],
  ['ИП Валиев Михаил Юрьевич', 'Валиев Михаил Юрьевич', 'equal', 'missing', 'name_equal'],
  ['ИП Валиев Михаил Юрьевич', 'IP Valiev Mikhail Yurevich', 'transliterated', 'equal', 'name_transliterated'],
  ['ИП Валиев Михаил Юрьевич', 'ИП Валиев Олег Юрьевич', 'different', 'equal', 'other_given_name'],
  ['Faberlic Europe', 'Faberlic Glamour Europe', 'contained', 'missing', 'title_word_missing'],
  ['Импульс-Север', 'Импульс-Юг', 'otherBranch', 'missing', 'title_other_branch'],
  ['ООО «Импульс»', 'ООО «Импульс-Сервис»', 'otherBranch', 'equal', 'title_other_branch'],
  ['Banco Santander, S.A.', 'Banco Santander Mexico, S.A.', 'otherBranch', 'equal', 'title_other_branch'],
  ['Bank of China (Hong Kong) Limited', 'Bank of China (Singapore) Limited', 'otherBranch', 'equal', 'title_other_branch'],
  ['Школа № 5', 'Школа №7', 'otherNumber', 'missing', 'title_other_number'],
  ['Apollo Fund VIII', 'Apollo Fund IX', 'otherNumber', 'missing', 'title_other_number'],
  ['ООО «Альфа-М»', 'ООО «Альфа-К»', 'otherNumber', 'equal', 'title_other_number'],
  ['BAE Systems, Inc.', 'BAE Logistics, Inc.', 'otherBranch', 'equal', 'title_other_branch'],
  ['ООО "БАЙ"', 'ООО "БАЙКАЛ"', 'different', 'equal', 'title_different'],
  ['ООО «Ромашка»', 'ООО «Василёк»', 'different', 'equal', 'title_different'],
  ['ООО', 'ООО', 'equal', 'missing', 'title_equal'],
  ['', 'ООО «Ромашка»', 'missing', 'missing', ''],
]

describe('two titles of companies', () => {
  it.each(pairs)('%s and %s: %s', (a, b, level, legalForm, reasons) => {
    expect(compare(a, b)).toEqual({ level, legalForm, reasons: expect.stringContaining(reasons) })
  })

  it.each(pairs)('%s and %s agree the same in both orders', (a, b) => expect(compare(b, a)).toEqual(compare(a, b)))
})

describe('the weights of words', () => {
  const similarity = (a: string, b: string, weightOf?: Parameters<typeof prepareTitle>[1]) =>
    compareTitles(prepareTitle(a, weightOf), prepareTitle(b, weightOf)).similarity

  it('make rare words count more than common ones', () => {
    expect(similarity('Кафе Ромашка', 'Ромашка')).toBeGreaterThan(similarity('Кафе Ромашка', 'Кафе'))
  })

  it('can come from the words of a base', () => {
    const inBase = (word: { text: string }) => (word.text === 'ромашка' ? 0.1 : undefined)
    expect(similarity('Ромашка Плюшка', 'Ромашка Кружка', inBase)).toBeLessThan(0.1)
    expect(similarity('Ромашка Плюшка', 'Ромашка Кружка')).toBeGreaterThan(0.3)
  })
})

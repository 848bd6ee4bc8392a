import type { Program } from './known-names.ts'

const typed = (name: string, ...types: string[]) =>
  types.flatMap((type) => [`${name};TYPE=${type}`, `${name};${type}`, `${name} ${type}`, `${name}_${type}`])

/** Converters of vCards, which keep the names of its properties. */
export const vcard: Program = {
  code: 'vcard',
  marks: ['FN', 'TEL', 'BDAY', 'ADR', ...typed('TEL', 'CELL', 'WORK', 'HOME'), ...typed('EMAIL', 'INTERNET')],
  names: {
    contact: {
      id: ['UID'],
      fullName: ['FN', 'N'],
      lastName: ['N.Family', 'N;Family'],
      firstName: ['N.Given', 'N;Given'],
      middleName: ['N.Additional', 'N;Additional'],
      position: ['TITLE', 'ROLE'],
      birthDate: ['BDAY'],
      comment: ['NOTE'],
      'phones.work': ['TEL', ...typed('TEL', 'WORK', 'VOICE', 'WORK,VOICE')],
      'phones.mobile': typed('TEL', 'CELL', 'CELL,VOICE', 'MOBILE'),
      'phones.home': typed('TEL', 'HOME', 'HOME,VOICE'),
      'phones.fax': typed('TEL', 'FAX', 'WORK,FAX', 'HOME,FAX'),
      'phones.pager': typed('TEL', 'PAGER'),
      'phones.other': typed('TEL', 'OTHER', 'PREF'),
      'emails.work': ['EMAIL', ...typed('EMAIL', 'WORK', 'INTERNET', 'PREF', 'INTERNET,WORK')],
      'emails.home': typed('EMAIL', 'HOME', 'INTERNET,HOME'),
      'emails.other': typed('EMAIL', 'OTHER'),
      'websites.work': ['URL', ...typed('URL', 'WORK')],
      'websites.home': typed('URL', 'HOME'),
      'messengers.other': ['IMPP'],
      'messengers.skype': ['X-SKYPE'],
      'address.lines@whole': ['ADR', ...typed('ADR', 'WORK', 'HOME'), 'LABEL'],
    },
    company: { title: ['ORG'] },
  },
}

import type { Program } from './known-names.ts'

/** Thunderbird, in English. */
export const thunderbird: Program = {
  code: 'thunderbird',
  marks: [
    ...['Primary Email', 'Secondary Email', 'Screen Name', 'Home ZipCode', 'Work ZipCode', 'Birth Year', 'Birth Month'],
    ...['Pager Number', 'Web Page 1', 'Custom 1'],
  ],
  names: {
    contact: {
      firstName: ['First Name'],
      lastName: ['Last Name'],
      fullName: ['Display Name'],
      'emails.work': ['Primary Email'],
      'emails.other': ['Secondary Email'],
      'phones.work': ['Work Phone'],
      'phones.home': ['Home Phone'],
      'phones.fax': ['Fax Number'],
      'phones.pager': ['Pager Number'],
      'phones.mobile': ['Mobile Number'],
      'websites.work': ['Web Page 1'],
      'websites.home': ['Web Page 2'],
      'address.lines@work': ['Work Address', 'Work Address 2'],
      'address.city@work': ['Work City'],
      'address.region@work': ['Work State'],
      'address.postalCode@work': ['Work ZipCode'],
      'address.country@work': ['Work Country'],
      'address.lines@home': ['Home Address', 'Home Address 2'],
      'address.city@home': ['Home City'],
      'address.region@home': ['Home State'],
      'address.postalCode@home': ['Home ZipCode'],
      'address.country@home': ['Home Country'],
      position: ['Job Title'],
      comment: ['Notes'],
    },
    company: { title: ['Organization'] },
  },
  // The date of birth is in three columns.
  ignored: ['Birth Year', 'Birth Month', 'Birth Day'],
}

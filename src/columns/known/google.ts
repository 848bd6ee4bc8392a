import type { Program } from './known-names.ts'

/** Google Contacts: the present export, the one before 2024, and Android and other programs that imitate it. */
export const google: Program = {
  code: 'google',
  marks: [
    ...['E-mail 1 - Value', 'Phone 1 - Value', 'Address 1 - Formatted', 'Website 1 - Value', 'Organization 1 - Name'],
    ...['Phonetic First Name', 'Given Name Yomi', 'Yomi Name', 'Group Membership', 'Organization Title', 'File As'],
    ...['E-mail 1 - Label', 'E-mail 1 - Type', 'Phone 1 - Label', 'Phone 1 - Type', 'Custom Field 1 - Value'],
  ],
  names: {
    record: {
      'emails.kind': ['E-mail {n} - Label', 'E-mail {n} - Type'],
      'emails.work': ['E-mail {n} - Value'],
      'phones.kind': ['Phone {n} - Label', 'Phone {n} - Type'],
      'phones.work': ['Phone {n} - Value'],
      'websites.kind': ['Website {n} - Label', 'Website {n} - Type'],
      'websites.work': ['Website {n} - Value'],
      'messengers.kind': ['IM {n} - Service', 'IM {n} - Label'],
      'messengers.other': ['IM {n} - Value'],
      'address.lines@{n}': ['Address {n} - Street', 'Address {n} - Extended Address', 'Address {n} - PO Box'],
      'address.city@{n}': ['Address {n} - City'],
      'address.region@{n}': ['Address {n} - Region'],
      'address.postalCode@{n}': ['Address {n} - Postal Code'],
      'address.country@{n}': ['Address {n} - Country'],
      'address.lines@whole{n}': ['Address {n} - Formatted'],
      'address.lines@whole': ['Location'],
    },
    contact: {
      fullName: ['Name', 'File As'],
      firstName: ['First Name', 'Given Name'],
      middleName: ['Middle Name', 'Additional Name'],
      lastName: ['Last Name', 'Family Name'],
      honorific: ['Name Prefix'],
      birthDate: ['Birthday'],
      comment: ['Notes'],
      position: ['Organization Title', 'Organization {n} - Title'],
    },
    company: { title: ['Organization Name', 'Organization {n} - Name'] },
  },
}

import type { KnownNames, Program } from './known-names.ts'
import { optedOut } from './opted-out.ts'

/** Zoho CRM: contacts, leads, accounts and deals. */
export const zoho: Program = {
  code: 'zoho',
  marks: [
    ...['Contact Owner.id', 'Account Name.id', 'Lead Owner.id', 'Deal Owner.id', 'Account Owner.id', 'Created By.id'],
    ...[
      'Contact Name.id',
      'Asst Phone',
      'Account Site',
      'Secondary Email',
      'Expected Revenue',
      'Mailing Zip',
      'Billing Code',
    ],
  ],
  names: {
    record: {
      id: ['Record Id'],
      comment: ['Description'],
      source: ['Lead Source'],
      'phones.work': ['Phone'],
      'phones.fax': ['Fax'],
      'websites.work': ['Website'],
      'websites.twitter': ['Twitter'],
      'messengers.skype': ['Skype ID'],
      'address.lines': ['Street'],
      'address.city': ['City'],
      'address.region': ['State'],
      'address.postalCode': ['Zip Code'],
      'address.country': ['Country'],
      ...address('mailing', 'Mailing', 'Mailing Zip'),
      ...address('billing', 'Billing', 'Billing Code'),
      ...address('shipping', 'Shipping', 'Shipping Code'),
      ...address('other', 'Other', 'Other Zip'),
    },
    contact: {
      responsibleId: ['Contact Owner', 'Lead Owner'],
      fullName: ['Contact Name'],
      position: ['Title'],
      honorific: ['Salutation'],
      birthDate: ['Date of Birth'],
      'phones.home': ['Home Phone'],
      'phones.mobile': ['Mobile'],
      'phones.other': ['Other Phone'],
      'emails.work': ['Email'],
      'emails.other': ['Secondary Email'],
      participatesInExport: ['Email Opt Out'],
    },
    company: {
      responsibleId: ['Account Owner'],
      title: ['Account Name', 'Company'],
      companyType: ['Account Type'],
      employees: ['Employees'],
      id: ['Account Name.id'],
    },
    deal: {
      responsibleId: ['Deal Owner'],
      title: ['Deal Name'],
      stageId: ['Stage'],
      dealType: ['Type'],
      closeDate: ['Closing Date'],
      probability: ['Probability (%)'],
    },
    lead: { responsibleId: ['Lead Owner'], stageId: ['Lead Status'] },
  },
  // A forecast, not the amount.
  ignored: ['Expected Revenue'],
  values: { 'Email Opt Out': optedOut },
}

function address(alternative: string, en: string, postalCode: string): KnownNames {
  return {
    [`address.lines@${alternative}`]: [`${en} Street`],
    [`address.city@${alternative}`]: [`${en} City`],
    [`address.region@${alternative}`]: [`${en} State`],
    [`address.postalCode@${alternative}`]: [postalCode],
    [`address.country@${alternative}`]: [`${en} Country`],
  }
}

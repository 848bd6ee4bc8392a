import type { KnownNames, Program } from './known-names.ts'

/** Returns the columns of all subjects: `Person - Owner`. */
const of = (subject: string): KnownNames => ({
  id: [`${subject} - ID`, `${subject} - Pipedrive System ID`],
  responsibleId: [`${subject} - Owner`],
  comment: [`${subject} - Notes`, `${subject} - Note`],
  createdAt: [`${subject} - ${subject} created`, `${subject} - Creation date`],
  updatedAt: [`${subject} - Update time`],
})

/** Returns the columns of phones or e-mails: `Person - Phone - Work`, `Person - Phone (Work)`. */
const uses = (name: string, use: string) => [`${name} - ${use}`, `${name} (${use})`]

/** Pipedrive: exports of lists, which write the subject before each name, and its templates for imports. */
export const pipedrive: Program = {
  code: 'pipedrive',
  marks: [
    ...[
      'Person - Name',
      'Person - Email',
      'Person - Email - Work',
      'Person - Phone - Work',
      'Person - Phone',
      'Person - ID',
    ],
    ...[
      'Person - Organization',
      'Organization - Name',
      'Organization - Address',
      'Organization - ID',
      'Person - Owner',
    ],
    ...[
      'Deal - Title',
      'Deal - Value',
      'Deal - Stage',
      'Deal - ID',
      'Deal - Organization',
      'Lead - Title',
      'Lead - ID',
    ],
  ],
  names: {
    contact: {
      ...of('Person'),
      fullName: ['Person - Name', 'Contact person', 'Deal - Contact person', 'Lead - Contact person', 'Person name'],
      firstName: ['Person - First name'],
      lastName: ['Person - Last name'],
      position: ['Person - Job title', 'Person - Title'],
      birthDate: ['Person - Birthday'],
      'phones.work': ['Person - Phone', ...uses('Person - Phone', 'Work')],
      'phones.mobile': uses('Person - Phone', 'Mobile'),
      'phones.home': uses('Person - Phone', 'Home'),
      'phones.other': uses('Person - Phone', 'Other'),
      'emails.work': ['Person - Email', ...uses('Person - Email', 'Work')],
      'emails.home': uses('Person - Email', 'Home'),
      'emails.other': uses('Person - Email', 'Other'),
      'messengers.other': ['Person - Instant messenger', 'Person - IM'],
      'address.lines@person': ['Person - Postal address', 'Person - Address'],
      // People have no address unless the account has added one.
      'address.lines@company': ['Organization - Address'],
    },
    company: {
      ...of('Organization'),
      title: [
        ...['Organization - Name', 'Organization', 'Organization name', 'Person - Organization', 'Deal - Organization'],
        'Lead - Organization',
      ],
      'websites.work': ['Organization - Website', 'Organization - Domain'],
      'websites.other': ['Organization - LinkedIn profile'],
      industry: ['Organization - Industry'],
      employees: ['Organization - Number of employees', 'Organization - Employee count'],
      annualRevenue: ['Organization - Annual revenue'],
      'address.lines': [
        'Organization - Address - Street/road name of Address',
        'Organization - Address - House number of Address',
        'Organization - Address - Apartment/suite no of Address',
        ...['Organization - Street/road name of Address', 'Organization - House number of Address'],
        'Organization - Apartment/suite no of Address',
      ],
      'address.city': [
        'Organization - Address - City/town/village/locality of Address',
        'Organization - City/town/village/locality of Address',
      ],
      'address.district': [
        'Organization - Address - District/sublocality of Address',
        'Organization - District/sublocality of Address',
      ],
      'address.region': ['Organization - Address - State/county of Address', 'Organization - State/county of Address'],
      'address.postalCode': [
        'Organization - Address - ZIP/Postal code of Address',
        'Organization - ZIP/Postal code of Address',
      ],
      'address.country': ['Organization - Address - Country of Address', 'Organization - Country of Address'],
      'address.lines@whole': ['Organization - Address'],
    },
    deal: {
      ...of('Deal'),
      title: ['Deal - Title'],
      amount: ['Deal - Value'],
      currency: ['Deal - Currency', 'Deal - Currency of value', 'Deal - Currency of Value'],
      stageId: ['Deal - Stage', 'Deal - Stage (pipeline)'],
      pipelineId: ['Deal - Pipeline'],
      probability: ['Deal - Probability'],
      closeDate: ['Deal - Expected close date'],
      failureReason: ['Deal - Lost reason'],
      source: ['Deal - Source', 'Deal - Lead Source', 'Deal - Source channel'],
      closedAt: ['Deal - Deal closed on', 'Deal - Closed on', 'Deal - Won time', 'Deal - Lost time'],
    },
    lead: {
      ...of('Lead'),
      title: ['Lead - Title'],
      amount: ['Lead - Value'],
      currency: ['Lead - Currency', 'Lead - Currency of value'],
      source: ['Lead - Source', 'Lead - Source channel'],
    },
  },
}

import type { KnownNames, Program } from './known-names.ts'
import { optedOut } from './opted-out.ts'

/** Returns the names of an address in reports and, without spaces, in the Data Loader: `MailingPostalCode`. */
const address = (alternative: string, name: string): KnownNames => ({
  [`address.lines${alternative}`]: [`${name} Street`, `${name} Address Line {n}`, `${name} Street Line {n}`],
  [`address.city${alternative}`]: [`${name} City`],
  [`address.region${alternative}`]: [`${name} State/Province`, `${name} State`],
  [`address.postalCode${alternative}`]: [`${name} Zip/Postal Code`, `${name} Postal Code`],
  [`address.country${alternative}`]: [`${name} Country`],
})

/** Salesforce: reports with labels, and the names of fields in exports of the Data Loader. */
export const salesforce: Program = {
  code: 'salesforce',
  marks: [
    ...['Contact ID', 'Account ID', 'Opportunity ID', 'Account Name', 'Account Owner', 'Opportunity Name'],
    ...['Mailing Street', 'Mailing City', 'Mailing Zip/Postal Code', 'Billing Street', 'Billing Zip/Postal Code'],
    ...['Email Opt Out', 'Opportunity Owner', 'MailingStreet', 'BillingStreet', 'HasOptedOutOfEmail', 'StageName'],
    ...['Contact ID 18', 'Account: Account Name', 'Reports To'],
  ],
  names: {
    record: {
      id: ['Id', 'Record ID'],
      responsibleId: ['Owner', 'Owner Full Name'],
      comment: ['Description'],
      source: ['Lead Source', 'LeadSource'],
      'phones.work': ['Phone', 'Business Phone'],
      'phones.mobile': ['Mobile', 'Mobile Phone', 'MobilePhone'],
      'phones.home': ['Home Phone', 'HomePhone'],
      'phones.other': ['Other Phone', 'OtherPhone'],
      'phones.fax': ['Fax', 'Business Fax'],
      'emails.work': ['Email', 'Email Address'],
      'websites.work': ['Website'],
      ...address('', ''),
      amount: ['Amount'],
      currency: ['CurrencyIsoCode', 'Currency', 'Amount Currency'],
      stageId: ['Stage', 'StageName'],
      createdAt: ['Created Date', 'CreatedDate'],
      updatedAt: ['Last Modified Date', 'LastModifiedDate'],
    },
    contact: {
      id: ['Contact ID', 'Contact ID 18', 'ContactId'],
      honorific: ['Salutation'],
      firstName: ['First Name', 'FirstName'],
      middleName: ['Middle Name', 'MiddleName'],
      lastName: ['Last Name', 'LastName'],
      fullName: ['Contact Name', 'Full Name', 'Name', 'Contact: Full Name', 'Primary Contact'],
      position: ['Title'],
      birthDate: ['Birthdate'],
      responsibleId: ['Contact Owner', 'Lead Owner'],
      participatesInExport: ['Email Opt Out', 'HasOptedOutOfEmail'],
      ...address('@mailing', 'Mailing'),
      ...address('@other', 'Other'),
    },
    company: {
      id: ['Account ID', 'AccountId', 'Account ID 18'],
      title: ['Account Name', 'Account: Account Name', 'Company', 'Company / Account', 'Name'],
      responsibleId: ['Account Owner'],
      companyType: ['Type', 'Account Type'],
      industry: ['Industry'],
      employees: ['Employees', 'NumberOfEmployees', 'No. of Employees'],
      annualRevenue: ['Annual Revenue', 'AnnualRevenue'],
      'phones.work': ['Account Phone'],
      ...address('@billing', 'Billing'),
      ...address('@shipping', 'Shipping'),
    },
    deal: {
      id: ['Opportunity ID', 'Opportunity ID 18', 'OpportunityId'],
      title: ['Opportunity Name', 'Name'],
      responsibleId: ['Opportunity Owner'],
      dealType: ['Type'],
      probability: ['Probability (%)', 'Probability'],
      closeDate: ['Close Date', 'CloseDate'],
      failureReason: ['Loss Reason', 'Closed Lost Reason'],
    },
    lead: { id: ['Lead ID', 'LeadId'], stageId: ['Lead Status', 'Status'] },
    quote: {
      id: ['Quote ID'],
      title: ['Quote Name'],
      number: ['Quote Number'],
      validUntil: ['Expiration Date'],
    },
  },
  values: { 'Email Opt Out': optedOut, HasOptedOutOfEmail: optedOut },
}

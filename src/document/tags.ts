/** The tags of operations, in the order in which the document and its reference page show them. */
export const tags = [
  { name: 'Contacts', description: 'People.' },
  { name: 'Companies', description: 'Organisations.' },
  { name: 'Leads', description: 'Potential clients without a deal yet.' },
  { name: 'Deals', description: 'Sales that move through the stages of a pipeline.' },
  { name: 'Quotes', description: 'Offers to clients.' },
  { name: 'Invoices', description: 'Bills to clients.' },
  { name: 'Items', description: 'Records of smart processes, the types that a company adds.' },
  { name: 'Records', description: 'Operations across record types.' },
  { name: 'Analytics', description: 'Reports, calculations about records, and sales plans.' },
  { name: 'Recycle bin', description: 'Deleted records that can be restored.' },
  { name: 'Merges', description: 'Merges of duplicates, which can be undone.' },
  { name: 'Types and fields', description: 'Record types and their fields.' },
  { name: 'Cards', description: 'Which fields a form shows, in which sections.' },
  { name: 'Pipelines', description: 'Pipelines of record types and their stages.' },
  { name: 'Lookups', description: 'Lists of values for fields of records.' },
  { name: 'Files', description: 'Files that records refer to.' },
  { name: 'Jobs', description: 'Work that continues after the response.' },
  { name: 'People', description: 'Users and their API keys.' },
  { name: 'Roles', description: 'What users may do.' },
  { name: 'Server', description: 'Health, metrics and limits of the server.' },
] as const

/** Returns the name of a tag in URLs, such as `recycle-bin`. */
export function slugOf(tag: string): string {
  return tag.toLowerCase().replaceAll(' ', '-')
}

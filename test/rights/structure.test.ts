import { globSync, readFileSync } from 'node:fs'
import { expect, it } from '@jest/globals'

const tables = [
  ...['lead', 'deal', 'contact', 'company', 'quote', 'invoice'],
  ...['history', 'link', 'communication', 'record_file', 'attachment', 'stage_history', 'external_id'],
].join('|')

/** Every way to name a table of records, or one that hangs on them: in SQL, through Kysely, or from a variable. */
const named = new RegExp(
  [
    `\\b(?:from|join|into|update|table|only|using)\\s+(?:"?(?:${tables})"?(?![\\w-])|\\$\\{)`,
    `\\b(?:selectFrom|insertInto|updateTable|deleteFrom|\\w+Join)\\(\\s*['"\`](?:${tables})\\b`,
    '\\btableOf\\(',
    '\\bsql\\.(?:table|dynamic)\\b',
  ].join('|'),
)

/** Files that name such a table for the records of a grant. */
const withGrant = [
  ...['attachments/attached-files', 'attachments/carry', 'attachments/save-attachments'],
  ...['analytics/stages/slot-groups', 'analytics/stages/stage-groups'],
  'analytics/stages/stage-times',
  ...['bulk/remove-created', 'conversion/dependents', 'pipelines/stage-history'],
  ...[
    'merging/edited-since',
    'merging/lock-members',
    'merging/mark-merged',
    'merging/move-links',
    'merging/move-references',
  ],
  ...['merging/other-merges', 'merging/restore-merged', 'merging/return-references', 'merging/stored-merge'],
  ...['records/changes/removed-records', 'records/list/facets', 'records/list/history', 'records/list/read-record'],
  ...['records/query/readable-files', 'records/query/record-query', 'records/search/search-candidates'],
  ...[
    'records/write/change-time',
    'records/write/delete',
    'records/write/external-keys',
    'records/write/inverse-links',
    'records/write/locks',
  ],
  ...['records/write/precondition', 'records/write/resolve-references', 'records/write/save-records'],
  ...[
    'records/write/save-rows',
    'recycle-bin/purge',
    'recycle-bin/restore',
    'imports/statistics',
    'imports/matching/create-named',
    'imports/matching/dry-run-keys',
    'imports/matching/find-records',
    'imports/matching/match-rows',
    'imports/matching/repeated-numbers',
  ],
]

/** Files that name such a table, or any table from a variable, without a grant, and why that reveals nothing. */
const withoutGrant: Record<string, string> = {
  'currencies/conversion': 'reads the rates of currencies',
  'bulk/revert': 'finds the entries of a job of the caller; a grant then decides about each record',
  'bulk/undo': 'finds the entries of a job of the caller; a grant then decides about each record',
  'fields/kinds/communication-kinds': 'conditions on the record that a query of a grant selects',
  'fields/kinds/external-ids-kind': 'conditions on the record that a query of a grant selects',
  'fields/kinds/file-kind': 'conditions on the record that a query of a grant selects',
  'fields/kinds/link-kinds': 'conditions on the record that a query of a grant selects',
  'files/clean-up': 'removes rows of deleted fields',
  'files/references': 'tells whether anything uses a file, before it is deleted',
  'history/order': 'finds the records that were changed; a grant then decides about each record',
  'history/prune': 'deletes old entries',
  'history/scrub': 'removes the values of deleted fields',
  'history/write': 'writes entries of changes that were allowed',
  'people/members': 'names tables of people',
  'people/memberships': 'names tables of people',
  'reporting-period/clients': 'conditions on the record that a query of a grant selects',
  'reporting-period/happened': 'conditions on the record that a query of a grant selects',
  'reporting-period/stages': 'conditions on the record that a query of a grant selects',
  'reporting-period/state': 'conditions on the record that a query of a grant selects',
  'records/search/communications': 'conditions on the record that a query of a grant selects',
  'duplicates/scan/begin': 'finds the changes since the last scan; groups are made for each caller',
  'duplicates/rebuild-keys': 'computes the keys of all records, which nobody sees',
  'records/write/repeat': 'a condition inside a query of a grant',
  'types/delete-type': 'deletes the rows of a type, with all its records',
  'types/write-relations': 'counts the records that have a parent, before the parents are removed',
  'types/write-type': 'begins the stage history of records that get stages',
  'user-fields/compact': 'rewrites tables',
  'user-fields/make-indexes': 'creates indexes',
}

const sources = globSync('src/**/*.ts').map((path) => {
  const text = readFileSync(path, 'utf8')
  const code = text.replaceAll(/\/\*\*[\s\S]*?\*\/|\/\/.*|^import [^;]*?from '.*'$/gm, '')
  return { file: path.replace(/^src\/|\.ts$/g, ''), text, code }
})

it('names tables of records only in files of a written list', () => {
  const found = sources
    .filter(({ text, code }) => /\bsql\b|kysely|Database/.test(text) && named.test(code))
    .map(({ file }) => file)
  const known = [...withGrant, ...Object.keys(withoutGrant)]
  expect(found.filter((file) => !known.includes(file))).toEqual([])
  expect(known.filter((file) => !found.includes(file))).toEqual([])
})

it('takes a grant in each of these files', () => {
  const listed = sources.filter(({ file }) => withGrant.includes(file))
  expect(
    listed.filter(({ text }) => !/\b(?:Grant|WriteContext|MatchingPlan)\b/.test(text)).map(({ file }) => file),
  ).toEqual([])
})

it('asks for the administrator flag in rights/ and where users are stored only', () => {
  const asking = sources.filter(({ code }) => /\b(?:isAdmin|is_admin)\b/.test(code)).map(({ file }) => file)
  const stored = ['caller', 'administrator', 'find-users', 'read-user', 'write-users', 'schemas', 'keys', 'api/lists']
  const allowed = [...stored.map((file) => `people/${file}`), 'database/tables']
  expect(asking.filter((file) => !file.startsWith('rights/') && !allowed.includes(file))).toEqual([])
})

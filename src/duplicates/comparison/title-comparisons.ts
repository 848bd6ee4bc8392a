import { type CompanyTitle, compareTitles, titleLevels } from './company-title.ts'
import { type Agreement, type Comparison, closerOf, type RecordPair } from './comparison.ts'
import { valueHash } from './values.ts'

function agreementOf(a: CompanyTitle, b: CompanyTitle): Agreement {
  const { level, shared } = compareTitles(a, b)
  return { level, values: shared.map((word) => valueHash('word', word)) }
}

/** Compares the titles of companies, smart items and the like. */
const title: Comparison = {
  code: 'title',
  levels: titleLevels,
  explained: 5,
  paths: ['title'],
  sharedValues: 'all',
  isIdentifier: false,
  identifies: false,
  compare: ({ a, b }) => a.title && b.title && agreementOf(a.title, b.title),
}

/** Compares the companies of two people. The two that agree best count. */
const company: Comparison = {
  code: 'company',
  levels: titleLevels,
  explained: 5,
  paths: ['companies', 'companyTitle'],
  sharedValues: 'all',
  isIdentifier: false,
  identifies: false,
  compare({ a, b }: RecordPair) {
    let best: Agreement | undefined
    for (const one of a.companies) {
      for (const other of b.companies) {
        best = closerOf(best, agreementOf(one, other))
      }
    }
    return best
  },
}

/** Comparisons of titles. */
export const titleComparisons: readonly Comparison[] = [title, company]

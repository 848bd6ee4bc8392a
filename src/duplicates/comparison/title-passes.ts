import { houseOf, joinKeys, longestWords, type Pass, smallBlock, usualBlock } from './pass.ts'
import { skeletonOf } from './words.ts'

const shortestStart = 6

/** Passes for companies and other records with a title. */
export const titlePasses: readonly Pass[] = [
  {
    code: 'title',
    uses: ['title'],
    largestBlock: usualBlock,
    keysOf: ({ title }) => [title?.words.map(skeletonOf).sort().join('')],
  },
  {
    code: 'titleStart',
    uses: ['title'],
    largestBlock: usualBlock,
    keysOf: ({ title }) => [title && title.text.length >= shortestStart ? title.text.slice(0, 8) : undefined],
  },
  {
    code: 'titleWord',
    uses: ['title'],
    largestBlock: smallBlock,
    keysOf: ({ title }) => longestWords(title?.words ?? []).slice(0, 4),
  },
  { code: 'houseAddress', uses: ['address'], largestBlock: usualBlock, keysOf: (record) => [houseOf(record)] },
  {
    code: 'titlePostalCode',
    uses: ['title', 'postalCode'],
    largestBlock: usualBlock,
    keysOf: ({ title, address }) => joinKeys(address?.postalCode, title?.text.slice(0, 3)),
  },
]

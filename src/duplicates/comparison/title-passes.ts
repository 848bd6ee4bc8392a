import { houseOf, joinKeys, longestWords, type Pass, smallBlock, usualBlock } from './pass.ts'
import { skeletonOf } from './words.ts'

const shortestStart = 6

function startOf(sounds: readonly string[]): string | undefined {
  const joined = sounds.join('')
  return joined.length >= shortestStart ? joined.slice(0, 8) : undefined
}

/** Passes for companies and other records with a title. */
export const titlePasses: readonly Pass[] = [
  {
    code: 'title',
    uses: ['title'],
    largestBlock: usualBlock,
    keysOf: ({ title }) => [title?.sounds.map(skeletonOf).sort().join('')],
  },
  {
    code: 'titleStart',
    uses: ['title'],
    largestBlock: usualBlock,
    keysOf: ({ title }) => [startOf(title?.sounds ?? [])],
  },
  {
    code: 'titleWord',
    uses: ['title'],
    largestBlock: smallBlock,
    keysOf: ({ title }) => longestWords(title?.sounds ?? []).slice(0, 4),
  },
  { code: 'houseAddress', uses: ['address'], largestBlock: usualBlock, keysOf: (record) => [houseOf(record)] },
  {
    code: 'titlePostalCode',
    uses: ['title', 'postalCode'],
    largestBlock: usualBlock,
    keysOf: ({ title, address }) => joinKeys(address?.postalCode, title?.sounds.join('').slice(0, 3)),
  },
]

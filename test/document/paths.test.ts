import { readFileSync } from 'node:fs'
import { expect, it } from '@jest/globals'

interface Document {
  paths: Record<string, Record<string, { parameters?: { name: string; in: string; schema: { type?: string } }[] }>>
}

const { paths } = JSON.parse(readFileSync('openapi/openapi.json', 'utf8')) as Document

/** Returns the segments of a path: a word, `#` for a number, `*` for any text. */
function segmentsOf(path: string): string[] {
  const parameters = Object.values(paths[path]!).flatMap((operation) => operation.parameters ?? [])
  return path.split('/').map((segment) => {
    const name = /^\{(\w+)\}$/.exec(segment)?.[1]
    const parameter = parameters.find((one) => one.in === 'path' && one.name === name)
    return parameter ? (parameter.schema.type === 'integer' ? '#' : '*') : segment
  })
}

/** Returns whether the first pattern has a word where the second has none. Undefined if no address fits both. */
function wins(one: readonly string[], other: readonly string[]): boolean | undefined {
  if (one.length !== other.length) return
  const isWord = (segment: string) => segment !== '#' && segment !== '*'
  let isWinner = false
  for (const [index, segment] of one.entries()) {
    const opposite = other[index]!
    if (isWord(segment) && isWord(opposite) && segment !== opposite) return
    if ([segment, opposite].includes('#') && [segment, opposite].some(isWord)) return
    if (isWord(segment) && !isWord(opposite)) isWinner = true
  }
  return isWinner
}

it('no address fits two paths, unless one of them has words where the other has texts', () => {
  const all = Object.keys(paths).map((path) => ({ path, segments: segmentsOf(path) }))
  const ambiguous = all.flatMap((one, index) =>
    all.slice(index + 1).flatMap((other) => {
      const [first, second] = [wins(one.segments, other.segments), wins(other.segments, one.segments)]
      return first !== undefined && first === second ? [`${one.path} and ${other.path}`] : []
    }),
  )
  expect(ambiguous).toEqual([])
})

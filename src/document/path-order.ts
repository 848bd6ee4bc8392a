import { tags } from './tags.ts'

type Operations = Readonly<Record<string, { tags?: readonly string[] }>>

/** What follows the address of a resource in the paths below it, in the order of a day's work. */
const steps = [
  ...[/^$/, /^\{\w+\}$/, /^search$/, /^count$/, /^\{\w+\}\//, /^external/, /^batch/],
  ...[/^bulk/, /^import/, /^export/, /^duplicates/, /^merge/],
]

/**
 * Returns the paths in the order in which a person reads them: by tag, then by resource, then by step of work, short
 * paths first.
 */
export function inDailyOrder<T extends Operations>(paths: Readonly<Record<string, T>>): Record<string, T> {
  const names = Object.keys(paths)
  const resources = [...new Set(names.map(resourceOf))]
  const keys = new Map(
    names.map((path) => {
      const tag = Object.values(paths[path]!)[0]?.tags?.[0]
      const place = [tags.findIndex(({ name }) => name === tag), resources.indexOf(resourceOf(path))]
      return [path, [...place, stepOf(path), path.split('/').length]]
    }),
  )
  names.sort((a, b) => compare(keys.get(a)!, keys.get(b)!))
  return Object.fromEntries(names.map((path) => [path, paths[path]!]))
}

/** Returns the address of the resource: `/v1/deals`, or `/v1/types/{code}/items`. */
function resourceOf(path: string): string {
  return /^\/v1\/(?:types\/\{code\}\/)?\w[\w-]*/.exec(path)?.[0] ?? path
}

function stepOf(path: string): number {
  const rest = path.slice(resourceOf(path).length + 1)
  const step = steps.findIndex((pattern) => pattern.test(rest))
  return step === -1 ? steps.length : step
}

function compare(a: readonly number[], b: readonly number[]): number {
  return a.map((one, index) => one - b[index]!).find((difference) => difference !== 0) ?? 0
}

import { nearest } from '../errors/nearest.ts'

const userFields = 'userFields.'

/**
 * Returns the nearest path or group of paths. Finds `userFields.city` by `city`, `title` by `userFields.title`, `stageId` by
 * `stage`, `companies` by `company`, and `address.city` by `city` if no other path ends like that.
 */
export function nearestPath(path: string, known: Iterable<string>, groups: Iterable<string> = []): string | undefined {
  const paths = [...known]
  const all = [...paths, ...groups]
  const plural = `${path.replace(/y$/, 'ie')}s`
  const exact = [userFields + path, `${path}Id`, plural, path.replace(userFields, '')].find((one) => all.includes(one))
  if (exact) return exact
  const ending = paths.filter((one) => one.endsWith(`.${path}`))
  if (ending.length === 1) return ending[0]
  const codes = paths.filter((one) => one.startsWith(userFields)).map((one) => one.slice(userFields.length))
  const code = nearest(path, codes)
  return nearest(path, all) ?? (code === undefined ? undefined : userFields + code)
}

/** Returns the paths inside this one: parts of a value, user fields. */
export function pathsWithin(path: string, known: Iterable<string>): string[] {
  return [...known].filter((one) => one.startsWith(`${path}.`)).slice(0, mostNames)
}

/** Maximum number of names in one fault. */
const mostNames = 50

/** Returns the parents of the paths. */
export function parentsOf(known: Iterable<string>): Set<string> {
  return new Set([...known].flatMap((path) => (path.includes('.') ? [path.slice(0, path.lastIndexOf('.'))] : [])))
}

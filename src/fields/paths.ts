import { nearest } from '../errors/nearest.ts'

const ofUsers = 'userFields.'

/** The path, or group of them, that was probably meant: also `userFields.city` by `city`, and `stageId` by `stage`. */
export function nearestPath(path: string, known: Iterable<string>, groups: Iterable<string> = []): string | undefined {
  const paths = [...known]
  const exact = [ofUsers + path, `${path}Id`].find((one) => paths.includes(one))
  if (exact) return exact
  const codes = paths.filter((one) => one.startsWith(ofUsers)).map((one) => one.slice(ofUsers.length))
  const code = nearest(path, codes)
  return nearest(path, [...paths, ...groups]) ?? (code === undefined ? undefined : ofUsers + code)
}

/** The paths that lie within this one: parts of a value, fields of users. */
export function pathsWithin(path: string, known: Iterable<string>): string[] {
  return [...known].filter((one) => one.startsWith(`${path}.`)).slice(0, mostTold)
}

/** More names in one fault would help nobody. */
const mostTold = 50

/** What the paths lie within. */
export function parentsOf(known: Iterable<string>): Set<string> {
  return new Set([...known].flatMap((path) => (path.includes('.') ? [path.slice(0, path.lastIndexOf('.'))] : [])))
}

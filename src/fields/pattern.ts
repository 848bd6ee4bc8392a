import { createContext, Script } from 'node:vm'

/** Milliseconds for which a text may be compared with a pattern. */
const longest = 50
/** So often may that take too long before a request or job is not asked any more. */
const mostSlow = 5

const room = createContext({ pattern: /./, text: '' })
const comparison = new Script('pattern.test(text)')
const slow = new WeakMap<object, number>()

/**
 * Whether the text matches; undefined where that takes too long. Patterns are written by users, and one such as
 * `^(a+)+$` takes years for some texts. What counts is told by the time it takes, since no look at a pattern tells; all
 * who are `asking` in one go have a few such times together.
 */
export function matches(pattern: string, text: string, asking: object): boolean | undefined {
  const times = slow.get(asking) ?? 0
  if (times >= mostSlow) return
  Object.assign(room, { pattern: new RegExp(pattern, 'u'), text })
  try {
    return comparison.runInContext(room, { timeout: longest }) as boolean
  } catch {
    slow.set(asking, times + 1)
    return
  }
}

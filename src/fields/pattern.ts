import { RE2JS } from 're2js'

/** Instructions of a compiled pattern, to which the time of a comparison grows: ordinary ones have 10 to 50. */
const largestProgram = 500
const mostKept = 1000

const kept = new Map<string, RE2JS>()

/** What is wrong with a pattern that a field is to have: it is none, or it cannot be compared in linear time. */
export function faultOfPattern(pattern: string): 'invalid_pattern' | 'pattern_not_supported' | undefined {
  try {
    // The document shows the pattern to clients, which read it as JavaScript does.
    new RegExp(pattern, 'u')
  } catch {
    return 'invalid_pattern'
  }
  try {
    return compile(pattern).programSize() > largestProgram ? 'pattern_not_supported' : undefined
  } catch {
    return 'pattern_not_supported'
  }
}

/** Whether a text has a part that matches, in time that grows with the length of the text alone. */
export function matches(pattern: string, text: string): boolean {
  let known = kept.get(pattern)
  if (!known) {
    known = compile(pattern)
    if (kept.size >= mostKept) kept.clear()
    kept.set(pattern, known)
  }
  return known.matcher(text).find()
}

function compile(pattern: string): RE2JS {
  return RE2JS.compile(RE2JS.translateRegExp(pattern))
}

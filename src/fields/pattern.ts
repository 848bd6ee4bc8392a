import { RE2JS } from 're2js'

/** Maximum instructions of a compiled pattern. Matching time grows with them; ordinary patterns have 10 to 50. */
const largestProgram = 500
const mostKept = 1000

const kept = new Map<string, RE2JS>()

/** Returns the fault of a pattern for a field: it is invalid, or it cannot be matched in linear time. */
export function faultOfPattern(pattern: string): 'invalid_pattern' | 'pattern_not_supported' | undefined {
  try {
    // The API document shows the pattern, and clients read it as JavaScript.
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

/** Returns whether some part of a text matches, in time linear in the length of the text. */
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
